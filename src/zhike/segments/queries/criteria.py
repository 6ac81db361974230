"""What segments can ask: every criterion with its values, its comparisons and its condition.

A criterion names the fields that it reads. Whoever may not read them in clear may not ask either:
a count would tell what the page hides.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, ForeignKey, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.chinese.divisions import stem
from zhike.customers.models import Customer, CustomerTag, Dimension, Person, Tag
from zhike.interactions.models import Channel, Interaction
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.listing import DAYS_FROM_TODAY, SUBTREES
from zhike.kernel.registry import registry
from zhike.kernel.scope import opened
from zhike.sales.models import Order
from zhike.segments.models import ClassMembership
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.mix import labels

CUSTOMER = "customers.customer"
GROUPS = {
    "geography": lazy("地理"),
    "demography": lazy("人口"),
    "psychography": lazy("心理"),
    "behaviour": lazy("行为"),
    "purchase": lazy("购买行为"),
    "relationship": lazy("关系阶段"),
    "industry": lazy("行业属性"),
    "product": lazy("产品与服务"),
    "classes": lazy("分级与分类"),
    "keeping": lazy("归属与资料"),
}
FIELDS = {
    "region": "geography", "last_contact_at": "behaviour", "next_step_on": "behaviour",
    "annual_spend": "purchase", "receivable": "purchase", "order_count": "purchase",
    "last_order_on": "purchase", "purchase_volume": "purchase", "lifecycle": "relationship",
    "since": "relationship", "industry": "industry", "size": "industry", "position": "industry",
    "grade": "classes", "abc_grade": "classes", "owner": "keeping", "unit": "keeping",
    "source": "keeping", "completeness": "keeping", "created_at": "keeping", "name": "keeping",
    "code": "keeping", "payment_terms": "keeping",
}  # fmt: skip
PERSONA = {
    "country": "geography", "age": "demography", "sex": "demography", "income": "demography",
    "education": "demography", "lifestyle": "psychography", "values": "psychography",
    "attitude": "psychography", "habit": "behaviour", "loyalty": "behaviour",
    "frequency": "behaviour", "product": "product", "need": "product", "churn_cause": "behaviour",
}  # fmt: skip
AREAS = {
    "north": (lazy("华北"), ("11", "12", "13", "14", "15")),
    "northeast": (lazy("东北"), ("21", "22", "23")),
    "east": (lazy("华东"), ("31", "32", "33", "34", "35", "36", "37")),
    "central": (lazy("华中"), ("41", "42", "43")),
    "south": (lazy("华南"), ("44", "45", "46")),
    "southwest": (lazy("西南"), ("50", "51", "52", "53", "54")),
    "northwest": (lazy("西北"), ("61", "62", "63", "64", "65")),
    "islands": (lazy("港澳台"), ("71", "81", "82")),
}
LONGEST_WINDOW = 3_660
Choices = list[tuple[str, str]]


class Unusable(ValueError):
    """A condition that cannot be asked, with words for the person who wrote it."""


@dataclass(frozen=True)
class Leaf:
    """One condition as stored: comparison, values, and the window in days (None = all time).

    ``top``: it must hold of every customer and of many, so all their rows are better read at once.
    """

    op: str
    values: Sequence[str]
    days: int | None
    by: Actor
    top: bool

    @property
    def value(self) -> str:
        """The only value."""
        return self.values[0]


@dataclass(frozen=True)
class Criterion:
    """One thing to ask.

    Attributes:
        code: as stored in definitions; group: of GROUPS; look: choices, number, date, text, region
        or flag; operators: as in lists; needs: (resource, field) that the reader must see in clear,
        "" for the resource as a whole; windowed: it may be limited to the last days.
    """

    code: str
    group: str
    title: Any
    look: str
    operators: tuple[str, ...]
    condition: Callable[[Leaf], Q]
    needs: tuple[tuple[str, str], ...] = ()
    choices: Callable[[Actor], Choices] | None = None
    windowed: bool = False

    def allowed(self, by: Actor) -> bool:
        """Tell whether this reader may ask it."""
        for resource, name in self.needs:
            if not by.may(resource, "view"):
                return False
            if name and by.field_access(resource, name) in {"hidden", "masked"}:
                return False
        return True


def criteria() -> dict[str, Criterion]:
    """Return every criterion by code, in the order of the groups."""
    found = [*_fields(), *_areas(), *_personas(), *_trade(), *_talks(), *_classes()]
    order = list(GROUPS)
    return {one.code: one for one in sorted(found, key=lambda each: order.index(each.group))}


def offered(by: Actor) -> dict[str, Criterion]:
    """Return the criteria that the reader may use."""
    return {code: one for code, one in criteria().items() if one.allowed(by)}


# -- fields of the customer --------------------------------------------------------------------


def _fields() -> list[Criterion]:
    model = registry.resource(CUSTOMER).model if CUSTOMER in registry.resources else Customer
    known = {f.name: f for f in model._meta.fields}
    return [_field(known[name], group) for name, group in FIELDS.items() if name in known]


def _field(f: Any, group: str) -> Criterion:
    look = "text"
    operators: tuple[str, ...] = ("contains", "is", "empty")
    choices: Callable[[Actor], Choices] | None = None
    internal = f.get_internal_type()
    if isinstance(f, ForeignKey):
        look, operators, choices = "choices", ("in", "not", "empty"), _linked(f)
        if f.related_model._meta.label_lower in SUBTREES:
            operators = ("in", "under", "not", "empty")
    elif isinstance(f, kinds.Region):
        look, operators = "region", ("under", "empty")
    elif f.choices:
        pairs = [(str(value), str(text)) for value, text in f.flatchoices]
        look, operators, choices = "choices", ("in", "not"), lambda _by: pairs
    elif internal in {"DateField", "DateTimeField"}:
        look, operators = "date", ("gte", "lte", "empty")
    elif "Integer" in internal or internal == "DecimalField":
        look, operators = "number", ("gte", "lte")
    needs = ((CUSTOMER, f.name),)
    return Criterion(f.name, group, f.verbose_name, look, operators, _on_field(f), needs, choices)


def _linked(f: Any) -> Callable[[Actor], Choices]:
    from zhike.identity.queries import active_people, active_units

    def found(by: Actor) -> Choices:
        person = f.related_model._meta.label_lower == "identity.user"
        rows: Any = active_people() if person else active_units()
        mine = [("me", _("我"))] if person and by.user_id else []
        return [*mine, *((str(row.pk), str(row)) for row in rows[:500])]

    return found


def _on_field(f: Any) -> Callable[[Leaf], Q]:
    def condition(leaf: Leaf) -> Q:
        name = f.name
        if leaf.op == "empty":
            blank = Q(**{f"{name}__isnull": True})
            return blank | Q(**{name: ""}) if f.get_internal_type() == "CharField" else blank
        if isinstance(f, ForeignKey):
            ids = [leaf.by.user_id or 0 if v == "me" else _whole(v) for v in leaf.values]
            if leaf.op == "under":
                ids = sorted(SUBTREES[f.related_model._meta.label_lower](ids))
            inside = Q(**{f"{name}_id__in": ids})
            return _without(inside, f"{name}_id") if leaf.op == "not" else inside
        if isinstance(f, kinds.Region):
            codes = [stem(_cleaned(f, value)) for value in leaf.values]
            return _any(Q(**{f"{name}__startswith": code}) for code in codes)
        if leaf.op in {"in", "not"}:
            inside = Q(**{f"{name}__in": list(leaf.values)})
            return ~inside if leaf.op == "not" else inside
        if leaf.op == "contains":
            return Q(**{f"{name}__icontains": leaf.value})
        lookup = "exact" if leaf.op == "is" else leaf.op
        return Q(**{f"{name}__{lookup}": _cleaned(f, leaf.value)})

    return condition


def _without(inside: Q, column: str) -> Q:
    return ~inside | Q(**{f"{column}__isnull": True})


def _areas() -> list[Criterion]:
    pairs = [(code, str(title)) for code, (title, _stems) in AREAS.items()]

    def condition(leaf: Leaf) -> Q:
        stems = [one for value in leaf.values for one in AREAS[value][1]]
        inside = _any(Q(region__startswith=one) for one in stems)
        return ~inside | Q(region__isnull=True) if leaf.op == "not" else inside

    return [
        Criterion("area", "geography", lazy("大区"), "choices", ("in", "not"), condition,
                  ((CUSTOMER, "region"),), lambda _by: pairs)
    ]  # fmt: skip


# -- persona: tags with a dimension, ages of contact persons ---------------------------------------


def _personas() -> list[Criterion]:
    made = [
        Criterion(f"persona.{code}", group, Dimension(code).label, "choices", ("in", "not"), _tagged,
                  (("customers.customertag", ""),), _tags(code))
        for code, group in PERSONA.items()
    ]  # fmt: skip
    tag = Criterion("tag", "keeping", lazy("标签"), "choices", ("in", "not"), _tagged,
                    (("customers.customertag", ""),), _tags(""))  # fmt: skip
    age = Criterion("contact.age", "demography", lazy("联系人年龄"), "number", ("gte", "lte"), _aged,
                    (("customers.person", "birthday"),))  # fmt: skip
    return [*made, tag, age]


def _tags(dimension: str) -> Callable[[Actor], Choices]:
    def found(by: Actor) -> Choices:
        rows = Tag.objects.visible_to(by).order_by("name")
        rows = rows.filter(dimension=dimension) if dimension else rows
        return [(str(row.pk), row.name) for row in rows[:500]]

    return found


def _tagged(leaf: Leaf) -> Q:
    today = timezone.localdate()
    rows = CustomerTag.unscoped.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=today),
        customer_id=OuterRef("pk"), tag_id__in=[_whole(v) for v in leaf.values],
        archived_at__isnull=True, valid_from__lte=today,
    )  # fmt: skip
    return ~Q(Exists(rows)) if leaf.op == "not" else Q(Exists(rows))


def _aged(leaf: Leaf) -> Q:
    years, today = int(_number(leaf.value)), timezone.localdate()
    if not 0 <= years <= 130:
        raise Unusable(_("年龄应在 0 到 130 之间。"))
    older = years if leaf.op == "gte" else years + 1
    born = _years_before(today, older)
    rows = Person.objects.visible_to(leaf.by).filter(customer_id=OuterRef("pk"))
    rows = rows.filter(birthday__lte=born) if leaf.op == "gte" else rows.filter(birthday__gt=born)
    return Q(Exists(rows))


def _years_before(day: dt.date, years: int) -> dt.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap_day else day.day)


# -- orders and communications, over all time or a window -------------------------------------------


def _trade() -> list[Criterion]:
    needs = (("sales.order", "amount"),)
    sums = Criterion("orders.sum", "purchase", lazy("订单金额合计"), "number", ("gte", "lte"),
                     _counted(Order, _orders, Sum("amount")), needs, windowed=True)  # fmt: skip
    number = Criterion("orders.count", "purchase", lazy("订单笔数"), "number", ("gte", "lte"),
                       _counted(Order, _orders, Count("pk")), (("sales.order", ""),), windowed=True)  # fmt: skip
    largest = Criterion("orders.largest", "purchase", lazy("最大一单金额"), "number", ("gte", "lte"),
                        _counted(Order, _orders, Max("amount")), needs, windowed=True)  # fmt: skip
    product = Criterion("orders.product", "product", lazy("购买过的产品"), "text",
                        ("contains", "without"), lambda leaf: _over(Order, leaf, _product),
                        (("sales.order", "summary"),), windowed=True)  # fmt: skip
    return [sums, number, largest, product]


def _talks() -> list[Criterion]:
    needs = (("interactions.interaction", ""),)
    pairs = [(str(value), str(text)) for value, text in Channel.choices]

    def by_channel(leaf: Leaf, talks: "QuerySet[Interaction]") -> Q:
        used = _interactions(leaf, talks).filter(channel__in=leaf.values)
        rows = used.filter(customer_id=OuterRef("pk"))
        return ~Q(Exists(rows)) if leaf.op == "not" else Q(Exists(rows))

    return [
        Criterion("talks.count", "behaviour", lazy("沟通次数"), "number", ("gte", "lte"),
                  _counted(Interaction, _interactions, Count("pk")), needs, windowed=True),
        Criterion("talks.channel", "behaviour", lazy("沟通方式"), "choices", ("in", "not"),
                  lambda leaf: _over(Interaction, leaf, by_channel), needs, lambda _by: pairs, windowed=True),
    ]  # fmt: skip


def _orders(leaf: Leaf, rows: "QuerySet[Order]") -> "QuerySet[Order]":
    kept = rows.exclude(status=Order.Status.CANCELLED)
    if leaf.days:
        kept = kept.filter(ordered_on__gt=timezone.localdate() - dt.timedelta(days=leaf.days))
    return kept


def _interactions(leaf: Leaf, rows: "QuerySet[Interaction]") -> "QuerySet[Interaction]":
    if leaf.days:
        return rows.filter(occurred_at__gt=timezone.now() - dt.timedelta(days=leaf.days))
    return rows


def _over(model: Any, leaf: Leaf, ask: "Callable[[Leaf, QuerySet[Any]], Q]") -> Q:
    """Return what ``ask`` makes of the children that the reader sees.

    Of customers whose children he sees all, they are read without looking each one's customer up:
    that took most of the time of a count.
    """
    inside, every = opened(model, leaf.by), model.unscoped.filter(archived_at__isnull=True)
    if not inside:
        return ask(leaf, every)
    own = ask(replace(leaf, top=False), model.objects.visible_to(leaf.by))
    return (inside & ask(leaf, every)) | (~inside & own)


def _counted(model: Any, source: Callable[[Leaf, Any], Any], measure: Any) -> Callable[[Leaf], Q]:
    """Return a condition on a figure over rows; nobody's rows make zero."""

    def ask(leaf: Leaf, children: "QuerySet[Any]") -> Q:
        limit, rows = _number(leaf.value), source(leaf, children).order_by()
        with_none = limit <= 0 if leaf.op == "gte" else limit >= 0
        # Where customers without rows belong to it, ask for the others and leave them out.
        lookup = {"gte": "lt", "lte": "gt"}[leaf.op] if with_none else leaf.op
        if leaf.top and not with_none:
            kept = rows.values("customer_id").annotate(n=measure).filter(**{f"n__{lookup}": limit})
            return Q(pk__in=kept.filter(customer_id__isnull=False).values("customer_id"))
        own = rows.filter(customer_id=OuterRef("pk")).values("customer_id").annotate(n=measure)
        found = Q(Exists(own.filter(**{f"n__{lookup}": limit})))
        return ~found if with_none else found

    return lambda leaf: _over(model, leaf, ask)


