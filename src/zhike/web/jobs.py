"""Work of the delivery layer that takes too long for a request."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import notify
from zhike.identity.actions.preferences import set_preference
from zhike.identity.queries import person, preferences
from zhike.kernel.actions import Action
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Refusal
from zhike.kernel.jobs import job
from zhike.kernel.listing import Listing
from zhike.kernel.registry import registry
from zhike.trust.queries import actor_for
from zhike.web.forms import action_form, action_values

CHUNK = 500


def start_batch(name: str, action: Action, total: int, *, by: Actor) -> None:
    """Note a batch that begins, for its progress page."""
    state = {"title": str(action.title), "done": 0, "total": total, "after": 0, "state": "running"}
    set_preference(f"batch:{name}", state, by=by)


def _batch(
    name: str, action: str, resource: str, user_id: int, query: dict[str, str],
    values: dict[str, Any],
) -> None:  # fmt: skip
    """Carry a set action out in chunks by ascending id, each with its progress in one transaction.

    A repetition goes on after the last chunk that was committed.
    """
    user = person(user_id)
    by = actor_for(user, channel="job")
    if user is None or by.user_id is None:
        return
    made, key = registry.actions[action], f"batch:{name}"
    state = preferences(user_id, key).get(key) or {}
    if state.get("state") != "running":
        return
    data = QueryDict(mutable=True)
    data.update(values)
    try:
        _chunks(made, registry.resource(resource), data, query, state, key, by)
        state["state"], text = "done", _("%(title)s已完成，共 %(done)d 条")
    except Refusal as refusal:
        state["state"], text = (
            "failed",
            _("%(title)s处理到第 %(done)d 条时停下：") + refusal.message.replace("%", "%%"),
        )
    set_preference(key, state, by=by)
    notify([user_id], text % state, by=by, url=f"/batches/{name}/", icon=made.icon)


def _chunks(
    action: Action, resource: Any, data: QueryDict, query: dict[str, str], state: dict[str, Any],
    key: str, by: Actor,
) -> None:  # fmt: skip
    from django.db import transaction

    cleaned = action_values(action, action_form(action, by, data=data), by)
    while True:
        rows = Listing(resource, by, query).filtered.filter(pk__gt=state["after"])
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        with transaction.atomic():
            action(ids, by=by, **cleaned)
            state["done"] += len(ids)
            state["after"] = ids[-1]
            set_preference(key, state, by=by)


run_batch = job("web.run_batch")(_batch)
