"""What care and relations do when others act."""

from zhike.customers.events import CustomerCreated
from zhike.interactions.events import InteractionLogged, ToDoCompleted
from zhike.interactions.models import Channel
from zhike.kernel.actions import recorded
from zhike.kernel.actor import SYSTEM
from zhike.kernel.events import on
from zhike.loyalty.actions import begin_if_due, follow_todo, note_visit
from zhike.sales.events import OrderBooked
from zhike.sales.models import Order


@on(CustomerCreated)
def after_creation(event: CustomerCreated) -> None:
    """Begin the checklist where the rule begins it with the record."""
    by = SYSTEM(reason="建立客户关系")
    with recorded(by, "loyalty.after_creation"):
        begin_if_due(event.customer_id, "created", first_order=False, by=by)


@on(OrderBooked)
def after_order(event: OrderBooked) -> None:
    """Begin the checklist where the rule begins it with the first order."""
    by = SYSTEM(reason="建立客户关系")
    rows = Order.unscoped.filter(customer_id=event.customer_id, archived_at__isnull=True)
    others = rows.exclude(pk=event.order_id).exclude(status=Order.Status.CANCELLED)
    with recorded(by, "loyalty.after_order"):
        begin_if_due(event.customer_id, "ordered", first_order=not others.exists(), by=by)


@on(ToDoCompleted)
def after_todo(event: ToDoCompleted) -> None:
    """Set done what stood behind the to-do."""
    follow_todo(event.todo_id, by=SYSTEM(reason="待办已完成"))


@on(InteractionLogged)
def after_logging(event: InteractionLogged) -> None:
    """Take a visit as the understanding visit that was asked for."""
    if event.channel == Channel.VISIT:
        note_visit(event.customer_id, by=SYSTEM(reason="已拜访客户"))
