"""Colleagues' suggestions: submitted, given to somebody, answered, honoured."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.identity.queries import add_working_days, end_of_day
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.teamwork.actions.improvement import raise_item
from zhike.teamwork.events import SuggestionAnswered
from zhike.teamwork.models import ImprovementItem, Suggestion
from zhike.teamwork.policies import SuggestionCredit, SuggestionFacts

Status = Suggestion.Status
URL = "/teamwork/suggestion/"


def submit_suggestion(
    model: type[Suggestion], values: Mapping[str, Any], *, by: Actor
) -> Suggestion:
    """Submit an idea in one's own name."""
    with recorded(by, "teamwork.submit_suggestion"):
        return create_record(model, values, by=by)


@action(
    "teamwork.triage_suggestion",
    on=Suggestion,
    verb="approve",
    title=gettext_lazy("分派处理"),
    icon="user-share",
    available=lambda row, _by: row.status == Status.SUBMITTED,
)
def triage_suggestion(
    row: Suggestion, *, by: Actor, handler: Annotated[Any, kinds.Owner(gettext_lazy("处理人"))]
) -> Suggestion:
    """Give the suggestion to somebody who answers it within the days of the rule."""
    pk = handler.pk if isinstance(handler, User) else handler
    person = User.unscoped.filter(pk=pk or 0, is_active=True).first()
    if person is None:
        raise Invalid(fields={"handler": [_("请选择在职的同事。")]})
    row.handler, row.status = person, Status.TRIAGED
    store(row, by=by, fields=["handler", "status"])
    days = in_force(SuggestionCredit.id)[1].answer_days
    due_on = add_working_days(timezone.localdate(), days)
    raise_todo(
        _key(row), _("答复建议：%s") % row.title, owner_id=person.pk, due_at=end_of_day(due_on),
        by=by, link=f"{URL}{row.pk}/", policy_id=SuggestionCredit.id,
    )  # fmt: skip
    return row


@action(
    "teamwork.answer_suggestion",
    on=Suggestion,
    verb="view",
    title=gettext_lazy("答复"),
    icon="message-circle",
    available=lambda row, by: row.status == Status.TRIAGED and row.handler_id == by.user_id,
)
def answer_suggestion(
    row: Suggestion,
    *,
    by: Actor,
    answer: Annotated[str, kinds.LongText(gettext_lazy("答复"), max_length=4_000)],
    adopted: Annotated[bool, kinds.Bool(gettext_lazy("采纳"), default=False)] = False,
    due_on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("采纳后的完成期限"), null=True, blank=True)
    ] = None,
) -> Suggestion:
    """Answer a suggestion; an adopted one earns its credit and becomes an improvement item.

    Raises:
        Invalid: no answer, or adopted without a day.
    """
    if not (answer or "").strip():
        raise Invalid(fields={"answer": [_("必填。")]})
    if adopted and due_on is None:
        raise Invalid(fields={"due_on": [_("采纳的建议须写明完成期限。")]})
    params = in_force(SuggestionCredit.id)[1]
    row.answer, row.answered_at = answer, timezone.now()
    row.status = Status.ADOPTED if adopted else Status.DECLINED
    row.credit = int(SuggestionCredit().decide(SuggestionFacts(adopted=adopted), params).outcome)
    store(row, by=by, fields=["answer", "answered_at", "status", "credit"])
    settle_todos([_key(row)], by=by, result=str(Status(row.status).label))
    if adopted and due_on:
        raise_item(
            str(row.title), source=ImprovementItem.Source.SUGGESTION, owner=row.handler,
            due_on=due_on, by=by, evidence=str(row.text), process_id=row.process_id,
        )  # fmt: skip
    if row.owner_id:
        words = {"title": row.title, "status": Status(row.status).label, "credit": row.credit}
        text = _("您的建议“%(title)s”%(status)s，积分 %(credit)d") % words
        notify([row.owner_id], text, by=by, body=answer, icon="bulb", url=f"{URL}{row.pk}/")
    emit(SuggestionAnswered(row.pk, bool(adopted)), by=by)
    return row


def _key(row: Suggestion) -> str:
    return f"teamwork.suggestion:{row.pk}"
