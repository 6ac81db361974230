"""The dated versions of policies: what was in force on a day, and sentences for readers."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import Problem, Reason
from zhike.kernel.prepared import prepared
from zhike.kernel.registry import registry


def in_force(policy_id: str, on: dt.date | None = None) -> tuple[PolicyVersion | None, Any]:
    """Return (version, parameters) in force on a day; (None, shipped defaults) before the first."""
    policy = registry.policies[policy_id]
    today = timezone.localdate()
    if on is None or on == today:
        found = _today(ANONYMOUS, policy_id)
    else:
        found = list(_approved(policy_id, on))
    version = found[0] if found else None
    return version, policy.parse(version.params) if version else policy.default()


def _approved(policy_id: str, on: dt.date) -> "QuerySet[PolicyVersion]":
    approved = PolicyVersion.Status.APPROVED
    rows = PolicyVersion.unscoped.filter(policy_id=policy_id, status=approved, effective_on__lte=on)
    return rows.order_by("-effective_on", "-number")[:1]


@prepared
def _today(_by: Actor, policy_id: str) -> "QuerySet[PolicyVersion]":
    return _approved(policy_id, timezone.localdate())


def sentence(line: Reason | Problem) -> str:
    """Return a reason or problem in the reader's language with its values in place."""
    text = line.text if isinstance(line, Reason) else line.message
    args = {
        name: gettext(value) if isinstance(value, str) and value else value  # "" is the catalogue
        for name, value in line.args.items()
    }
    return gettext(text).format(**args)
