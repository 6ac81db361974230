"""How far the rules about needs are kept today, with the records that prove it."""

import datetime as dt

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.evidence import Compliance, Proof, sources
from zhike.needs.models import Meeting, Need
from zhike.needs.models.need import CLOSED
from zhike.needs.queries.cycle import periods

SAMPLE = 5
RECENT_DAYS = 90
PERIODS = 12


def answers(by: Actor, on: dt.date) -> Compliance:
    """Return how many first answers were due lately, and came in time."""
    now = timezone.now()
    start = now - dt.timedelta(days=RECENT_DAYS) if on else now
    rows = Need.objects.visible_to(by).filter(recorded_at__gte=start)
    due = rows.filter(Q(answered_at__isnull=False) | Q(answer_due_at__lt=now))
    kept = due.filter(answered_at__lte=F("answer_due_at"))
    total, good = due.count(), kept.count()
    sentence = _("近 90 天应答复的 %(total)d 项需求中，%(kept)d 项在时限内首次答复。")
    late = due.exclude(pk__in=kept.values("pk")).order_by("answer_due_at")[:SAMPLE]
    sample = [_proof(row, _("超过首次答复时限"), kept=False) for row in late]
    return Compliance(
        total, good, total - good, sentence % {"total": total, "kept": good}, sample,
        "/needs/need/",
    )  # fmt: skip


def feedback(by: Actor, on: dt.date) -> Compliance:  # noqa: ARG001
    """Return how many closed needs have a customer who was told."""
    rows = Need.objects.visible_to(by).filter(status__in=CLOSED)
    total, good = rows.count(), rows.filter(told_at__isnull=False).count()
    sentence = _("已关闭的 %(total)d 项需求中，%(kept)d 项已把决定与理由告知客户。")
    untold = rows.filter(told_at__isnull=True).order_by("closed_at")[:SAMPLE]
    sample = [_proof(row, _("尚未告知客户"), kept=False) for row in untold]
    return Compliance(
        total, good, total - good, sentence % {"total": total, "kept": good}, sample,
        "/needs/need/?status=declined,confirmed",
    )  # fmt: skip


def meetings(by: Actor, on: dt.date) -> Compliance:
    """Return how many of the last periods had their meeting."""
    over = [one for one in periods(PERIODS, on=on) if one.outcome in {"held", "missed"}]
    good = sum(one.outcome == "held" for one in over)
    seen = set(Meeting.objects.visible_to(by).values_list("pk", flat=True))
    sample = [
        Proof(Meeting.key(), pk, f"{one.begins_on:%Y-%m}", _("已召开"), True)
        for one in over
        for pk in one.meetings[:1]
        if one.outcome == "held" and pk in seen
    ]
    sentence = _("最近 %(total)d 个周期中，%(kept)d 个召开了需求分析会。")
    return Compliance(
        len(over), good, len(over) - good, sentence % {"total": len(over), "kept": good},
        sample[:SAMPLE], "/needs/meeting/",
    )  # fmt: skip


def _proof(row: Need, note: str, *, kept: bool) -> Proof:
    return Proof(Need.key(), row.pk, f"{row.code} {row.title}", note, kept)


sources["needs.answer_time"] = answers
sources["needs.feedback"] = feedback
sources["needs.meeting_cycle"] = meetings
