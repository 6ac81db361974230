"""客户 360: one customer on one page (DAT-030)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.queries import preferences_holding
from zhike.interactions import queries as interactions
from zhike.kernel import clearance, timeline
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.listing import Listing
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.kernel.scope import standing_at
from zhike.sales import spend
from zhike.segments.queries import profile
from zhike.web import cells, formats
from zhike.web.answers import into, page
from zhike.web.presets import preset_days
from zhike.web.views import detail
from zhike.web.views.pool import customer as pool
from zhike.web.views.workbench import STARRED
from zhike.web.words import new_one

KEY = "customers.customer"
LINKED = (
    ("people", "customers.person", "customer"),
    ("opportunities", "sales.opportunity", "customer"),
    ("orders", "sales.order", "customer"),
    ("payments", "sales.payment", "customer"),
    ("needs", "needs.need", "customer"),
    ("satisfaction", "surveys.satisfaction", "customer"),
    ("todos", "interactions.todo", "customer"),
    ("relations", "customers.customerrelation", "customer"),
    ("team", "customers.teammember", "customer"),
    ("grades", "customers.gradeassessment", "customer"),
    ("owners", "pool.ownership", "customer"),
)
FACTS = (
    "credit_code", "industry", "size", "position", "region", "address", "phone", "email",
    "website", "source", "payment_terms", "purchase_volume", "since", "note",
)  # fmt: skip
PERSON_FIELDS = ("name", "title", "influence", "mobile", "birthday", "lunar_birthday")
QUICK_DAYS = ((1, "d1"), (3, "d3"), (7, "d7"), (14, "d14"))


@dataclass(frozen=True)
class Figure:
    """One figure of the strip."""

    label: str
    value: str
    unit: str = ""
    delta: str = ""
    tone: str = ""
    spark: list[Any] = field(default_factory=list)


def load(request: HttpRequest, pk: int) -> Any:
    """Return the customer.

    Raises:
        NotFound: absent or outside the reader's scope.
    """
    return detail.visible(registry.resource(KEY), request.actor, pk)  # type: ignore[attr-defined]


@detail.register(KEY)
def show(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:  # noqa: ARG001
    """Show the page, or the list of one tab."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    tab = request.GET.get("tab", "")
    known = {name: (key, link) for name, key, link in LINKED}
    context: dict[str, Any] = {"row": row, "base": f"/customers/customer/{row.pk}/", "tab": tab}
    if tab in known and by.may(known[tab][0], "view"):
        context |= linked_list(row.pk, *known[tab], by)
        if into(request, "tab"):
            return page(request, "web/customer/linked.html", context)
    context |= head(row, by, tab)
    if "linked" not in context:
        context |= overview(row, by, request)
    return page(request, "web/customer/customer.html", context)


def show_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the timeline alone: another filter, or the next page."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = load(request, pk)
    context = {"row": row, "base": f"/customers/customer/{pk}/"}
    more = bool(request.GET.get("after")) and into(request, "more")
    if more or into(request, "timeline"):
        context |= timeline_of(row.pk, by, request)
        return page(request, f"web/customer/{'more' if more else 'timeline'}.html", context)
    context |= head(row, by, "") | overview(row, by, request)
    return page(request, "web/customer/customer.html", context)


def head(row: Any, by: Actor, tab: str) -> dict[str, Any]:
    """Return hero, strip and tabs."""
    counts = linked_counts(row.pk, standing_at(row, by))
    return {
        "figures": figures(row, by, counts),
        "off_paper": clearance.off_paper(row, by),
        "tabs": tabs(row, by, tab, counts),
        "team_count": int(counts.get("team", 0)),
        "years": cooperation(row.since) if visible(by, "since") else "",
        "starred": bool(counts.get("starred")),
        "tools": [
            tool for tool in detail.tools_of(registry.resource(KEY), by, row, _may_change(row, by))
            if not tool.url.endswith("/log-interaction/")
        ],
        "may_log_here": by.may("interactions.interaction", "create") and row.archived_at is None,
        "may_archive": by.may(KEY, "archive"), "url": f"/customers/customer/{row.pk}/",
        "shown": {name: visible(by, name) for name in ("region", "owner", "phone", "tag_names")},
        "region": text_of(row, "region", by),
        "tag_names": [name for name in (row.tag_names or "").split("、") if name],
    }  # fmt: skip


def _may_change(row: Any, by: Actor) -> bool:
    resource = registry.resource(KEY)
    return row.archived_at is None and detail.reaches(resource, by, row, "change")


def visible(by: Actor, name: str) -> bool:
    """Tell whether the reader may see a field of customers at all."""
    return by.field_access(KEY, name) != "hidden"


