"""Where automation meets people: messages reviewed before they go, to-dos handed to a person."""

from collections.abc import Iterable
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.models import Notice
from zhike.identity.queries import add_working_days, end_of_day, supervisors
from zhike.interactions.actions.raising import raise_todo
from zhike.interactions.actions.review_gate import reviewer
from zhike.interactions.actions.robots import queue_messages
from zhike.interactions.events import HandedToPerson
from zhike.interactions.models import ToDo
from zhike.interactions.policies import AutomationReview
from zhike.kernel import automation, kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Invalid, NotFound
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
    with automation.run(flow):
        return notify(people, title, by=by, body=body, url=url, icon=icon, key=key) > 0


def release(todo_id: int) -> bool:
    """Send the message behind a review that a person has completed, once."""
    by = SYSTEM(reason=AutomationReview.id)
    with recorded(by, "interactions.release"):
        rows = ToDo.unscoped.select_for_update().filter(pk=todo_id, policy_id=AutomationReview.id)
        row = rows.filter(status=ToDo.Status.DONE).first()
        if row is None or "sent" in row.facts:
            return False
        facts = row.facts
        if "robots" in facts:
            queue_messages(facts["robots"], facts["text"], by=by)
        else:
            notify(
                facts["people"], facts["title"], by=by, body=facts["body"], url=facts["url"],
                icon=facts["icon"], reviewed=True,
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
    person = _person_for(row.owner_id)
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


def _person_for(owner_id: int | None) -> int | None:
    above = supervisors(owner_id) if owner_id else []
    if above:
        return above[0]
    return reviewer(in_force(AutomationReview.id)[1].reviewer_role, owner_id or 0)


def ask_about_message(notice_id: int, *, by: Actor, reason: str) -> ToDo:
    """Give an automated message to the reader's superior as a to-do, saying why.

    Raises:
        Invalid: no reason. NotFound: not a message to this reader. Conflict: a colleague wrote it,
            or nobody can take over.
    """
    if not (reason or "").strip():
        raise Invalid(fields={"reason": [_("请写明需要人工处理的原因。")]})
    notice = Notice.objects.visible_to(by).filter(pk=notice_id, user_id=by.user_id).first()
    if notice is None:
        raise NotFound
    if notice.created_by_id is not None:
        raise Conflict(_("这条消息由同事发出，请直接联系。"))
    person = _person_for(by.user_id)
    if person is None:
        raise Conflict(_("没有可以接手的主管，请先维护部门负责人，或转交给同事。"))
    due = add_working_days(timezone.localdate(), in_force(AutomationReview.id)[1].within_days)
    words = {"who": by.name, "title": notice.title}
    with recorded(by, "interactions.ask_about_message"):
        return raise_todo(
            f"notice:{notice.pk}", _("%(who)s 转人工处理：%(title)s") % words, owner_id=person,
            due_at=end_of_day(due), by=by, link=notice.url, tell=True,
            facts={"notice": notice.pk, "reason": reason.strip()[:200]},
        )  # fmt: skip
