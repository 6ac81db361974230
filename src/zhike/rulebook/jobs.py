"""Scheduled work of the rule book, and large simulations."""

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.identity.models import User
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import SYSTEM
from zhike.kernel.errors import Refusal
from zhike.kernel.jobs import every, job
from zhike.kernel.models import PolicyVersion
from zhike.kernel.registry import registry
from zhike.rulebook.actions.simulations import keep, note_progress, simulate
from zhike.rulebook.actions.versions import announce
from zhike.trust.queries import actor_for


@every("1 * * * *", "rulebook.versions_take_effect")
def versions_take_effect() -> None:
    """Tell, just after midnight and every hour, which versions have come into force."""
    by = SYSTEM(reason="规则版本按日期生效")
    for policy_id in registry.policies:
        with transaction.atomic():
            announce(policy_id, by=by)


@job("rulebook.simulate")
def simulate_in_parts(version_id: int, user_id: int) -> None:
    """Simulate a version in the scope of the person who asked; a changed draft is left alone.

    How far it is stands on the version after every part, for the page to show.
    """
    row = PolicyVersion.unscoped.get(pk=version_id)
    if (row.simulation or {}).get("state") != "running":
        return
    by = actor_for(User.unscoped.get(pk=user_id), channel="job")
    found, message = None, str(_("草稿在模拟期间被修改，请重新模拟。"))
    try:
        found = simulate(row.policy_id, row.params, by=by, progress=note_progress(row))
    except Refusal as error:
        message = error.message
    with recorded(by, "rulebook.simulate_version"):
        locked = PolicyVersion.unscoped.select_for_update().get(pk=row.pk)
        if found is not None and locked.params == row.params:
            keep(locked, found, by=by)
        else:
            locked.simulation = {"state": "failed", "message": message}
            store(locked, by=by, fields=["simulation"])