def bound(name: str, by: Actor) -> BoundColumn | None:
    """Return a field of customers for this reader."""
    return bind(Column(name), registry.resource(KEY).model, by)


def text_of(row: Any, name: str, by: Actor) -> str:
    """Return a field as this reader sees it: empty where hidden, masked where personal."""
    column = bound(name, by)
    return column.text(getattr(row, name)) if column else ""


def figures(row: Any, by: Actor, counts: dict[str, Any]) -> list[Figure]:
    """Return at most seven figures, each only if the reader may see its field."""
    found = []
    if visible(by, "annual_spend"):
        found.append(_spend(row, by, counts))
    if visible(by, "order_count"):
        last = formats.day(row.last_order_on) if row.last_order_on else ""
        note = _("最近 %s") % last if last and visible(by, "last_order_on") else ""
        found.append(Figure(_("订单数"), formats.number(row.order_count), _("单"), note))
    if visible(by, "receivable"):
        value, unit = formats.money_parts(row.receivable)
        found.append(Figure(_("应收"), value, unit))
    if visible(by, "last_contact_at"):
        found.append(Figure(_("最近联系"), _ago(row.last_contact_at)))
    if visible(by, "next_step_on"):
        found.append(_next_step(row))
    if (complete := getattr(row, "completeness", None)) is not None:
        tone = "good" if complete >= 80 else ""
        found.append(Figure(_("资料完整度"), str(complete), "%", "", tone))
    if row.since and visible(by, "since"):
        found.append(Figure(_("合作年限"), cooperation(row.since), "", formats.iso_day(row.since)))
    return found[:7]


def _sees_spend(by: Actor) -> bool:
    return by.may("sales.order", "view") and by.field_access("sales.order", "amount") != "hidden"


def _spend(row: Any, by: Actor, counts: dict[str, Any]) -> Figure:
    value, unit = formats.money_parts(row.annual_spend)
    label = _("近 12 月消费")
    if not _sees_spend(by):
        return Figure(label, value, unit)
    now, before = (counts.get(name) or 0 for name in ("spend", "spend_before"))
    if not before:
        return Figure(label, value, unit, _("上年同期无订单") if now else "")
    ratio = (now - before) / before
    return Figure(
        label, value, unit, formats.trend(ratio) + " " + _("同比"), "good" if ratio >= 0 else "bad"
    )


def _ago(moment: dt.datetime | None) -> str:
    return formats.ago(moment) if moment else _("尚无")


def _next_step(row: Any) -> Figure:
    if row.next_step_on is None:
        return Figure(_("下次跟进"), "—", "", _("未约定下一步"), "bad")
    late = row.next_step_on < timezone.localdate()
    note = formats.days_left(row.next_step_on)
    return Figure(_("下次跟进"), formats.day(row.next_step_on), "", note, "bad" if late else "")


def cooperation(since: dt.date | None) -> str:
    """Return how long we work together: ``5 年 4 个月``."""
    if since is None:
        return ""
    today = timezone.localdate()
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months < 1:
        return _("不足 1 个月")
    years, rest = divmod(months, 12)
    parts = [_("%d 年") % years] if years else []
    parts += [_("%d 个月") % rest] if rest else []
    return " ".join(parts)


def linked_counts(pk: int, by: Actor) -> dict[str, Any]:
    """Return what one statement counts: rows of each tab, ``starred``, spend of two years."""
    return dict(_counts(by, pk, timezone.localdate()))


def _countable(by: Actor) -> list[tuple[str, str, str]]:
    return [one for one in LINKED if one[1] in registry.resources and by.may(one[1], "view")]


@prepared
def _counts(by: Actor, pk: Id, today: dt.date) -> "QuerySet[Any, Any]":
    star = preferences_holding(by.user_id or 0, STARRED, pk)
    parts: list[QuerySet[Any, Any]] = [_counted("starred", star)]
    for name, key, link in _countable(by):
        rows = registry.resource(key).rows(by).filter(**{f"{link}_id": pk})
        if name == "todos":
            rows = rows.filter(status="open")
        parts.append(_counted(name, rows))
    parts += spend.two_years(pk, by, today) if _sees_spend(by) else []
    return parts[0].union(*parts[1:], all=True)


