"""Reviews of departments: drawn up on schedule, sent to the leadership, read (ORG-022)."""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.models import OrgUnit
from zhike.identity.queries import add_working_days, end_of_day, holders
from zhike.interactions.actions import announce, raise_todo, settle_todos
from zhike.interactions.automation import automated_flow
from zhike.interactions.models import ToDo
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policies import N_
from zhike.kernel.policy_store import in_force
from zhike.teamwork.events import DepartmentReviewed
from zhike.teamwork.models import DepartmentReview
from zhike.teamwork.policies import DepartmentReviewRule, ReviewFacts, ReviewParams, period_due
from zhike.teamwork.queries.review import department_figures, lines_of, reviewed_units

Status = DepartmentReview.Status
URL = "/teamwork/departmentreview/"
SENT = automated_flow("teamwork.department_review", N_("部门绩效评审报送"))


def review_departments(on: dt.date | None = None) -> int:
    """Review the past period of every department once and send it up; returns how many are new."""
    day = on or timezone.localdate()
    version, params = in_force(DepartmentReviewRule.id, day)
    period = period_due(day, params)
    if period is None:
        return 0
    by = SYSTEM(reason=DepartmentReviewRule.id)
    with recorded(by, "teamwork.review_departments"), translation.override("zh-hans"):
        known = DepartmentReview.unscoped.filter(starts_on=period[0], archived_at=None)
        fresh = reviewed_units().exclude(pk__in=known.values("unit_id"))
        made = [_review(unit, period, version, params, by) for unit in fresh]
        if made:
            _send(made, params, day, by)
    return len(made)


def _review(
    unit: OrgUnit, period: tuple[dt.date, dt.date], version: Any, params: ReviewParams, by: Actor
) -> DepartmentReview:
    found = department_figures(unit.pk, *period)
    facts = ReviewFacts(
        satisfaction=found.satisfaction.score,
        improvement=found.improvement.rate,
        timeliness=found.timeliness,
    )
    outcome = DepartmentReviewRule().decide(facts, params).outcome
    row = DepartmentReview(
        unit=unit, owner_id=unit.leader_id, starts_on=period[0], ends_on=period[1],
        score=outcome["score"], answers=found.satisfaction.answers, lines=lines_of(found),
        policy_version=version, **facts.model_dump(),
    )  # fmt: skip
    store(row, by=by)
    emit(DepartmentReviewed(row.pk, unit.pk, row.score), by=by)
    return row


def _send(made: list[DepartmentReview], params: ReviewParams, day: dt.date, by: Actor) -> None:
    """Give the leadership a to-do for each review, and tell the departments themselves."""
    due = end_of_day(add_working_days(day, params.read_within_days))
    readers = holders(*params.roles, on=day)
    for row in made:
        words = {"unit": row.unit, "first": row.starts_on, "last": row.ends_on}
        title = _("%(unit)s 客户关系绩效评审（%(first)s 至 %(last)s）") % words
        for reader in readers:
            raise_todo(
                _key(row, reader), _("审阅：%s") % title, owner_id=reader, due_at=due, by=by,
                link=f"{URL}{row.pk}/", policy_id=DepartmentReviewRule.id,
                policy_version_id=row.policy_version_id,
            )  # fmt: skip
        told = [pk for pk in dict.fromkeys([*readers, row.owner_id]) if pk]
        announce(
            SENT, told, title, key=row.pk, by=by, icon="report-analytics", url=f"{URL}{row.pk}/"
        )


@action(
    "teamwork.read_review",
    on=DepartmentReview,
    verb="approve",
    title=gettext_lazy("审阅"),
    icon="eye-check",
    available=lambda row, _by: row.status == Status.SENT,
)
def read_review(
    row: DepartmentReview,
    *,
    by: Actor,
    opinion: Annotated[str, kinds.LongText(gettext_lazy("审阅意见"), max_length=4_000)],
) -> DepartmentReview:
    """The leadership has read it, and says what follows.

    Raises:
        Invalid: without an opinion.
    """
    if not (opinion or "").strip():
        raise Invalid(fields={"opinion": [_("必填。")]})
    row.status, row.opinion, row.read_by_id = Status.READ, opinion.strip(), by.user_id
    row.read_on = timezone.localdate()
    store(row, by=by, fields=["status", "opinion", "read_by", "read_on"])
    asked = ToDo.unscoped.filter(source_key__startswith=_key(row))
    settle_todos(asked.values_list("source_key", flat=True), by=by, result=str(Status.READ.label))
    return row


def _key(row: DepartmentReview, reader: int | str = "") -> str:
    return f"teamwork.review:{row.pk}:{reader}"
