"""Checks that people make: limited in number, and written down (DAT-025)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.duplicates.models import CUSTOMER, Check
from zhike.duplicates.policies import EntryFacts, EntryParams, EntryPolicy
from zhike.duplicates.queries.live import Candidate, candidates
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import PolicyRefused
from zhike.kernel.policy_store import in_force, sentence

HOUR = dt.timedelta(hours=1)
ASKED_SHOWN = ("name", "short_name", "credit_code", "website", "address")


def check(
    kind: str, values: Mapping[str, Any], *, by: Actor, door: str, but: int | None = None
) -> list[Candidate]:
    """Return the look-alikes of what somebody types, and write down that it was asked.

    Raises:
        Forbidden: the actor may not check. PolicyRefused: too often within the hour.
    """
    authorise(by, Check.key(), "create")
    __, params = in_force(EntryPolicy.id)
    _within_limit(params, by)
    found = candidates(kind, values, by=by, least=params.warn_from, limit=params.shown, but=but)
    note_check(kind, values, found, by=by, door=door)
    return found


def note_check(
    kind: str, values: Mapping[str, Any], found: Sequence[Candidate], *, by: Actor, door: str
) -> None:
    """Write down who asked for what through which door; telephone numbers are not kept."""
    if by.user_id is None:
        return
    names = ASKED_SHOWN if kind == CUSTOMER else ("name",)
    shown = [str(values.get(name)) for name in names if values.get(name)]
    others = [name for name in values if values.get(name) and name not in names]
    asked = " · ".join([*shown, *others])[:200] or "—"
    with recorded(by, "duplicates.check"):
        row = Check(
            user_id=by.user_id, door=door, asked=asked, found=len(found),
            hidden=sum(not one.visible for one in found),
        )  # fmt: skip
        store(row, by=by)


def _within_limit(params: EntryParams, by: Actor) -> None:
    if by.user_id is None:
        return
    since = timezone.now() - HOUR
    lately = Check.unscoped.filter(user_id=by.user_id, created_at__gte=since).count()
    decision = EntryPolicy().decide(EntryFacts(lately=lately), params)
    if decision.outcome == "limit":
        reasons = [sentence(reason) for reason in decision.reasons]
        text = _("一小时内最多查重 %(limit)s 次，请稍后再试。") % {"limit": params.asked_per_hour}
        raise PolicyRefused(text, policy=EntryPolicy.id, reasons=reasons)
