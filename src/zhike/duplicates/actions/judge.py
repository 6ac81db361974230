"""What people decide about a pair without merging it."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions import add_relation
from zhike.customers.models import CustomerRelation
from zhike.duplicates.models import CUSTOMER, Pair
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.outcome import Outcome

Status = Pair.Status


def _open(row: Any, _by: Actor) -> bool:
    return bool(row.status == Status.OPEN)


@action(
    "duplicates.ignore_pair", on=Pair, title=gettext_lazy("不是重复"), icon="x", available=_open
)
def ignore_pair(
    pair: Pair,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("理由"), max_length=200, blank=True)] = "",
) -> Outcome:
    """State that the two are not one; later scans leave the pair alone."""
    pair.status, pair.reason = Status.IGNORED, reason
    store(pair, by=by, fields=["status", "reason"])
    return Outcome(_("已标为不是重复"), undo=f"/quality/duplicates/{pair.pk}/reopen/")


@action(
    "duplicates.relate_pair",
    on=Pair,
    title=gettext_lazy("标为关联企业"),
    icon="sitemap",
    available=lambda row, by: _open(row, by) and row.kind == CUSTOMER,
)
def relate_pair(
    pair: Pair,
    *,
    by: Actor,
    relation: Annotated[
        str,
        kinds.Choice(
            gettext_lazy("关系"), choices=CustomerRelation.Kind.choices, max_length=16,
            default=CustomerRelation.Kind.SAME_CONTROLLER,
        ),
    ] = CustomerRelation.Kind.SAME_CONTROLLER,
) -> Outcome:  # fmt: skip
    """State that the two are companies of one group: makes a relation between them (DAT-031)."""
    add_relation(pair.left_id, by=by, other=pair.right_id, kind=relation)
    pair.status = Status.RELATED
    store(pair, by=by, fields=["status"])
    return Outcome(_("已标为关联企业"))


@action(
    "duplicates.reopen_pair",
    on=Pair,
    title=gettext_lazy("恢复为待处理"),
    icon="arrow-back-up",
    available=lambda row, _by: row.status in {Status.IGNORED, Status.RELATED},
)
def reopen_pair(pair: Pair, *, by: Actor) -> Outcome:
    """Take the decision back; a relation that was made stays."""
    if pair.status == Status.MERGED:
        raise Conflict(_("这一对已合并，请到合并记录中撤销。"))
    pair.status, pair.reason = Status.OPEN, ""
    store(pair, by=by, fields=["status", "reason"])
    return Outcome(_("已恢复为待处理"))
