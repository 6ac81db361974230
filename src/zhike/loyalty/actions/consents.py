"""The register of consents: entries are added, never changed (LOY-013)."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.interactions.actions import forget_behaviour, settle_todos
from zhike.interactions.consents import BEHAVIOUR
from zhike.kernel.actions import create_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.loyalty.actions.todos import care_key
from zhike.loyalty.events import ConsentDecided
from zhike.loyalty.models import CareItem, Consent
from zhike.loyalty.models.care import CareChannel
from zhike.loyalty.queries.consents import consenting


def create_consent(model: type[Consent], values: Mapping[str, Any], *, by: Actor) -> Consent:
    """Take a decision down; a withdrawal ends what stood on the consent.

    The cares that were planned end, and the behaviour that was kept is deleted.

    Raises:
        Forbidden, Invalid: nothing was written; a decision of the future is refused.
    """
    with recorded(by, "loyalty.consent.create"):
        row = create_record(model, values, by=by)
        today = timezone.localdate()
        if row.decided_on > today:
            raise Invalid(fields={"decided_on": [_("决定日期不能晚于今天。")]})
        row.customer_id = row.person.customer_id
        store(row, by=by, fields=["customer"])
        if row.state == Consent.State.WITHDRAWN and row.purpose == Consent.Purpose.CARE:
            _end_cares(row, by)
        if row.purpose == BEHAVIOUR and not consenting([row.person_id], BEHAVIOUR, today):
            forget_behaviour({int(row.person_id)}, by=by)
        if row.customer_id:
            what = f"{row.person} · {row.get_state_display()}"
            emit(ConsentDecided(row.customer_id, what, row.person_id, row.state), by=by)
    return row


def _end_cares(consent: Consent, by: Actor) -> None:
    rows = CareItem.unscoped.select_for_update().filter(
        person_id=consent.person_id, status=CareItem.Status.PLANNED
    )
    if consent.channel != CareChannel.ANY:
        rows = rows.filter(channel=consent.channel)
    keys = []
    for item in rows:
        item.status, item.result = CareItem.Status.SKIPPED, _("已撤回同意")
        store(item, by=by, fields=["status", "result"])
        keys.append(care_key(item.pk))
    settle_todos(keys, by=by, result=_("已撤回同意"), done=False)
