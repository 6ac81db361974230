"""Tags on customers; the names also stand on the customer, for lists and filters."""

from typing import Annotated, Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer, CustomerTag, Tag
from zhike.kernel import kinds
from zhike.kernel.actions import action
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
              LEFT JOIN customers_tag t ON t.id = ct.tag_id GROUP BY k.id) n
     WHERE c.id = n.id AND c.tag_names <> n.names"""


@action("customers.set_tags", on=Customer, title=gettext_lazy("打标签"), icon="tag", many=True)
def set_tags(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    tags: Annotated[str, kinds.Text(gettext_lazy("标签（用顿号分隔）"), max_length=400)],
    remove: Annotated[bool, kinds.Bool(gettext_lazy("移除这些标签"))] = False,
) -> int:
    """Put tags on all these customers, or take them off; returns how many customers were named.

    A tag that does not exist yet is made, if the actor may.
    """
    ids = list(customers.select_for_update(of=("self",)).values_list("pk", flat=True))
    chosen = _tags(tags, by, make=not remove)
    if remove:
        CustomerTag.unscoped.filter(customer_id__in=ids, tag__in=chosen).delete()
    else:
        now = timezone.now()
        rows = [
            CustomerTag(
                customer_id=pk,
                tag=tag,
                created_at=now,
                updated_at=now,
                created_by_id=by.user_id,
                updated_by_id=by.user_id,
            )
            for pk in ids
            for tag in chosen
        ]
        CustomerTag.unscoped.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)
    refresh_tag_names(ids, by=by)
    return len(ids)


def tag_customer(customer: Customer, tag: str, *, by: Actor) -> None:
    """Put one tag on one customer."""
    set_tags([customer], by=by, tags=tag)


def untag_customer(customer: Customer, tag: str, *, by: Actor) -> None:
    """Take one tag off one customer."""
    set_tags([customer], by=by, tags=tag, remove=True)


def refresh_tag_names(customer_ids: list[int], *, by: Actor) -> None:
    """Write the joined tag names of these customers where they differ."""
    with connection.cursor() as cursor:
        cursor.execute(_RENAME, [timezone.now(), by.user_id, NAMES_KEPT, customer_ids])


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
