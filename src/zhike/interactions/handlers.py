"""What the contact rule does when customers change, and what signing asks of people."""

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.events import (
    GradeOverrideDecided,
    GradingFinished,
    LifecycleChanged,
    OwnerChanged,
)
from zhike.identity.queries import end_of_day
from zhike.interactions import cadence
from zhike.interactions.actions import raise_todo, settle_todos, tell_robots
from zhike.interactions.actions.people import release
from zhike.interactions.events import ColleaguesMentioned, ToDoCompleted
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM
from zhike.kernel.events import on
from zhike.rulebook.events import AcknowledgementRequested, EditionAcknowledged
from zhike.rulebook.queries.documents import acknowledged, sign_by


@on(GradingFinished)
def after_grading(event: GradingFinished) -> None:  # noqa: ARG001
    """Fill the contact to-dos of everybody: the grades decide how often."""
    cadence.fill()


@on(GradeOverrideDecided)
def after_override(event: GradeOverrideDecided) -> None:
    """Fill those of the one customer whose grade was set by hand."""
    cadence.fill(only=[event.customer_id])


@on(LifecycleChanged)
def after_lifecycle(event: LifecycleChanged) -> None:
    """Fill those of the customer that moved on, or was lost."""
    cadence.fill(only=[event.customer_id])


@on(OwnerChanged)
def after_hand_over(event: OwnerChanged) -> None:
    """Give the open contact to-do to the new owner."""
    cadence.fill(only=[event.customer_id])


@on(ToDoCompleted)
def after_review(event: ToDoCompleted) -> None:
    """Send the automated message that a person has reviewed (ORG-034)."""
    release(event.todo_id)


@on(AcknowledgementRequested)
def ask_to_sign(event: AcknowledgementRequested) -> None:
    """Give everybody who has to sign an edition a to-do that leads to it (ORG-028)."""
    by = SYSTEM(reason="提醒签收制度")
    due = end_of_day(sign_by(timezone.localdate()))
    signed = acknowledged(event.edition_id)
    with recorded(by, "interactions.ask_to_sign"):
        for user_id in sorted(set(event.user_ids) - signed):
            raise_todo(
                signing_key(event.edition_id, user_id),
                _("请阅读并签收：%s") % event.document,
                owner_id=user_id,
                due_at=due,
                by=by,
                link=f"/rulebook/documents/{event.document_id}/",
            )


@on(EditionAcknowledged)
def after_signing(event: EditionAcknowledged) -> None:
    """Tick the signer's to-do off."""
    by = SYSTEM(reason="制度已签收")
    with recorded(by, "interactions.after_signing"):
        settle_todos(
            [signing_key(event.edition_id, event.user_id)], by=by, result=_("已阅读并签收")
        )


def signing_key(edition_id: int, user_id: int) -> str:
    """Return what names the to-do of one person for one edition."""
    return f"rulebook.sign:{edition_id}:{user_id}"


@on(ColleaguesMentioned)
def after_mention(event: ColleaguesMentioned) -> None:
    """Tell the groups that serve the mentioned people: names and an address, no customer."""
    words = {"who": event.who, "names": "、".join(event.names)}
    text = _("%(who)s 在知客提到了 %(names)s，请登录知客查看通知。") % words
    tell_robots(event.user_ids, text, by=SYSTEM(reason="转发提醒到群"))
