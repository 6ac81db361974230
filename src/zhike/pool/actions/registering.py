"""Registering a company (报备), and what happens when two people claim it (撞单)."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict as Refused
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.pool.events import ConflictOpened
from zhike.pool.models import Conflict, Registration
from zhike.pool.policies import Registering, RegisteringFacts, RegisteringParams
from zhike.pool.queries import desk

Status = Registration.Status


def register_company(
    model: type[Registration], values: Mapping[str, Any], *, by: Actor
) -> Registration:
    """Register a company with a project; a conflict opens a case instead of protection.

    Raises:
        Invalid: as of every form. Conflict: one's own registration of the same project is active.
    """
    given = {**values}
    with recorded(by, "pool.registration.create"):
        row = create_record(model, given, by=by)
        desk.lock_company(row)
        customer, rivals = desk.customer_of(row), desk.rivals(row)
        if any(one.owner_id == row.owner_id and same_project(one, row) for one in rivals):
            raise Refused(_("您已报备过这家公司的同一项目，请在原报备上补充进展。"))
        params = rules()
        outcome = decide(row, customer, rivals, params)
        row.customer = customer
        row.registered_at = row.created_at
        row.protected_until = timezone.localdate() + dt.timedelta(days=params.protect_days)
        row.status = Status.CONFLICT if outcome == "conflict" else Status.ACTIVE
        store(row, by=by, fields=["customer", "registered_at", "protected_until", "status"])
        if outcome == "conflict":
            _open_case(row, customer, rivals, by)
        elif outcome == "same_company":
            _tell_each_other(row, rivals, by)
    return row


def rules() -> RegisteringParams:
    """Return the rule in force."""
    _version, params = in_force(Registering.id)
    return params  # type: ignore[no-any-return]


def same_project(one: Registration, other: Registration) -> bool:
    """Tell whether two registrations name the same project, white space and case aside."""
    return "".join(one.project.split()).casefold() == "".join(other.project.split()).casefold()


def decide(
    row: Registration,
    customer: Customer | None,
    rivals: list[Registration],
    params: RegisteringParams,
) -> str:
    """Return free, same_company or conflict."""
    others = [one for one in rivals if one.owner_id != row.owner_id]
    held = customer is not None and customer.owner_id not in (None, row.owner_id)
    facts = RegisteringFacts(
        customer_owned=held,
        same_company=bool(others),
        same_project=any(same_project(one, row) for one in others),
    )
    return str(Registering().decide(facts, params).outcome)


def _open_case(
    row: Registration, customer: Customer | None, rivals: list[Registration], by: Actor
) -> Conflict:
    first = next(
        (one for one in rivals if one.owner_id != row.owner_id and same_project(one, row)), None
    )
    holder = first.owner_id if first else customer.owner_id if customer else None
    case = store(
        Conflict(
            company=row.company, customer=customer, first=first, second=row, holder_id=holder,
            challenger_id=row.owner_id, unit_id=row.unit_id,
            evidence={
                "holder": desk.evidence(holder, customer, first),
                "challenger": desk.evidence(row.owner_id, customer, row),
            },
        ),
        by=by,
    )  # fmt: skip
    emit(ConflictOpened(case.pk, holder, row.owner_id or 0), by=by)
    people = [pk for pk in (holder, row.owner_id, *desk.judges()) if pk]
    title = _("撞单待裁定：%s") % row.company
    notify(people, title, by=by, url=f"/pool/conflict/{case.pk}/", icon="arrows-exchange")
    return case


def _tell_each_other(row: Registration, rivals: list[Registration], by: Actor) -> None:
    people = {one.owner_id for one in rivals if one.owner_id} - {row.owner_id}
    title = _("同事报备了同一家公司的其他项目：%s") % row.company
    notify(sorted(people), title, by=by, url="/pool/registration/", icon="flag")


def _active(row: Registration, by: Actor) -> bool:
    return row.status == Status.ACTIVE and (by.is_system or row.owner_id == by.user_id)


@action(
    "pool.extend_registration",
    on=Registration,
    title=gettext_lazy("凭进展延期"),
    icon="calendar-plus",
    available=_active,
)
def extend_registration(
    row: Registration,
    *,
    by: Actor,
    progress: Annotated[str, kinds.LongText(gettext_lazy("进展与证据"))],
) -> Registration:
    """Prolong the protection, as often as the rule allows, on evidence of progress.

    Raises:
        Invalid: no progress named. Conflict: no extension is left, or the protection has ended.
    """
    params = rules()
    if not (progress or "").strip():
        raise Invalid(fields={"progress": [_("请写明进展与证据。")]})
    if row.extensions >= params.extensions:
        raise Refused(_("已用完 %d 次延期机会。") % params.extensions)
    if row.protected_until is None or row.protected_until < timezone.localdate():
        raise Refused(_("保护期已过，请重新报备。"))
    row.extensions += 1
    row.protected_until += dt.timedelta(days=params.extension_days)
    row.evidence = f"{row.evidence}\n{progress}".strip()
    return store(row, by=by, fields=["extensions", "protected_until", "evidence"])


@action(
    "pool.withdraw_registration",
    on=Registration,
    title=gettext_lazy("撤回报备"),
    icon="x",
    available=_active,
)
def withdraw_registration(row: Registration, *, by: Actor) -> Registration:
    """Give the protection up."""
    row.status = Status.WITHDRAWN
    return store(row, by=by, fields=["status"])


def expire_registrations(on: dt.date, *, by: Actor) -> int:
    """End protections whose day has passed; returns how many."""
    with recorded(by, "pool.expire_registrations"):
        rows = Registration.unscoped.filter(status=Status.ACTIVE, protected_until__lt=on)
        return int(rows.update(status=Status.EXPIRED, updated_at=timezone.now()))
