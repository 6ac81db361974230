"""Payments: money received for an order or on account of a customer."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, archive_record, create_record, edit_record, recorded
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.sales.actions.totals import settle_and_sum
from zhike.sales.events import PaymentChanged, PaymentReceived
from zhike.sales.models import Order, Payment
from zhike.sales.queries import open_amount


def create_payment(model: type[Payment], values: Mapping[str, Any], *, by: Actor) -> Payment:
    """Book a payment; without an order it counts on account of the customer.

    Raises:
        Forbidden; Invalid: the order is another customer's, cancelled, or owes less: then the rest
            belongs on account, without an order.
    """
    with recorded(by, f"{model.key()}.create"):
        payment = create_record(model, values, by=by)
        _check(payment)
        settle_and_sum([payment.customer_id], by=by)
        received = PaymentReceived(
            payment.customer_id, payment.number, str(payment.amount), payment.pk, payment.order_id
        )
        emit(received, by=by)
    return payment


def edit_payment(
    model: type[Payment],
    target: "Payment | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Payment:
    """Correct a payment under the same rules.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: nothing was written.
    """
    pk = target.pk if isinstance(target, Payment) else target
    former = Payment.unscoped.filter(pk=pk).values_list("customer_id", flat=True).first()
    with recorded(by, f"{model.key()}.edit"):
        payment = edit_record(model, target, values, by=by, version=version)
        _check(payment)
        settle_and_sum([payment.customer_id, former or payment.customer_id], by=by)
        _changed(payment, by)
    return payment


def archive_payment(
    model: type[Payment],
    target: "Payment | int",
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> Payment:
    """Put a payment away so that it no longer counts, or bring it back."""
    with recorded(by, f"{model.key()}.{'restore' if undo else 'archive'}"):
        payment = archive_record(model, target, by=by, version=version, undo=undo)
        settle_and_sum([payment.customer_id], by=by)
        _changed(payment, by)
    return payment


def _changed(payment: Payment, by: Actor) -> None:
    words = (payment.customer_id, payment.number, str(payment.amount), payment.pk)
    emit(PaymentChanged(*words), by=by)


def _check(payment: Payment) -> None:
    errors: dict[str, list[str]] = {}
    if payment.amount == 0:
        errors["amount"] = [_("金额不能为零。")]
    if payment.order_id is not None:
        order = Order.unscoped.select_for_update().get(pk=payment.order_id)
        if order.customer_id != payment.customer_id:
            errors["order"] = [_("所选订单不属于这个客户。")]
        elif order.status == Order.Status.CANCELLED or order.archived_at:
            errors["order"] = [_("该订单已取消，请改记为客户预收（不选订单）。")]
        elif payment.amount > (left := open_amount(order, but=payment.pk)):
            message = _("该订单只剩 %(left)s 元未收，多出的部分请另记一笔客户预收（不选订单）。")
            errors["amount"] = [message % {"left": left}]
    if errors:
        raise Invalid(fields=errors)


@action(
    "sales.record_payment",
    on=Order,
    verb="view",
    title=gettext_lazy("登记回款"),
    icon="cash",
    available=lambda row, by: (
        row.status != Order.Status.CANCELLED and by.may(Payment.key(), "create")
    ),
)
def record_payment(
    order: Order,
    *,
    by: Actor,
    amount: Annotated[Decimal, kinds.Money(gettext_lazy("金额"))],
    received_on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("到账日期"), null=True, blank=True)
    ] = None,
    method: Annotated[
        str, kinds.Choice(gettext_lazy("方式"), choices=Payment.Method.choices, max_length=12)
    ] = Payment.Method.TRANSFER,
    note: Annotated[str, kinds.Text(gettext_lazy("备注"), max_length=200, blank=True)] = "",
) -> Payment:
    """Book money received for this order."""
    return create_payment(
        Payment,
        {
            "customer": order.customer_id,
            "order": order.pk,
            "amount": amount,
            "received_on": received_on or timezone.localdate(),
            "method": method,
            "note": note,
        },
        by=by,
    )
