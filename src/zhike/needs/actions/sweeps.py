"""Work over all needs: nobody is forgotten, whatever became of a to-do."""

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.identity.queries import end_of_day, supervisors
from zhike.kernel.actions import authored, recorded
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.policy_store import in_force
from zhike.needs.models import Need
from zhike.needs.models.need import CLOSED
from zhike.needs.policies import Feedback
from zhike.needs.queries.calendar import after_working_days

# A to-do that somebody ticked or gave up without telling the customer comes back the next night.
UNTOLD = """
INSERT INTO interactions_todo (version, extra, created_at, updated_at, title, customer_id, family,
    status, due_at, owner_id, unit_id, policy_id, policy_version_id, source_key, facts, result, link)
SELECT 1, '{}', %(now)s, %(now)s, left(replace(%(title)s, '%%s', n.title), 200), n.customer_id,
    'task', 'open', %(due)s, coalesce(n.owner_id, c.owner_id), n.unit_id, %(policy)s, %(version)s,
    'needs.tell:' || n.id, jsonb_build_object('need', n.id), '',
    '/needs/need/' || n.id || '/'
FROM needs_need n JOIN customers_customer c ON c.id = n.customer_id
WHERE n.status IN ('declined', 'confirmed') AND n.told_at IS NULL AND n.archived_at IS NULL
ON CONFLICT (source_key) WHERE status = 'open' AND NOT source_key = '' DO NOTHING
"""


def ask_again(on: dt.date | None = None) -> int:
    """Reopen the to-do of every closed need whose customer was not told; returns how many.

    One statement; may run any number of times.
    """
    day = on or timezone.localdate()
    version, params = in_force(Feedback.id, day)
    values: dict[str, Any] = {
        "now": timezone.now(),
        "title": _("告知客户决定与理由：%s"),
        "due": end_of_day(after_working_days(day, params.tell_days)),
        "policy": Feedback.id,
        "version": version.pk if version else None,
    }
    with recorded(SYSTEM(reason=Feedback.id), "needs.ask_again"), connection.cursor() as cursor:
        cursor.execute(UNTOLD, values)
        return int(cursor.rowcount)


def escalate(now: dt.datetime | None = None) -> int:
    """Tell the supervisors once of every need whose first answer is overdue (NEED-015)."""
    moment = now or timezone.now()
    system = SYSTEM(reason="needs.answer_time")
    with recorded(system, "needs.escalate"):
        late = Need.unscoped.select_for_update(skip_locked=True).filter(
            answered_at__isnull=True, answer_due_at__lt=moment, escalated_at__isnull=True,
            archived_at__isnull=True,
        ).exclude(status__in=CLOSED)  # fmt: skip
        rows = list(late.values_list("pk", "owner_id", "title"))
        Need.unscoped.filter(pk__in=[pk for pk, _owner, _title in rows]).update(
            escalated_at=moment, **authored(system, moment)
        )
        by_owner: dict[int | None, list[tuple[int, str]]] = {}
        for pk, owner, title in rows:
            by_owner.setdefault(owner, []).append((pk, title))
        for person, found in by_owner.items():
            _alert(person, found, system)
    return len(rows)


def _alert(owner: int | None, found: "list[tuple[int, str]]", by: Actor) -> None:
    people = [*([owner] if owner else []), *(supervisors(owner) if owner else [])]
    names = "；".join(title for _pk, title in found[:5])
    title = _("%d 项客户需求超过首次答复时限") % len(found)
    notify(people, title, by=by, body=names, icon="clock-exclamation",
           url="/needs/need/?view=late")  # fmt: skip
