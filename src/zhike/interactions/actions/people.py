"""Where automation meets people: messages reviewed before they go, to-dos handed to a person."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.models import RoleAssignment, User
from zhike.identity.queries import add_working_days, supervisors, valid_on
from zhike.interactions.actions.raising import raise_todo
from zhike.interactions.actions.steps import end_of_day
from zhike.interactions.events import HandedToPerson
from zhike.interactions.models import ToDo
from zhike.interactions.policies import AutomationReview, ReviewFacts
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force


def announce(
    flow: str,
    people: Iterable[int],
    title: str,
    *,
    key: object,
    by: Actor,
    body: str = "",
    url: str = "",
    icon: str = "bell",
) -> bool:
    """Send an automated message, or have a person review it first; returns whether it was sent.

    Args:
        flow: declared with ``automated_flow``; key: tells the messages of a flow apart.
    """
    params = in_force(AutomationReview.id)[1]
    told = list(dict.fromkeys(people))
    if not AutomationReview().decide(ReviewFacts(flow=flow), params).outcome:
        notify(told, title, by=by, body=body, url=url, icon=icon)
        return True
    due = add_working_days(timezone.localdate(), params.within_days)
    raise_todo(
        f"review:{flow}:{key}", _("审核自动消息：%s") % title,
        owner_id=_reviewer(params.reviewer_role, 0), due_at=end_of_day(due), by=by, link=url,
        family=ToDo.Family.APPROVAL, policy_id=AutomationReview.id, tell=True,
        facts={"people": told, "title": title, "body": body, "url": url, "icon": icon},
    )  # fmt: skip
    return False


def release(todo_id: int) -> bool:
    """Send the message behind a review that a person has completed, once."""
    by = SYSTEM(reason=AutomationReview.id)
    with recorded(by, "interactions.release"):
        rows = ToDo.unscoped.select_for_update().filter(pk=todo_id, policy_id=AutomationReview.id)
        row = rows.filter(status=ToDo.Status.DONE).first()
        if row is None or "sent" in row.facts:
            return False
        facts = row.facts
        notify(
            facts["people"], facts["title"], by=by, body=facts["body"], url=facts["url"],
            icon=facts["icon"],
        )  # fmt: skip
        row.facts = {**facts, "sent": timezone.now().isoformat()}
        store(row, by=by, fields=["facts"])
    return True


def is_automated(row: ToDo) -> bool:
    """Tell whether a rule or a process made the to-do, not a person."""
    return bool(row.policy_id or row.source_key)


@action(
    "interactions.ask_a_person",
    on=ToDo,
    verb="change",
    title=gettext_lazy("转人工"),
    icon="user-share",
    available=lambda row, _by: row.status == ToDo.Status.OPEN and is_automated(row),
    leaves_scope=True,
)
def ask_a_person(
    row: ToDo,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> ToDo:
    """Give what automation cannot settle to the superior, saying why; the rule leaves it there.

    Raises:
        Invalid: no reason. Conflict: nobody stands above and nobody holds the reviewer's role.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明需要人工处理的原因。")]})
    person = _person_for(row)
    if person is None:
        raise Conflict(_("没有可以接手的主管，请先维护部门负责人，或转交给同事。"))
    row.extra = {
        **row.extra,
        "handed": {"from": row.owner_id, "by": by.user_id, "to": person, "reason": reason.strip()},
    }
    before, row.owner_id = row.owner_id, person
    store(row, by=by, fields=["owner", "extra"])
    if person != by.user_id:
        title = _("%(who)s 转人工处理：%(title)s") % {"who": by.name, "title": row.title}
        notify([person], title, by=by, body=reason.strip(), icon="user-share", url="/todos/")
    emit(HandedToPerson(row.pk, before, person, reason.strip()), by=by)
    return row


def _person_for(row: ToDo) -> int | None:
    above = supervisors(row.owner_id) if row.owner_id else []
    if above:
        return above[0]
    return _reviewer(in_force(AutomationReview.id)[1].reviewer_role, row.owner_id or 0)


def _reviewer(role: str, but: int, on: dt.date | None = None) -> int | None:
    """Return who holds the reviewer's role today, the longest serving first."""
    held = RoleAssignment.unscoped.filter(valid_on(on or timezone.localdate()), role__code=role)
    people = User.unscoped.filter(pk__in=held.values("user_id"), is_active=True).exclude(pk=but)
    return people.order_by("pk").values_list("pk", flat=True).first()
