"""Opening proposals and comments to customers: read by a person first, without names (NEED-013)."""

from typing import Annotated

from django.db.models import F, Func, IntegerField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.customers.models import Customer
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.needs.models import Idea, Remark

SHORTEST_NAME = 3  # shorter ones stand in ordinary words


def refuse_names(field: str, text: str) -> None:
    """Refuse a text for customers that holds the name of one.

    Raises:
        Invalid: at ``field``, naming what stands there.
    """
    for name in ("name", "short_name"):
        place = Func(Value(text), F(name), function="strpos", output_field=IntegerField())
        rows = Customer.unscoped.filter(archived_at__isnull=True).annotate(place=place)
        rows = rows.annotate(letters=Func(F(name), function="length", output_field=IntegerField()))
        found = rows.filter(place__gt=0, letters__gte=SHORTEST_NAME).values_list(name, flat=True)
        if hit := found.first():
            raise Invalid(fields={field: [_("文字中有客户名称“%s”，公开前请改写。") % hit]})


@action(
    "needs.publish_idea",
    on=Idea,
    verb="approve",
    title=lazy("对客户公开"),
    icon="world",
    available=lambda row, by: not row.shared and row.status != Idea.Status.REFUSED,  # noqa: ARG005
)
def publish_idea(
    row: Idea,
    *,
    by: Actor,
    title: Annotated[str, kinds.Text(lazy("提案（客户看到的标题）"), max_length=120)],
    text: Annotated[str, kinds.LongText(lazy("提案说明（去掉公司与人名）"), max_length=2000)],
) -> Idea:
    """Let customers see a proposal, in words that name nobody; a waiting one is now put to vote.

    Raises:
        Invalid: no words, or the name of a customer in them.
    """
    for name, value in (("title", title), ("text", text)):
        if not (value or "").strip():
            raise Invalid(fields={name: [_("必填，当前为空")]})
        refuse_names(name, value)
    if row.result:
        refuse_names("__all__", row.result)
    row.title, row.text, row.shared = title.strip(), text.strip(), True
    if row.status == Idea.Status.WAITING:
        row.status = Idea.Status.PROPOSED
    return store(row, by=by, fields=["title", "text", "shared", "status"])


@action(
    "needs.refuse_idea",
    on=Idea,
    verb="approve",
    title=lazy("不予公开"),
    icon="eye-off",
    available=lambda row, by: row.status == Idea.Status.WAITING,  # noqa: ARG005
)
def refuse_idea(
    row: Idea,
    *,
    by: Actor,
    reason: Annotated[str, kinds.LongText(lazy("理由（提案人可见）"), max_length=500)],
) -> Idea:
    """Do not open a contact's proposal; he alone sees it, with the reason.

    Raises:
        Invalid: no reason.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明理由。")]})
    refuse_names("reason", reason)
    row.status, row.result = Idea.Status.REFUSED, reason.strip()
    return store(row, by=by, fields=["status", "result"])


@action(
    "needs.publish_remark",
    on=Remark,
    verb="approve",
    title=lazy("对客户公开"),
    icon="world",
    available=lambda row, by: row.status in ("waiting", "internal"),  # noqa: ARG005
)
def publish_remark(row: Remark, *, by: Actor) -> Remark:
    """Let customers see a comment; never with the name of who wrote it.

    Raises:
        Invalid: the name of a customer in it.
    """
    refuse_names("__all__", row.text)
    row.status = Remark.Status.PUBLIC
    return store(row, by=by, fields=["status"])


@action(
    "needs.refuse_remark",
    on=Remark,
    verb="approve",
    title=lazy("不予公开"),
    icon="eye-off",
    available=lambda row, by: row.status in ("waiting", "public"),  # noqa: ARG005
)
def refuse_remark(row: Remark, *, by: Actor) -> Remark:
    """Keep a comment from customers, or take an open one back."""
    row.status = Remark.Status.REFUSED
    return store(row, by=by, fields=["status"])