def _counted(name: str, rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    named = rows.order_by().annotate(tab=Value(name)).values("tab")
    exact = DecimalField()  # the first part of a union says what the money of the others becomes
    return named.annotate(n=Count("pk", output_field=exact)).values_list("tab", "n")


def tabs(row: Any, by: Actor, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the tabs, those that the reader may not open left out."""
    base = f"/customers/customer/{row.pk}/"
    titles = {
        "people": _("联系人"), "opportunities": _("商机"), "orders": _("订单"), "payments": _("回款"),
        "needs": _("需求"), "satisfaction": _("满意度"), "todos": _("待办"),
        "relations": _("关系"), "team": _("团队"), "grades": _("分级历史"),
        "owners": _("归属"),
    }  # fmt: skip
    found = [{"title": _("概览"), "url": base, "active": tab not in titles, "count": None}]
    for name, key, _link in LINKED:
        if key in registry.resources and by.may(key, "view"):
            count = counts.get(name, 0)
            found.append(
                {"title": titles[name], "url": f"{base}?tab={name}", "active": tab == name,
                 "count": formats.number(int(count)) if count else None}
            )  # fmt: skip
    return [*found, {"title": _("审计"), "url": f"{base}history/", "active": False, "count": None}]


def linked_list(pk: int, key: str, link: str, by: Actor) -> dict[str, Any]:
    """Return the list of one tab, the latest fifty."""
    resource = registry.resource(key)
    listing = Listing(resource, by, {}, Q(**{f"{link}_id": pk}))
    columns = [column for column in listing.columns if column.name != link]
    return {
        "linked": resource,
        "new_title": new_one(resource),
        "columns": [(c.title, cells.is_number(c)) for c in columns],
        "rows_html": cells.rows_html(resource, by, columns, listing.page_rows),
        "empty": not listing.page_rows,
        "more_url": f"{resource.url}?{link}={pk}" if link in resource.filters else "",
        "may_create": bool(resource.create) and by.may(key, "create"),
        "new_url": f"{resource.url}new/?{link}={pk}",
    }


def overview(row: Any, by: Actor, request: HttpRequest) -> dict[str, Any]:
    """Return facts, contacts, relations, composer, timeline and the rail."""
    here = standing_at(row, by)
    people, known = contacts(row, here), facts(row, by)
    return {
        "facts": [one for one in known if getattr(row, one.name) not in (None, "")],
        "unknown": [one for one in known if getattr(row, one.name) in (None, "")],
        "people": people,
        "relations": relations(row.pk, by),
        "team": team(row.pk, here),
        "next_todos": interactions.of_customer(row.pk, here)
        if by.may("interactions.todo", "view") else [],
        "why": explanation(row, here),
        **pool.rail(row, here), "may_release": _may_change(row, by),
        **standing(row, by),
        "may_relation": by.may("loyalty.relationhealth", "view"),
        **composer(row, by, people),
        **timeline_of(row.pk, here, request),
    }  # fmt: skip


def facts(row: Any, by: Actor) -> list[detail.Fact]:
    """Return the facts column; what the reader may change can be edited in its place."""
    resource = registry.resource(KEY)
    may = _may_change(row, by)
    found = [detail.fact(resource, by, row, name, may) for name in FACTS]
    return [one for one in found if one]


def contacts(row: Any, by: Actor, limit: int = 6) -> list[dict[str, Any]]:
    """Return the contact persons, the primary one first, phones as the reader may see them."""
    key = "customers.person"
    if not by.may(key, "view"):
        return []
    resource = registry.resource(key)
    columns = {n: bind(Column(n), resource.model, by) for n in PERSON_FIELDS}
    found = []
    for one in _people(by, row.pk):
        shown = {n: c.text(getattr(one, n)) if c else "" for n, c in columns.items()}
        masked = columns["mobile"] and columns["mobile"].access == "masked"
        reveal = f"/customers/person/{one.pk}/reveal/mobile/"
        found.append(
            shown | {
                "id": one.pk, "primary": one.pk == row.primary_contact_id,
                "reveal": reveal if masked and one.mobile and by.may(key, "reveal") else "",
                "birthday_tag": _birthday(one, columns),
            }
        )  # fmt: skip
    found.sort(key=lambda person: not person["primary"])
    return found[:limit]


@prepared
def _people(by: Actor, pk: Id) -> "QuerySet[Any]":
    rows = registry.resource("customers.person").rows(by).filter(customer_id=pk)
    return rows.only(*PERSON_FIELDS).order_by("id")[:20]


def _birthday(person: Any, columns: dict[str, BoundColumn | None]) -> str:
    lunar, solar = columns["lunar_birthday"], columns["birthday"]
    if lunar and lunar.access != "masked" and person.lunar_birthday:
        return _("农历%s") % lunar.text(person.lunar_birthday)
    if solar and solar.access != "masked" and person.birthday:
        today = timezone.localdate()
        if (person.birthday.month, person.birthday.day) == (today.month, today.day):
            return _("今天生日")
        return _("生日 %s") % f"{person.birthday.month}月{person.birthday.day}日"
    return ""


def relations(pk: int, by: Actor, limit: int = 6) -> list[dict[str, Any]]:
    """Return related customers that the reader may see, in both directions."""
    key = "customers.customerrelation"
    if key not in registry.resources or not by.may(key, "view"):
        return []
    resource = registry.resource(key)
    titles = dict(resource.model._meta.get_field("kind").flatchoices)
    found = []
    for link in _relations(by, pk, timezone.localdate(), limit):
        forward = link.customer_id == pk
        other = link.other if forward else link.customer
        kind = str(titles[link.kind])
        title = kind if forward else _("本客户是其%s") % kind
        found.append({"id": other.pk, "name": str(other), "kind": title})
    return found


@prepared
def _relations(by: Actor, pk: Id, today: dt.date, limit: int) -> "QuerySet[Any]":
    seen = registry.resource(KEY).rows(by).values("pk")
    ends = Q(customer_id=pk, other__in=seen) | Q(other_id=pk, customer__in=seen)
    rows = registry.resource("customers.customerrelation").model.objects.visible_to(by).filter(ends)
    current = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    named = current.select_related("customer", "other").order_by("id")
    names = [f"{end}__{name}" for end in ("customer", "other") for name in ("name", "short_name")]
    return named.only("kind", *names)[:limit]


def team(pk: int, by: Actor) -> list[dict[str, Any]]:
    """Return the account team of today."""
    key = "customers.teammember"
    if key not in registry.resources or not by.may(key, "view"):
        return []
    resource = registry.resource(key)
    titles = dict(resource.model._meta.get_field("role").flatchoices)
    found = _team(by, pk, timezone.localdate())
    return [
        {"id": one["user_id"], "name": one["user__display_name"], "role": titles[one["role"]]}
        for one in found
    ]


@prepared
def _team(by: Actor, pk: Id, today: dt.date) -> "QuerySet[Any, Any]":
    rows = registry.resource("customers.teammember").rows(by).filter(customer_id=pk)
    current = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    return current.values("user_id", "user__display_name", "role").order_by("id")[:12]


def explanation(row: Any, by: Actor) -> Any:
    """Return why the customer has its grade, with evidence, or None where it may not be seen."""
    if not by.may("customers.gradeassessment", "view"):
        return None
    from zhike.customers import queries

    explain = getattr(queries, "explain_grade", None)
    return explain(row, by=by) if explain else None


def standing(row: Any, by: Actor) -> dict[str, Any]:
    """Return the customer's classes and what the strategy cards of these ask of us."""
    if not by.may("segments.classmembership", "view"):
        return {}
    classes, cards = profile.standing(row, by)
    titled = [(one, _(str(one.title))) for one in classes]
    return {"classes": titled, "cards": cards}


def composer(row: Any, by: Actor, people: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the composer offers."""
    today = timezone.localdate()
    offers = preset_days(today)
    return {
        "may_log": by.may("interactions.interaction", "create") and row.archived_at is None,
        "channels": interactions.channels(),
        "channel": "note",
        "quick_days": [(code, offers[n][1], offers[n][0]) for n, code in QUICK_DAYS],
        "composer_people": people,
        "typed": {},
        "errors": {},
    }


def more_of_composer(by: Actor) -> dict[str, Any]:
    """Return what the composer offers beneath 更多; the page of the customer asks for it later."""
    return {
        "more": True,
        "sentiments": interactions.sentiments(),
        "colleagues": interactions.colleagues("", 50),
        "may_locate": interactions.may_locate(by),
        "may_photo": by.may("interactions.visitphoto", "create"),
    }


def timeline_of(pk: int, by: Actor, request: HttpRequest) -> dict[str, Any]:
    """Return one page of the timeline grouped by day, with its filters."""
    group = request.GET.get("group", "")
    found = timeline.page(pk, by, group=group, after=request.GET.get("after", ""))
    days: list[dict[str, Any]] = []
    for name, entry in found.entries:
        day = timezone.localtime(entry.at).date()
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "entries": []})
        days[-1]["entries"].append({"source": name, "entry": entry})
    base = f"/customers/customer/{pk}/timeline/"
    titles = {"": _("全部"), "contact": _("沟通"), "trade": _("交易"), "system": _("系统")}
    return {
        "days": days,
        "group": group,
        "next_url": f"{base}?group={group}&after={found.next}" if found.next else "",
        "groups": [
            {"title": title, "url": f"{base}?group={name}", "active": name == group}
            for name, title in titles.items()
        ],
        "may_comment": by.may("interactions.interaction", "view"),
        "by_id": by.user_id,
        "last_day": request.GET.get("day", ""),
    }
