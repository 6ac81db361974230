"""Changes of grade on the customer's timeline."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.customers.models import AbcGrade, Grade, GradeAssessment
from zhike.kernel.actor import Actor
from zhike.kernel.moments import midnight
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.registry import registry
from zhike.kernel.timeline import Before, Entry, earlier_day, read, source

TITLES = {str(v): label for kind in (Grade, AbcGrade) for v, label in kind.choices}


@source("grades", group="system", covers=("customers.grade_changed",))
def grades(customer_id: int, by: Actor, before: Before | None, limit: int) -> list[Entry]:
    """Return the grades that the customer came to hold."""
    rows = read(_grades, customer_id, by, before, limit, earlier_day("valid_from"))
    return [_entry(row) for row in rows]


@prepared
def _grades(by: Actor, customer_id: Id, limit: int | None) -> "QuerySet[GradeAssessment]":
    rows = GradeAssessment.objects.visible_to(by).filter(customer_id=customer_id)
    shown = rows.select_related("policy_version").order_by("-valid_from", "-id")
    return shown.only(
        "grade", "scheme", "origin", "reason", "valid_from", "policy_version__number"
    )[:limit]


def _entry(row: GradeAssessment) -> Entry:
    grade = TITLES.get(row.grade, row.grade)
    policy = registry.policies.get(row.scheme)
    name = _(str(policy.title)) if policy else row.scheme
    number = f" v{row.policy_version.number}" if row.policy_version else ""
    note = f"{name}{number} · {GradeAssessment.Origin(row.origin).label}"
    title = _("评定为 %s") % grade
    return Entry(
        midnight(row.valid_from), row.pk, "arrow-up-right", title, note, str(row.reason or ""),
        whole_day=True, url=f"/rulebook/policies/{row.scheme}/",
    )  # fmt: skip
