"""Orders: enter, change, cancel, put away."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, archive_record, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.sales.actions.totals import settle_and_sum
from zhike.sales.events import OrderBooked, OrderCancelled, OrderChanged
from zhike.sales.models import Order
from zhike.sales.queries import paid_of

TELLING = ("customer_id", "ordered_on", "amount", "status", "due_on")


def create_order(model: type[Order], values: Mapping[str, Any], *, by: Actor) -> Order:
    """Book an order; the customer's figures follow at once, the grade by a job.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    with recorded(by, f"{model.key()}.create"):
        order = create_record(model, values, by=by)
        _check(order)
        settle_and_sum([order.customer_id], by=by)
        emit(OrderBooked(order.customer_id, order.number, str(order.amount), order.pk), by=by)
    return order


def edit_order(
    model: type[Order],
    target: "Order | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Order:
    """Change an order; an order with payments keeps its customer and at least the paid amount.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: nothing was written.
    """
    pk = target.pk if isinstance(target, Order) else target
    was = Order.unscoped.filter(pk=pk).values(*TELLING).first()
    with recorded(by, f"{model.key()}.edit"):
        order = edit_record(model, target, values, by=by, version=version)
        if was is None or was == {name: getattr(order, name) for name in TELLING}:
            return order
        _check(order)
        if was["customer_id"] != order.customer_id and order.payments.exists():
            raise Invalid(fields={"customer": [_("该订单已有回款，不能改到别的客户。")]})
        settle_and_sum([order.customer_id, was["customer_id"]], by=by)
        changed = OrderChanged(order.customer_id, order.number, str(order.amount), order.pk)
        emit(changed, by=by)
    return order


def archive_order(
    model: type[Order],
    target: "Order | int",
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> Order:
    """Put an order away so that it no longer counts, or bring it back."""
    with recorded(by, f"{model.key()}.{'restore' if undo else 'archive'}"):
        order = archive_record(model, target, by=by, version=version, undo=undo)
        settle_and_sum([order.customer_id], by=by)
        changed = OrderChanged(order.customer_id, order.number, str(order.amount), order.pk)
        emit(changed, by=by)
    return order


def _check(order: Order) -> None:
    errors: dict[str, list[str]] = {}
    if order.due_on and order.due_on < order.ordered_on:
        errors["due_on"] = [_("应收日期不能早于下单日期。")]
    paid = paid_of(order.pk)
    if paid > 0 and order.status != Order.Status.CANCELLED and order.amount < paid:
        errors["amount"] = [_("该订单已收 %(paid)s 元，金额不能更低。") % {"paid": paid}]
    if errors:
        raise Invalid(fields=errors)


@action(
    "sales.cancel_order",
    on=Order,
    title=gettext_lazy("取消订单"),
    icon="file-x",
    danger=True,
    confirm=gettext_lazy("取消后该订单不再计入消费与应收。"),
    available=lambda row, _by: row.status != Order.Status.CANCELLED,
)
def cancel_order(
    order: Order,
    *,
    by: Actor,
    reason: Annotated[str, kinds.Text(gettext_lazy("取消原因"), max_length=200)],
) -> Order:
    """Cancel the order. What was paid stays as money on account of the customer."""
    order.status = Order.Status.CANCELLED
    store(order, by=by, fields=["status"])
    settle_and_sum([order.customer_id], by=by)
    cancelled = OrderCancelled(order.customer_id, order.number, str(order.amount), order.pk, reason)
    emit(cancelled, by=by)
    return order
