"""Comments under a communication."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.interactions.actions.mentions import tell_mentioned
from zhike.interactions.events import CommentAdded
from zhike.interactions.models import Comment, Interaction
from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit


@action(
    "interactions.add_comment",
    on=Interaction,
    verb="view",
    title=gettext_lazy("评论"),
    icon="message-circle",
)
def add_comment(
    row: Interaction,
    *,
    by: Actor,
    text: Annotated[str, kinds.LongText(gettext_lazy("评论"), max_length=2000)],
) -> Comment:
    """Say something under a communication; ``@名字`` sends that colleague a notice.

    Raises:
        Invalid: no text.
    """
    if not (text or "").strip():
        raise Invalid(fields={"text": [_("请写下评论内容。")]})
    comment = Comment(
        interaction=row, customer_id=row.customer_id, text=text.strip(), owner_id=by.user_id
    )
    store(comment, by=by)
    tell_mentioned(comment.text, comment, customer=row.customer, by=by)
    emit(CommentAdded(row.customer_id, row.pk, comment.pk), by=by)
    return comment
