"""The co-creation board: vote, comment, decide and tell (NEED-013).

Here colleagues act, for themselves or on behalf of customers; customers' own door is ``guests``.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.needs.actions.moderation import refuse_names
from zhike.needs.actions.todos import open_todo
from zhike.needs.events import IdeaDecided
from zhike.needs.models import Idea, Remark, Vote
from zhike.needs.policies import Feedback
from zhike.needs.queries.calendar import after_working_days

Status = Idea.Status


def edit_idea(
    model: type[Idea],
    target: "Idea | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Idea:
    """Change a proposal before anybody voted, by its author.

    Raises:
        Forbidden: another's proposal. Conflict: somebody voted, or it is decided.
    """
    with recorded(by, "needs.idea.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        if not by.is_system and row.owner_id != by.user_id:
            raise Forbidden(_("只有发起人可以修改提案；您可以在下面评论。"))
        if row.votes_count or row.status != Status.PROPOSED or row.shared:
            raise Conflict(_("提案已公开、已有人投票或已有结果，不能再修改。"))
    return row


def _voted(row: Idea, by: Actor) -> bool:
    return Vote.unscoped.filter(idea_id=row.pk, user_id=by.user_id or 0).exists()


@action(
    "needs.vote_idea",
    on=Idea,
    verb="view",
    title=lazy("投票"),
    icon="thumb-up",
    available=lambda row, by: row.status == Status.PROPOSED and not _voted(row, by),
)
def vote_idea(
    row: Idea,
    *,
    by: Actor,
    customer: Annotated[
        Any, kinds.Link(lazy("代表客户"), "customers.Customer", null=True, blank=True)
    ] = None,
) -> Idea:
    """Vote for a proposal, once for each person; two clicks at once count once.

    Raises:
        Invalid: the person has voted. Forbidden: nobody in person.
    """
    if by.user_id is None:
        raise Forbidden(_("请由本人投票。"))
    store(Vote(idea=row, user_id=by.user_id, customer=customer), by=by)
    row.votes_count = Vote.unscoped.filter(idea=row).count()
    return store(row, by=by, fields=["votes_count"])


@action("needs.remark_idea", on=Idea, verb="view", title=lazy("评论"), icon="message-circle")
def remark_idea(
    row: Idea, *, by: Actor, text: Annotated[str, kinds.LongText(lazy("评论"), max_length=2000)]
) -> Idea:
    """Say something under a proposal; its author is told.

    Raises:
        Invalid: no text.
    """
    if not (text or "").strip():
        raise Invalid(fields={"text": [_("请写下评论内容。")]})
    store(Remark(idea=row, text=text.strip(), owner_id=by.user_id), by=by)
    if row.owner_id and row.owner_id != by.user_id:
        title = _("%(who)s 评论了提案“%(title)s”") % {"who": by.name, "title": row.title}
        notify([row.owner_id], title, by=by, body=text[:500], icon="message-circle",
               url=f"/needs/idea/{row.pk}/")  # fmt: skip
    return row


@action(
    "needs.decide_idea",
    on=Idea,
    verb="approve",
    title=lazy("公布结果"),
    icon="gavel",
    available=lambda row, by: row.status in (Status.PROPOSED, Status.ACCEPTED),  # noqa: ARG005
)
def decide_idea(
    row: Idea,
    *,
    by: Actor,
    status: Annotated[
        str,
        kinds.Choice(
            lazy("结果"),
            choices=[(s.value, s.label) for s in (Status.ACCEPTED, Status.DECLINED, Status.DONE)],
            max_length=10,
        ),
    ],
    result: Annotated[str, kinds.LongText(lazy("说明（将告知提出者与投票者）"), max_length=5000)],
) -> Idea:
    """Say what becomes of a proposal; author and voters are told, and the customer by a to-do.

    Raises:
        Invalid: no such result, or no words.
    """
    errors: dict[str, list[str]] = {}
    if status not in (Status.ACCEPTED, Status.DECLINED, Status.DONE) or status == row.status:
        errors["status"] = [_("请选择新的结果。")]
    if not (result or "").strip():
        errors["result"] = [_("请写明结果与理由。")]
    if errors:
        raise Invalid(fields=errors)
    if row.shared:
        refuse_names("result", result)
    row.status, row.result, row.decided_at = status, result.strip(), timezone.now()
    store(row, by=by, fields=["status", "result", "decided_at"])
    voters = Vote.unscoped.filter(idea=row).order_by("id").values_list("user_id", flat=True)
    people = [*([row.owner_id] if row.owner_id else []), *(pk for pk in voters if pk)]
    title = _("共创提案“%(title)s”：%(status)s") % {
        "title": row.title, "status": Status(status).label,
    }  # fmt: skip
    notify(people, title, by=by, body=row.result[:500], icon="bulb", url=f"/needs/idea/{row.pk}/")
    _ask_to_tell(row, by)
    emit(IdeaDecided(row.pk, str(status)), by=by)
    return row


def _ask_to_tell(row: Idea, by: Actor) -> None:
    """Open a to-do for the proposing customer and for each customer who was voted for."""
    asked = {row.customer_id: row.owner_id} if row.customer_id else {}
    votes = Vote.unscoped.filter(idea=row, customer__isnull=False)
    for one in votes.select_related("customer"):
        if one.customer is not None:
            asked.setdefault(one.customer.pk, one.user_id or one.customer.owner_id)
    days = in_force(Feedback.id)[1].tell_days
    for customer, owner in asked.items():
        open_todo(
            f"needs.idea:{row.pk}:{customer}:{row.status}",
            _("告知客户提案结果：%s") % row.title, by=by, owner_id=owner, customer_id=customer,
            due=after_working_days(timezone.localdate(), days), policy_id=Feedback.id,
            facts={"idea": row.pk},
        )  # fmt: skip
