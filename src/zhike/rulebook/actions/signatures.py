"""Signing: covered people confirm an edition; those who have not are reminded (ORG-028)."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.kernel.events import emit
from zhike.rulebook.events import AcknowledgementRequested, EditionAcknowledged
from zhike.rulebook.models import Acknowledgement, Edition
from zhike.rulebook.queries import documents as read


def _published(row: Edition, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Edition.Status.PUBLISHED)


@action(
    "rulebook.acknowledge",
    on=Edition,
    verb="view",
    title=lazy("我已阅读并签收"),
    icon="signature",
    available=_published,
)
def acknowledge(row: Edition, *, by: Actor) -> Acknowledgement:
    """Sign an edition for oneself; a second time changes nothing.

    Raises:
        Forbidden: the document does not cover the person.
    """
    user_id = by.user_id or 0
    known = Acknowledgement.unscoped.filter(edition_id=row.pk, user_id=user_id).first()
    if known:
        return known
    if not read.covered_users(row.document_id).filter(pk=user_id).exists():
        raise Forbidden(
            _("您不在这份制度的适用部门内，无需签收。"), resource=Edition.key(), verb="view"
        )
    made = Acknowledgement(edition_id=row.pk, user_id=user_id, acknowledged_at=timezone.now())
    store(made, by=by)
    emit(EditionAcknowledged(row.document_id, row.pk, user_id), by=by)
    return made


@action(
    "rulebook.remind", on=Edition, title=lazy("提醒未签收的人"), icon="bell", available=_published
)
def remind(row: Edition, *, by: Actor) -> int:
    """Ask everybody who has not signed; return how many."""
    people = tuple(read.unsigned(row))
    if people:
        title = str(row.document.title)
        emit(AcknowledgementRequested(row.document_id, row.pk, title, people), by=by)
    return len(people)
