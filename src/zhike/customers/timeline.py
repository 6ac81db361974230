"""Changes of grade on the customer's timeline."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.customers.models import AbcGrade, Grade, GradeAssessment
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.kernel.timeline import Before, Entry, source

TITLES = {str(v): label for kind in (Grade, AbcGrade) for v, label in kind.choices}


@source("grades", group="system", covers=("customers.grade_changed",))
def grades(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the grades that the customer came to hold."""
    rows = GradeAssessment.objects.visible_to(by).filter(customer_id=customer_id)
    if before:
        day = timezone.localtime(before.at).date()
        exact = _midnight(day) == before.at
        tie = Q(valid_from=day) & (Q(id__lt=before.id) if exact else Q())
        rows = rows.filter(Q(valid_from__lt=day) | tie)
    rows = rows.select_related("policy_version").order_by("-valid_from", "-id")
    return [_entry(row) for row in rows[:limit]]


def _entry(row: GradeAssessment) -> Entry:
    grade = TITLES.get(row.grade, row.grade)
    policy = registry.policies.get(row.scheme)
    name = _(str(policy.title)) if policy else row.scheme
    number = f" v{row.policy_version.number}" if row.policy_version else ""
    note = f"{name}{number} · {GradeAssessment.Origin(row.origin).label}"
    title = _("评定为 %s") % grade
    return Entry(
        _midnight(row.valid_from), row.pk, "arrow-up-right", title, note, str(row.reason or ""),
        whole_day=True, url=f"/rulebook/policies/{row.scheme}/",
    )  # fmt: skip


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
