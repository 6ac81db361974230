"""Two departments on one customer: found as soon as it is written down, settled by the two."""

import datetime as dt
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.interactions.actions import announce
from zhike.interactions.automation import automated_flow
from zhike.interactions.models import Interaction
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.events import emit
from zhike.kernel.policies import N_
from zhike.kernel.policy_store import in_force
from zhike.teamwork.events import ConflictFound
from zhike.teamwork.models import ActionConflict
from zhike.teamwork.policies import ConflictFacts, ConflictOfAction, Move

ALERT = automated_flow("teamwork.conflict_alert", N_("行动冲突提醒"))


def find_conflicts(interaction_id: int) -> list[ActionConflict]:
    """Compare one communication with those of other departments and alert both owners once."""
    row = Interaction.unscoped.filter(pk=interaction_id, archived_at=None).first()
    if row is None:
        return []
    mine = _move(row)
    params = in_force(ConflictOfAction.id, mine.day)[1]
    reach = dt.timedelta(days=params.window_days + 1)
    near = list(
        Interaction.unscoped.filter(
            customer_id=row.customer_id, archived_at=None,
            occurred_at__gte=row.occurred_at - reach, occurred_at__lte=row.occurred_at + reach,
        ).exclude(pk=row.pk).order_by("pk")[:200]
    )  # fmt: skip
    facts = ConflictFacts(move=mine, others=tuple(_move(one) for one in near))
    indices = ConflictOfAction().decide(facts, params).outcome
    by = SYSTEM(reason=ConflictOfAction.id)
    with recorded(by, "teamwork.find_conflicts"):
        found = [_alert(near[index], row, by) for index in indices]
    return [one for one in found if one is not None]


def _move(row: Interaction) -> Move:
    day = timezone.localtime(row.occurred_at).date()
    return Move(unit=row.unit_id, person=row.owner_id, channel=str(row.channel), day=day)


def _alert(first: Interaction, second: Interaction, by: Actor) -> ActionConflict | None:
    low, high = sorted((first.pk, second.pk))
    key = f"interactions:{low}:{high}"
    if ActionConflict.unscoped.filter(source_key=key).exists():
        return None
    day = timezone.localtime(second.occurred_at).date()
    row = ActionConflict(
        customer_id=second.customer_id, day=day, source_key=key,
        owner_id=first.owner_id, unit_id=first.unit_id,
        other_id=second.owner_id, other_unit_id=second.unit_id,
        facts={"interactions": [low, high], "channel": str(second.channel)},
    )  # fmt: skip
    store(row, by=by)
    words = {"customer": row.customer, "day": day}
    title = _("%(customer)s 在 %(day)s 有不同部门的拜访，请协调") % words
    people = [pk for pk in (first.owner_id, second.owner_id) if pk]
    announce(
        ALERT, people, title, key=row.pk, by=by, icon="alert-triangle",
        url=f"/teamwork/actionconflict/{row.pk}/",
    )  # fmt: skip
    emit(ConflictFound(row.customer_id, row.pk), by=by)
    return row


@action(
    "teamwork.settle_conflict",
    on=ActionConflict,
    title=gettext_lazy("写协调结果"),
    icon="check",
    available=lambda row, _by: row.status == ActionConflict.Status.OPEN,
)
def settle_conflict(
    row: ActionConflict,
    *,
    by: Actor,
    settlement: Annotated[str, kinds.LongText(gettext_lazy("协调结果"), max_length=2_000)],
) -> ActionConflict:
    """Write down who does what, and tell the other side."""
    row.status, row.settlement = ActionConflict.Status.SETTLED, settlement
    store(row, by=by, fields=["status", "settlement"])
    people = [pk for pk in (row.owner_id, row.other_id) if pk and pk != by.user_id]
    title = _("%s 的行动冲突已协调") % row.customer
    notify(people, title, by=by, body=settlement, icon="check")
    return row
