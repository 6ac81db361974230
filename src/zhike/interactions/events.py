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


@dataclass(frozen=True)
class TextApproved(Event):
    """A version of a guide, talk track or template came into use; ``resource`` is its key."""

    title = _("启用了话术或模板")
    icon = "check"

    resource: str
    text_id: int
    text_title: str
    number: int


@dataclass(frozen=True)
class InquiryRaised(Event):
    """A customer's question or opinion was written down and forwarded."""

    title = _("登记了问题或意见")
    icon = "help-circle"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    inquiry_id: int
    kind: str
    handler_id: int


@dataclass(frozen=True)
class InquiryAnswered(Event):
    """The unit that can act answered."""

    title = _("答复了问题或意见")
    icon = "message-circle"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    inquiry_id: int


@dataclass(frozen=True)
class InquiryClosed(Event):
    """The customer was told the answer."""

    title = _("问题或意见已关闭")
    icon = "circle-check"
    subject = "customers.customer"
    subject_field = "customer_id"

    customer_id: int
    inquiry_id: int


@dataclass(frozen=True)
class ColleaguesMentioned(Event):
    """Colleagues were mentioned and got a notice; group robots may pass it on."""

    title = _("提到了同事")
    icon = "at"

    user_ids: tuple[int, ...]
    names: tuple[str, ...]
    who: str
    url: str
