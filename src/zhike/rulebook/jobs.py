"""Scheduled work of the rule book."""

from django.db import transaction

from zhike.kernel.actor import SYSTEM
from zhike.kernel.jobs import every
from zhike.kernel.registry import registry
from zhike.rulebook.actions.versions import announce


@every("1 * * * *", "rulebook.versions_take_effect")
def versions_take_effect() -> None:
    """Tell, just after midnight and every hour, which versions have come into force."""
    by = SYSTEM(reason="规则版本按日期生效")
    for policy_id in registry.policies:
        with transaction.atomic():
            announce(policy_id, by=by)
