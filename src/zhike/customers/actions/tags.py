"""Tags on customers; the names also stand on the customer, for lists and filters."""

import datetime as dt
from typing import Annotated, Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer, CustomerTag, Tag
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid

NAMES_KEPT = 400
_RENAME = """
    UPDATE customers_customer c SET tag_names = n.names, version = version + 1,
           updated_at = %s, updated_by_id = %s
      FROM (SELECT k.id, COALESCE(left(string_agg(t.name, '、' ORDER BY t.name), %s), '') names
              FROM unnest(%s::bigint[]) k(id)
              LEFT JOIN customers_customertag ct
                     ON ct.customer_id = k.id AND ct.archived_at IS NULL
                    AND ct.valid_from <= %s AND (ct.expires_on IS NULL OR ct.expires_on > %s)
              LEFT JOIN customers_tag t ON t.id = ct.tag_id GROUP BY k.id) n
     WHERE c.id = n.id AND c.tag_names <> n.names"""


@action("customers.set_tags", on=Customer, title=gettext_lazy("打标签"), icon="tag", many=True)
def set_tags(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    tags: Annotated[str, kinds.Text(gettext_lazy("标签（用顿号分隔）"), max_length=400)],
    remove: Annotated[bool, kinds.Bool(gettext_lazy("移除这些标签"))] = False,
    expires_on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("失效日期（可不填）"), null=True, blank=True)
    ] = None,
) -> int:
    """Put tags on all these customers, or take them off; returns how many customers were named.

    A tag that does not exist yet is made, if the actor may.
    """
    if expires_on is not None and expires_on <= timezone.localdate():
        raise Invalid(fields={"expires_on": [_("失效日期应晚于今天。")]})
    ids = list(customers.select_for_update(of=("self",)).values_list("pk", flat=True))
    chosen = _tags(tags, by, make=not remove)
    if remove:
        CustomerTag.unscoped.filter(customer_id__in=ids, tag__in=chosen).delete()
    else:
        _attach(ids, chosen, {"source": CustomerTag.Source.MANUAL, "expires_on": expires_on}, by)
    refresh_tag_names(ids, by=by)
    return len(ids)


def put_tags(
    customer_ids: list[int],
    tag: str,
    *,
    by: Actor,
    source: str,
    confidence: int | None = None,
    expires_on: dt.date | None = None,
    dimension: str = "",
) -> int:
    """Put one tag of a rule or a model on customers, set-wise; returns how many carry it then.

    What a person put there by hand stays his; an older word of a rule or model is renewed.

    Raises:
        Invalid: a tag that does not exist and that the actor may not make.
    """
    with recorded(by, "customers.put_tags"):
        (chosen,) = _tags(tag, by, make=True)
        if dimension and not chosen.dimension:
            Tag.unscoped.filter(pk=chosen.pk).update(dimension=dimension)
        old = CustomerTag.unscoped.filter(tag=chosen, customer_id__in=customer_ids)
        old.exclude(source=CustomerTag.Source.MANUAL).delete()
        values = {"source": source, "confidence": confidence, "expires_on": expires_on}
        _attach(customer_ids, [chosen], values, by)
        refresh_tag_names(customer_ids, by=by)
    return len(customer_ids)


def expire_tags(on: dt.date, *, by: Actor) -> int:
    """Bring the names on customers in line with tags that began or expired lately."""
    since = on - dt.timedelta(days=7)  # a night may be missed
    turned = Q(expires_on__gt=since, expires_on__lte=on) | Q(
        valid_from__gt=since, valid_from__lte=on
    )
    rows = CustomerTag.unscoped.filter(turned)
    ids = list(rows.order_by().values_list("customer_id", flat=True).distinct())
    with recorded(by, "customers.expire_tags"):
        refresh_tag_names(ids, by=by)
    return len(ids)


def _attach(ids: list[int], chosen: list[Tag], values: dict[str, Any], by: Actor) -> None:
    now = timezone.now()
    base = {"created_at": now, "updated_at": now, "created_by_id": by.user_id,
            "updated_by_id": by.user_id}  # fmt: skip
    rows = [CustomerTag(customer_id=pk, tag=tag, **values, **base) for pk in ids for tag in chosen]
    CustomerTag.unscoped.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)


def tag_customer(customer: Customer, tag: str, *, by: Actor) -> None:
    """Put one tag on one customer."""
    set_tags([customer], by=by, tags=tag)


def untag_customer(customer: Customer, tag: str, *, by: Actor) -> None:
    """Take one tag off one customer."""
    set_tags([customer], by=by, tags=tag, remove=True)


def refresh_tag_names(customer_ids: list[int], *, by: Actor) -> None:
    """Write the joined tag names of these customers where they differ."""
    with connection.cursor() as cursor:
        today = timezone.localdate()
        values = [timezone.now(), by.user_id, NAMES_KEPT, customer_ids, today, today]
        cursor.execute(_RENAME, values)


def _tags(text: str, by: Actor, *, make: bool) -> list[Any]:
    for sign in "，,;；":
        text = text.replace(sign, "、")
    names = list(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))
    if not names:
        raise Invalid(fields={"tags": [_("请填写至少一个标签。")]})
    known = {tag.name: tag for tag in Tag.unscoped.filter(name__in=names)}
    for name in names:
        if name in known or not make:
            continue
        if len(name) > (Tag._meta.get_field("name").max_length or 0):
            raise Invalid(
                fields={"tags": [_("标签“%(name)s”太长，最多 30 个字。") % {"name": name}]}
            )
        if not by.is_system and not by.may(Tag.key(), "create"):
            raise Invalid(
                fields={"tags": [_("还没有标签“%(name)s”，请选择已有的标签。") % {"name": name}]}
            )
        now = timezone.now()
        known[name], __ = Tag.unscoped.get_or_create(
            name=name,
            defaults={
                "created_at": now,
                "updated_at": now,
                "created_by_id": by.user_id,
                "updated_by_id": by.user_id,
            },
        )
    return [known[name] for name in names if name in known]
