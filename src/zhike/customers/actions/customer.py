"""Create, edit, archive and hand over customers."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.entry import entry_check, split_reason
from zhike.customers.events import (
    ConfidentialityChanged,
    CustomerCreated,
    CustomerEdited,
    LifecycleChanged,
    OwnerChanged,
)
from zhike.customers.models import Confidentiality, Customer, Lifecycle
from zhike.customers.queries.capacity import check_capacity
from zhike.identity.queries import active_colleague, primary_unit
from zhike.kernel import kinds
from zhike.kernel.actions import (
    action,
    archive_record,
    authored,
    create_record,
    edit_record,
    recorded,
    store,
)
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit

UNIQUE_CODE = "customers_customer_credit_code"


def create_customer(model: type[Customer], values: Mapping[str, Any], *, by: Actor) -> Customer:
    """Create a customer; without a code it gets the next one (C-2026-000001).

    Raises:
        Forbidden, Invalid: nothing was written; a credit code in use names what to do (DAT-022).
    """
    values, reason = split_reason(values)
    with (
        _credit_code(values.get("credit_code"), by),
        recorded(by, f"{model.key()}.create", reason=reason),
    ):
        entry_check().before("customer", values, by=by, reason=reason, but=None)
        customer = create_record(model, values, by=by)
        emit(CustomerCreated(customer.pk), by=by)
        entry_check().after("customer", customer.pk, by=by, reason=reason)
    return customer


def edit_customer(
    model: type[Customer],
    target: "Customer | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Customer:
    """Change a customer.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: nothing was written.
    """
    pk = target.pk if isinstance(target, Customer) else target
    was = Customer.unscoped.filter(pk=pk).values_list("owner_id", "lifecycle", "version").first()
    values, reason = split_reason(values)
    code = values.get("credit_code")
    with _credit_code(code, by, but=pk), recorded(by, f"{model.key()}.edit", reason=reason):
        entry_check().before("customer", values, by=by, reason=reason, but=pk)
        customer = edit_record(model, target, values, by=by, version=version)
        if was and was[2] != customer.version:
            emit(CustomerEdited(customer.pk), by=by)
        if was and was[0] != customer.owner_id:
            if customer.owner_id:
                check_capacity(customer.owner_id, [customer.pk])
            emit(OwnerChanged(customer.pk, was[0], customer.owner_id), by=by)
        if was and was[1] != customer.lifecycle:
            emit(LifecycleChanged(customer.pk, was[1], customer.lifecycle), by=by)
    return customer


def archive_customer(
    model: type[Customer],
    target: "Customer | int",
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> Customer:
    """Put a customer away, or bring it back if its credit code is still free."""
    pk = target.pk if isinstance(target, Customer) else target
    code = None
    if undo:
        code = Customer.unscoped.filter(pk=pk).values_list("credit_code", flat=True).first()
    with _credit_code(code, by, but=pk):
        return archive_record(model, target, by=by, version=version, undo=undo)


@contextlib.contextmanager
def _credit_code(raw: Any, by: Actor, but: int | None = None) -> Iterator[None]:
    """Refuse a credit code that an active customer has, also when another person was faster."""
    _refuse_taken(raw, by, but)
    try:
        yield
    except (IntegrityError, Invalid) as error:
        # Whichever check met the faster person's row first, this is what to tell.
        _refuse_taken(raw, by, but)
        if UNIQUE_CODE not in f"{error} {error.__cause__}":
            raise
        raise Invalid(fields={"credit_code": [_taken(raw)]}) from error


def _refuse_taken(raw: Any, by: Actor, but: int | None) -> None:
    if not isinstance(raw, str) or not raw.strip():
        return
    try:
        code = Customer._meta.get_field("credit_code").clean_value(raw)
    except ValidationError:
        return  # the kind will say what is wrong with it
    rows = Customer.unscoped.filter(credit_code=code, archived_at__isnull=True).exclude(pk=but or 0)
    other = rows.first()
    if other is None:
        return
    if Customer.objects.visible_to(by).filter(pk=other.pk).exists():
        message = _(
            "统一社会信用代码 %(code)s 已用于在用客户“%(name)s”（%(number)s）。"
            "请直接修改该客户；确要另建，请先归档它。"
        )
        words = {"code": code, "name": other.name, "number": other.code}
        raise Invalid(fields={"credit_code": [message % words]})
    raise Invalid(fields={"credit_code": [_taken(code)]})


def _taken(code: Any) -> str:
    message = _(
        "统一社会信用代码 %(code)s 已用于您看不到的一个在用客户，请联系客户数据管理员核对归属。"
    )
    return message % {"code": code}


@action(
    "customers.transfer_owner",
    on=Customer,
    verb="assign",
    title=gettext_lazy("移交客户"),
    icon="user-share",
    leaves_scope=True,
)
def transfer_owner(
    customer: Customer,
    *,
    by: Actor,
    owner: Annotated[Any, kinds.Owner(gettext_lazy("新负责人"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("移交原因"), max_length=200)],
) -> Customer:
    """Give the customer to another owner and to the unit in which that person works."""
    heir = active_colleague(owner)
    old = customer.owner_id
    if old == heir.pk:
        raise Invalid(fields={"owner": [_("该客户已由此人负责。")]})
    check_capacity(heir.pk, [customer.pk])
    customer.owner_id = heir.pk
    customer.unit_id = primary_unit(heir.pk) or customer.unit_id
    store(customer, by=by, fields=["owner", "unit"])
    emit(OwnerChanged(customer.pk, old, heir.pk, reason), by=by)
    return customer


@action(
    "customers.assign_owner",
    on=Customer,
    verb="assign",
    title=gettext_lazy("分配负责人"),
    icon="user-share",
    many=True,
    leaves_scope=True,
)
def assign_owner(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    owner: Annotated[Any, kinds.Owner(gettext_lazy("新负责人"))],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200, blank=True)] = "",
) -> int:
    """Give all these customers to one person; returns how many changed hands.

    Raises:
        Invalid: nobody chosen, or the person has no room for all of them; nothing was written.
    """
    heir = active_colleague(owner)
    others = customers.exclude(owner_id=heir.pk)
    moving = list(
        others.order_by("pk").select_for_update(of=("self",)).values_list("pk", "owner_id")
    )
    check_capacity(heir.pk, [pk for pk, _old in moving])
    unit = primary_unit(heir.pk)
    changes = {"owner_id": heir.pk, **({"unit_id": unit} if unit else {}), **authored(by)}
    Customer.unscoped.filter(pk__in=[pk for pk, _old in moving]).update(**changes)
    emit(*(OwnerChanged(pk, old, heir.pk, reason) for pk, old in moving), by=by)
    return len(moving)


@action(
    "customers.change_lifecycle",
    on=Customer,
    title=gettext_lazy("更改生命周期"),
    icon="refresh",
    many=True,
)
def change_lifecycle(
    customers: "QuerySet[Customer]",
    *,
    by: Actor,
    lifecycle: Annotated[
        str, kinds.Choice(gettext_lazy("生命周期"), choices=Lifecycle.choices, max_length=12)
    ],
) -> int:
    """Set the relationship stage of all these customers; returns how many changed."""
    if lifecycle not in Lifecycle.values:
        raise Invalid(fields={"lifecycle": [_("没有这个选项。")]})
    rows = customers.exclude(lifecycle=lifecycle).select_for_update(of=("self",))
    moving = list(rows.values_list("pk", "lifecycle"))
    Customer.unscoped.filter(pk__in=[pk for pk, _old in moving]).update(
        lifecycle=lifecycle, **authored(by)
    )
    emit(*(LifecycleChanged(pk, old, lifecycle) for pk, old in moving), by=by)
    return len(moving)


@action(
    "customers.set_confidentiality",
    on=Customer,
    title=gettext_lazy("调整保密级别"),
    icon="lock",
)
def set_confidentiality(
    customer: Customer,
    *,
    by: Actor,
    level: Annotated[
        str,
        kinds.Choice(gettext_lazy("保密级别"), choices=Confidentiality.choices, max_length=12),
    ],
    reason: Annotated[str, kinds.Text(gettext_lazy("原因"), max_length=200)],
) -> Customer:
    """Class the customer's information; who would no longer see it is refused (DAT-028)."""
    if level not in Confidentiality.values:
        raise Invalid(fields={"level": [_("没有这个选项。")]})
    old = customer.confidentiality
    if old != level:
        customer.confidentiality = level
        store(customer, by=by, fields=["confidentiality"])
        emit(ConfidentialityChanged(customer.pk, old, level, reason), by=by)
    return customer