def _product(leaf: Leaf, orders: "QuerySet[Order]") -> Q:
    bought = _orders(leaf, orders).filter(summary__icontains=leaf.value)
    rows = bought.filter(customer_id=OuterRef("pk"))
    return ~Q(Exists(rows)) if leaf.op == "without" else Q(Exists(rows))


# -- classes of the schemes ---------------------------------------------------------------------


def _classes() -> list[Criterion]:
    needs = (("segments.classmembership", ""),)
    places = {"segments.relationship": "relationship", "segments.lifecycle_model": "relationship"}
    return [
        Criterion(f"class.{name}", places.get(name, "classes"), registry.policies[name].title,
                  "choices", ("in", "not"), _classed(name), needs, _class_choices(name))
        for name in schemes()
    ]  # fmt: skip


def _class_choices(name: str) -> Callable[[Actor], Choices]:
    return lambda _by: [*labels(name).items()]


def _classed(name: str) -> Callable[[Leaf], Q]:
    def condition(leaf: Leaf) -> Q:
        rows = ClassMembership.unscoped.filter(
            customer_id=OuterRef("pk"), scheme=name, code__in=leaf.values, valid_to__isnull=True
        )
        return ~Q(Exists(rows)) if leaf.op == "not" else Q(Exists(rows))

    return condition


# -- values ---------------------------------------------------------------------------------------


def _any(parts: Any) -> Q:
    found = Q()
    for part in parts:
        found |= part
    return found


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Unusable(_("没有找到所选的项目，请重新选择。"))
    return int(text)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise Unusable(_("“%s”不是数字。") % text[:20]) from None
    if not found.is_finite() or abs(found) >= 10**15:
        raise Unusable(_("“%s”不是可用的数字。") % text[:20])
    return found


def _cleaned(f: Any, text: str) -> Any:
    """Return a value by the field's own kind; ``-30d`` is thirty days ago."""
    days = DAYS_FROM_TODAY.fullmatch(text)
    if days and f.get_internal_type() in {"DateField", "DateTimeField"}:
        text = (timezone.localdate() + dt.timedelta(days=int(days[1]))).isoformat()
    try:
        clean = getattr(f, "clean_value", f.to_python)
        return clean(text)
    except ValidationError as error:
        raise Unusable("；".join(error.messages)) from error
    except (ValueError, TypeError, OverflowError, InvalidOperation) as error:
        raise Unusable(_("“%s”不能用在这里。") % text[:20]) from error
