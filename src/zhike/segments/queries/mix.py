"""How many customers stand in each class, beside the reference mix, now and on any day."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from zhike.customers.models import AbcGrade, Customer, Grade, GradeAssessment
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.policy_store import in_force
from zhike.kernel.prepared import Id, prepared
from zhike.kernel.registry import registry
from zhike.segments.models import ClassFigure, ClassFlow, ClassMembership
from zhike.segments.policies.scheme import schemes

GRADES = {"customers.grade": Grade, "customers.abc_grade": AbcGrade}
GRADE_FIELDS = {"customers.grade": "grade", "customers.abc_grade": "abc_grade"}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """One class of a scheme: members, percent of all, and the reference where there is one.

    ``hot`` tells that the deviation passes the alert of the scheme.
    """

    code: str
    label: str
    members: int
    share: Decimal
    reference: Decimal | None = None
    hot: bool = False

    @property
    def points(self) -> Decimal:
        """Return the deviation from the reference in percentage points."""
        return self.share - self.reference if self.reference is not None else ZERO


def sees_everything(by: Actor) -> bool:
    """Tell whether the reader may read the stored figures of the whole company."""
    return by.breadth(Customer.key(), "view").everything


def labels(scheme: str, on: dt.date | None = None) -> dict[str, str]:
    """Return code -> name of a scheme's classes from best to last; the grades' too."""
    if scheme in GRADES:
        return {str(value): str(text) for value, text in GRADES[scheme].choices}
    _version, params = in_force(scheme, on)
    return {code: _(params.label(code)) for code in params.codes()}


def newest(scheme: str, until: dt.date | None = None) -> dt.date | None:
    """Return the day of the newest figures of a scheme, not after a day."""
    rows = ClassFigure.objects.filter(scheme=scheme)
    rows = rows.filter(on__lte=until) if until else rows
    return rows.order_by("-on").values_list("on", flat=True).first()


def figures(scheme: str, on: dt.date) -> dict[str, ClassFigure]:
    """Return code -> the stored figures of one day."""
    return {row.code: row for row in ClassFigure.objects.filter(scheme=scheme, on=on)}


def counts(scheme: str, by: Actor) -> dict[str, int]:
    """Return code -> customers of today that the reader may see; "" = in no class."""
    if scheme in GRADE_FIELDS:
        name = GRADE_FIELDS[scheme]
        rows = Customer.objects.visible_to(by).order_by().values(name).annotate(n=Count("pk"))
        return {row[name]: row["n"] for row in rows}
    day = newest(scheme)
    if sees_everything(by) and day:
        return {code: row.members for code, row in figures(scheme, day).items()}
    visible = Customer.objects.visible_to(by)
    rows = ClassMembership.unscoped.filter(
        scheme=scheme, valid_to__isnull=True, customer__in=visible.values("pk")
    )
    found = {r["code"]: r["n"] for r in rows.order_by().values("code").annotate(n=Count("pk"))}
    rest = visible.count() - sum(found.values())
    return found | ({"": rest} if rest else {})


def mix(scheme: str, found: dict[str, int], params: Any = None) -> list[Share]:
    """Return the classes with their part of all customers, from best to last."""
    total = sum(found.values()) or 1
    names = labels(scheme) if params is None else {c: _(params.label(c)) for c in params.codes()}
    reference = params.reference() if params else {}
    alert = params.alert_points if params else None
    shares = []
    for code, label in {**names, **({"": ""} if found.get("") else {})}.items():
        share = Decimal(found.get(code, 0) * 100) / total
        wanted = reference.get(code)
        hot = alert is not None and wanted is not None and abs(share - wanted) > alert
        shares.append(Share(code, label, found.get(code, 0), share, wanted, hot))
    return shares


def deviations(scheme: str, params: Any, on: dt.date) -> list[Share]:
    """Return the stored mix of a day beside the reference."""
    found = {code: row.members for code, row in figures(scheme, on).items()}
    return [one for one in mix(scheme, found, params) if one.reference is not None]


def overview(by: Actor) -> list[tuple[str, Any, list[Share]]]:
    """Return (scheme, policy, mix) of all schemes for the reader's customers, grades last."""
    made = []
    for name in (*schemes(), *GRADES):
        params = in_force(name)[1] if name not in GRADES else None
        made.append((name, registry.policies[name], mix(name, counts(name, by), params)))
    return made


def with_class_on(rows: "QuerySet[Any]", scheme: str, on: dt.date) -> "QuerySet[Any]":
    """Return customers with ``class_then``, the class held on the day; None for none."""
    held = ClassMembership.unscoped.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        scheme=scheme, valid_from__lte=on, customer_id=OuterRef("pk"),
    )  # fmt: skip
    annotated: QuerySet[Any] = rows.annotate(class_then=Subquery(held.values("code")[:1]))
    return annotated


def classes_of(customer_id: int) -> dict[str, ClassMembership]:
    """Return scheme -> the class that a customer holds now; the caller has checked the scope."""
    return {row.scheme: row for row in _held(ANONYMOUS, customer_id)}


@prepared
def _held(_by: Actor, customer_id: Id) -> "QuerySet[ClassMembership]":
    rows = ClassMembership.unscoped.filter(customer_id=customer_id, valid_to__isnull=True)
    return rows.select_related("policy_version")


def flows(scheme: str, start: dt.date, end: dt.date) -> list[dict[str, Any]]:
    """Return what moved between classes after a day up to another: before, after, customers.

    First assignments (from no class) are left out where no class was held before.
    """
    rows = ClassFlow.objects.filter(scheme=scheme, on__gt=start, on__lte=end)
    grouped = rows.order_by().values("before", "after").annotate(n=Sum("customers"))
    return [{"before": r["before"], "after": r["after"], "n": r["n"]} for r in grouped]


def moved_since(scheme: str, by: Actor, start: dt.date) -> "QuerySet[Any]":
    """Return the classes begun after a day by customers that held another, newest first."""
    if scheme in GRADES:
        rows: QuerySet[Any] = GradeAssessment.objects.visible_to(by).filter(
            scheme=scheme, valid_from__gt=start, valid_to__isnull=True
        )
        name = "grade"
    else:
        rows = ClassMembership.objects.visible_to(by).filter(
            scheme=scheme, valid_from__gt=start, valid_to__isnull=True
        )
        name = "code"
    before = rows.model._default_manager.filter(
        customer_id=OuterRef("customer_id"), scheme=scheme, valid_to=OuterRef("valid_from")
    )
    moved: QuerySet[Any] = rows.annotate(was=Subquery(before.values(name)[:1]))
    moved = moved.filter(was__isnull=False).select_related("customer")
    return moved.order_by("-valid_from", "-customer__annual_spend", "id")
