"""Periodic re-evaluation (SEG-034): opened on a schedule, written, and signed by somebody else."""

import datetime as dt
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.queries import holders
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.segments.events import ReviewSigned
from zhike.segments.models import ClassReview
from zhike.segments.policies.reviewing import ReviewCycle, ReviewFacts
from zhike.segments.policies.scheme import schemes
from zhike.segments.queries.mix import figures, newest

Status = ClassReview.Status


def open_due_review(on: dt.date, by: Actor) -> ClassReview | None:
    """Open the review of the period that just ended, once; tell those who write it."""
    _version, params = in_force(ReviewCycle.id, on)
    policy = ReviewCycle()
    decision = policy.decide(ReviewFacts(today=on), params).outcome
    period = decision["period"]
    if ClassReview.unscoped.filter(period=period).exists():
        return None
    with recorded(by, "segments.open_review"):
        row = ClassReview(period=period, due_on=decision["due_on"], figures=_frozen(on))
        store(row, by=by)
        title = _("%(period)s客户资源评估待完成，截止 %(day)s") % {
            "period": period, "day": row.due_on,
        }  # fmt: skip
        people = holders(policy.owner_role, on=on)
        notify(people, title, by=by, icon="checkbox", url=f"/segments/classreview/{row.pk}/")
    return row


def _frozen(on: dt.date) -> dict[str, dict[str, int]]:
    """Return the members of every class on the day: what the review looks back on."""
    found = {}
    for scheme in schemes():
        day = newest(scheme, on)
        if day:
            found[scheme] = {code: row.members for code, row in figures(scheme, day).items()}
    return found


@action(
    "segments.complete_review", on=ClassReview, title=gettext_lazy("完成评估"),
    icon="checkbox", available=lambda row, by: row.status == Status.OPEN,  # noqa: ARG005
)  # fmt: skip
def complete_review(
    review: ClassReview,
    *,
    by: Actor,
    findings: Annotated[str, kinds.LongText(gettext_lazy("评估结论"))],
    adjustments: Annotated[str, kinds.LongText(gettext_lazy("策略调整"), blank=True)] = "",
) -> ClassReview:
    """Hand the findings in for signature.

    Raises:
        Invalid: no findings.
    """
    if not (findings or "").strip():
        raise Invalid(fields={"findings": [_("请写明评估结论。")]})
    review.findings, review.adjustments = findings.strip(), (adjustments or "").strip()
    review.status, review.done_by_id = Status.DONE, by.user_id
    return store(review, by=by, fields=["findings", "adjustments", "status", "done_by"])


@action(
    "segments.sign_review", on=ClassReview, verb="approve", title=gettext_lazy("签批"),
    icon="writing-sign", available=lambda row, by: row.status == Status.DONE,  # noqa: ARG005
)  # fmt: skip
def sign_review(
    review: ClassReview,
    *,
    by: Actor,
    opinion: Annotated[str, kinds.Text(gettext_lazy("签批意见"), max_length=200, blank=True)] = "",
) -> ClassReview:
    """Sign a review that another person wrote.

    Raises:
        Forbidden: one's own.
    """
    if review.done_by_id == by.user_id:
        raise Forbidden(_("评估人不能签批自己的评估，请由另一人签批。"))
    review.status, review.signed_by_id = Status.SIGNED, by.user_id
    review.signed_on, review.opinion = timezone.localdate(), (opinion or "").strip()
    store(review, by=by, fields=["status", "signed_by", "signed_on", "opinion"])
    emit(ReviewSigned(review.pk, str(review.period)), by=by)
    return review


@action(
    "segments.return_review", on=ClassReview, verb="approve", title=gettext_lazy("退回重评"),
    icon="arrow-back-up", available=lambda row, by: row.status == Status.DONE,  # noqa: ARG005
)  # fmt: skip
def return_review(
    review: ClassReview,
    *,
    by: Actor,
    opinion: Annotated[str, kinds.Text(gettext_lazy("退回原因"), max_length=200)],
) -> ClassReview:
    """Give a review back to be written again, saying why."""
    if not (opinion or "").strip():
        raise Invalid(fields={"opinion": [_("请写明退回的原因。")]})
    review.status, review.opinion = Status.OPEN, opinion.strip()
    return store(review, by=by, fields=["status", "opinion"])
