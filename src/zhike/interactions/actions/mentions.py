"""@mentions: a colleague named by display name gets a notice, if he may see what it is about."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.interactions.events import ColleaguesMentioned
from zhike.interactions.models import Comment, Interaction
from zhike.kernel.actor import Actor
from zhike.kernel.events import emit
from zhike.trust.queries import actor_for

LONGEST_NAME = 20
MOST_MENTIONS = 20
AFTER_AT = re.compile(rf"[@＠]([^\s@＠，。；：、,.;:!?！？()（）<>\"']{{1,{LONGEST_NAME}}})")


def mentioned(text: str) -> list[User]:
    """Return the active people whose display name follows an @; the longest name wins.

    Chinese text has no blank after a name, so every beginning of what follows is tried.
    """
    runs = AFTER_AT.findall(text)[:MOST_MENTIONS]
    if not runs:
        return []
    beginnings = {run[:size] for run in runs for size in range(2, len(run) + 1)}
    people = User.unscoped.filter(
        display_name__in=beginnings, is_active=True, archived_at__isnull=True
    )
    by_name: dict[str, list[User]] = {}
    for user in people:
        by_name.setdefault(str(user.display_name), []).append(user)
    found: dict[int, User] = {}
    for run in runs:
        sizes = [size for size in range(len(run), 1, -1) if run[:size] in by_name]
        for user in by_name[run[: sizes[0]]] if sizes else ():
            found[user.pk] = user
    return list(found.values())


def tell_mentioned(
    text: str, row: Interaction | Comment, *, customer: Customer, by: Actor
) -> Sequence[User]:
    """Send a notice to each mentioned colleague who may see the row, and note the names on it.

    Whoever may not see it gets nothing and is not marked either: a mention opens no door.
    """
    told = []
    for user in mentioned(text):
        seen = type(row).objects.visible_to(actor_for(user))
        if user.pk == by.user_id or not seen.filter(pk=row.pk).exists():
            continue
        told.append(user)
    if told:
        title = _("%(who)s 在 %(customer)s 提到了您") % {"who": by.name, "customer": customer}
        url = f"/customers/customer/{customer.pk}/#{_anchor(row)}"
        people = [user.pk for user in told]
        notify(people, title, by=by, body=text[:500], url=url, icon="at")
        names = tuple(str(user.display_name) for user in told)
        emit(ColleaguesMentioned(tuple(people), names, by.name, url), by=by)
        row.extra = {**row.extra, "mentions": [str(user.display_name) for user in told]}
        type(row).unscoped.filter(pk=row.pk).update(extra=row.extra)
    return told


def _anchor(row: Interaction | Comment) -> str:
    if isinstance(row, Comment):
        return f"interaction-{row.interaction_id}"
    return f"interaction-{row.pk}"
