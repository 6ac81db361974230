"""What is known about a company that somebody registers: customers, rivals, dated evidence."""

from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from zhike.customers.models import Customer
from zhike.identity.models import RoleAssignment
from zhike.identity.queries import active_people, valid_on
from zhike.interactions.models import Interaction
from zhike.pool.models import Conflict, Ownership, Registration
from zhike.sales.models import Order
from zhike.trust.models import Grant

COMPANY_LOCK = 7_042


def lock_company(row: Registration) -> None:
    """Let registrations of one company wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [COMPANY_LOCK, row.company_normal]
        )


def customer_of(row: Registration) -> Customer | None:
    """Return the customer that the registration names: by credit code, else by name or phone."""
    rows = Customer.unscoped.filter(archived_at__isnull=True)
    same = Q(name_normal=row.company_normal)
    if row.credit_code:
        same |= Q(credit_code=row.credit_code)
    if row.phone:
        same |= Q(phone=row.phone)
    found = list(rows.filter(same).order_by("id")[:20])
    by_code = [c for c in found if row.credit_code and c.credit_code == row.credit_code]
    by_name = [c for c in found if c.name_normal == row.company_normal]
    return next(iter([*by_code, *by_name, *found]), None)


def rivals(row: Registration) -> list[Registration]:
    """Return the other live registrations of the same company, the earliest first."""
    same = Q(company_normal=row.company_normal)
    if row.credit_code:
        same |= Q(credit_code=row.credit_code)
    rows = Registration.unscoped.filter(same, archived_at__isnull=True).exclude(pk=row.pk)
    live = Q(status="active", protected_until__gte=timezone.localdate()) | Q(status="conflict")
    return list(rows.filter(live).order_by("registered_at", "id"))


def evidence(
    user_id: int | None,
    customer: Customer | None,
    registration: Registration | None,
) -> list[dict[str, Any]]:
    """Return one side's dated acts, the earliest first: ``{"at", "what"}``.

    ``what`` is registered, owned, followed or ordered; the words are the page's.
    """
    found: list[tuple[Any, str]] = []
    if registration is not None:
        found.append((registration.registered_at or registration.created_at, "registered"))
    if customer is not None and user_id is not None:
        own = {"customer_id": customer.pk, "owner_id": user_id}
        found += [
            (at, what)
            for what, at in (
                ("owned", _first(Ownership.unscoped.filter(**own), "since")),
                ("followed", _first(Interaction.unscoped.filter(**own), "occurred_at")),
                ("ordered", _first(Order.unscoped.filter(**own), "created_at")),
            )
            if at is not None
        ]
    return [{"at": at.isoformat(), "what": what} for at, what in sorted(found)]


def _first(rows: Any, field: str) -> Any:
    return rows.order_by(field).values_list(field, flat=True).first()


def judges() -> list[int]:
    """Return the people who may decide conflicts everywhere."""
    roles = Grant.unscoped.filter(resource=Conflict.key(), verb="approve", reach="all")
    held = RoleAssignment.unscoped.filter(
        valid_on(timezone.localdate()), role_id__in=roles.values("role_id"), role__archived_at=None
    )
    people = active_people().filter(pk__in=held.values("user_id"))
    return list(people.order_by("pk").values_list("pk", flat=True))
