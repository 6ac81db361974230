"""The dated versions of policies: what was in force on a day, and sentences for readers."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from zhike.kernel.models import PolicyVersion
from zhike.kernel.policies import Problem, Reason
from zhike.kernel.registry import registry


def in_force(policy_id: str, on: dt.date | None = None) -> tuple[PolicyVersion | None, Any]:
    """Return (version, parameters) in force on a day; (None, shipped defaults) before the first."""
    policy = registry.policies[policy_id]
    version = (
        PolicyVersion.unscoped.filter(
            policy_id=policy_id,
            status=PolicyVersion.Status.APPROVED,
            effective_on__lte=on or timezone.localdate(),
        )
        .order_by("-effective_on", "-number")
        .first()
    )
    return version, policy.parse(version.params) if version else policy.default()


def sentence(line: Reason | Problem) -> str:
    """Return a reason or problem in the reader's language with its values in place."""
    text = line.text if isinstance(line, Reason) else line.message
    args = {
        name: gettext(value) if isinstance(value, str) and value else value  # "" is the catalogue
        for name, value in line.args.items()
    }
    return gettext(text).format(**args)
