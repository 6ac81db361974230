"""Observing a visit with a checklist, and answering the observer (COM-011)."""

from collections.abc import Mapping
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.interactions.models import Channel, ChecklistItem, Interaction, VisitReview
from zhike.interactions.queries.coaching import review_of, visit
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid

LOWEST, HIGHEST = 1, 5
OBSERVED = {Channel.VISIT, Channel.MEETING, Channel.CALL}


def review_visit(
    interaction_id: int,
    *,
    by: Actor,
    marks: Mapping[str, int],
    advice: str,
    strengths: str = "",
) -> VisitReview:
    """Write or rewrite one's marks and advice on a colleague's visit; he gets a notice.

    Args:
        marks: code of a checklist point -> 1 … 5; points may be left out.

    Raises:
        NotFound: no such visit in sight. Forbidden: one's own visit, or no right to coach.
        Invalid: unknown points, marks out of bounds, no mark, no advice.
    """
    authorise(by, VisitReview.key(), "create")
    with recorded(by, "interactions.review_visit"):
        talk = visit(interaction_id, by)
        if talk.owner_id in {None, by.user_id}:
            raise Forbidden(_("不能给自己的拜访打分，请由同行的同事填写。"))
        _check(talk, marks, advice)
        row = review_of(talk.pk, by) or VisitReview(
            interaction=talk, visitor_id=talk.owner_id, owner_id=by.user_id, unit_id=by.unit_id
        )
        fresh = row._state.adding
        row.marks = dict(marks)
        row.score = round(100 * sum(marks.values()) / (HIGHEST * len(marks)))
        row.strengths, row.advice = strengths, advice
        fields = ["marks", "score", "strengths", "advice"]
        store(row, by=by, fields=None if fresh else fields)
        title = _("%s 给您的拜访写了辅导意见") % by.name
        notify(
            [int(talk.owner_id or 0)], title, by=by, icon="eye",
            url=f"/communication/visits/{talk.pk}/",
        )  # fmt: skip
    return row


def _check(talk: Interaction, marks: Mapping[str, int], advice: str) -> None:
    errors: dict[str, list[str]] = {}
    known = set(ChecklistItem.unscoped.values_list("code", flat=True))
    wrong = [code for code in marks if code not in known]
    if talk.channel not in OBSERVED:
        errors["marks"] = [_("只有通话、拜访和会议可以填写辅导记录。")]
    elif wrong:
        errors["marks"] = [_("没有这个观察点：%s") % "、".join(sorted(wrong))]
    elif not marks:
        errors["marks"] = [_("请至少给一个观察点打分。")]
    elif any(not LOWEST <= mark <= HIGHEST for mark in marks.values()):
        errors["marks"] = [_("分数应为 1 到 5。")]
    if not advice.strip():
        errors["advice"] = [_("请写下建议。")]
    if errors:
        raise Invalid(fields=errors)


@action(
    "interactions.answer_review",
    on=VisitReview,
    verb="view",
    title=gettext_lazy("回应"),
    icon="message-circle",
    available=lambda row, by: by.user_id == row.visitor_id,
)
def answer_review(
    row: VisitReview,
    *,
    by: Actor,
    reply: Annotated[str, kinds.LongText(gettext_lazy("回应"), max_length=1000)],
) -> VisitReview:
    """Say what one takes from the observer's advice."""
    row.reply, row.replied_at = reply, timezone.now()
    store(row, by=by, fields=["reply", "replied_at"])
    title = _("%s 回应了您的辅导意见") % by.name
    notify(
        [int(row.owner_id or 0)], title, by=by, url=f"/communication/visits/{row.interaction_id}/"
    )
    return row
