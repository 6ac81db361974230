"""The gate between automation and people: what is on the review list waits for a person (ORG-034)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import Message, notify, provide_gate
from zhike.identity.queries import add_working_days, end_of_day, holders
from zhike.interactions.actions.raising import raise_todo
from zhike.interactions.models import ToDo
from zhike.interactions.policies import AutomationReview, ReviewFacts
from zhike.kernel import automation
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force


def hold_back(title: str, facts: Mapping[str, Any], *, key: str, link: str, by: Actor) -> bool:
    """Keep a message of the running flows for review if one is listed; returns whether it was.

    Args:
        facts: what ``release`` needs to send it; key: tells the messages of a flow apart.
    """
    params = in_force(AutomationReview.id)[1]
    rule = AutomationReview()
    listed = [
        flow for flow in automation.running()
        if rule.decide(ReviewFacts(flow=flow), params).outcome
    ]  # fmt: skip
    if not listed:
        return False
    due = add_working_days(timezone.localdate(), params.within_days)
    person, words = reviewer(params.reviewer_role), _("审核自动消息：%s") % title
    raise_todo(
        f"review:{listed[0]}:{key}"[:120], words, owner_id=person, due_at=end_of_day(due), by=by,
        link=link, family=ToDo.Family.APPROVAL, policy_id=AutomationReview.id, facts=facts,
    )  # fmt: skip
    if person:
        notify([person], words, by=by, icon="eye-check", url=link or "/todos/", reviewed=True)
    return True


def _gate(message: Message, by: Actor) -> bool:
    """Hold a notice back."""
    facts = {
        "people": message.people, "title": message.title, "body": message.body,
        "url": message.url, "icon": message.icon,
    }  # fmt: skip
    told = f"{message.people}{message.title}{message.body}{message.url}"
    key = message.key or hashlib.sha256(told.encode()).hexdigest()[:16]
    return hold_back(message.title, facts, key=key, link=message.url, by=by)


provide_gate(_gate)


def reviewer(role: str, but: int = 0) -> int | None:
    """Return who holds the reviewer's role today, the longest serving first."""
    return next((pk for pk in holders(role) if pk != but), None)
