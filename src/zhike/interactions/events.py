"""What happened in talking with customers."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhike.kernel.events import Event


@dataclass(frozen=True)
class InteractionLogged(Event):
    """A communication was written down; ``fulfilled`` to-dos were closed by it."""

    title = _("记录了沟通")
    icon = "pencil"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    interaction_id: int
    channel: str
    fulfilled: int = 0


@dataclass(frozen=True)
class ToDoCompleted(Event):
    """A to-do was done by a person."""

    title = _("完成了待办")
    icon = "checkbox"

    todo_id: int
    customer_id: int | None
    family: str
    on_time: bool


@dataclass(frozen=True)
class ToDosReassigned(Event):
    """Open to-dos went to another person."""

    title = _("转交了待办")
    icon = "user-share"

    owner_id: int
    count: int


@dataclass(frozen=True)
class HandedToPerson(Event):
    """An automated to-do was handed to a person who decides."""

    title = _("转人工处理")
    icon = "user-share"
    subject = "interactions.todo"
    subject_field = "todo_id"

    todo_id: int
    from_id: int | None
    to_id: int
    reason: str


@dataclass(frozen=True)
class CommentAdded(Event):
    """A colleague commented on a communication."""

    title = _("评论了沟通记录")
    icon = "message-circle"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    interaction_id: int
    comment_id: int
