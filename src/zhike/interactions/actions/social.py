"""What customers write on social media, and our replies (COM-016)."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.core.validators import URLValidator
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.interactions.actions.log import record_talk
from zhike.interactions.models import Channel, Interaction, SocialPost
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid

AHEAD = dt.timedelta(minutes=10)


@action(
    "interactions.log_post",
    on=Customer,
    verb="view",
    title=gettext_lazy("登记社交媒体互动"),
    icon="world-share",
    available=lambda row, by: by.may(SocialPost.key(), "create"),  # noqa: ARG005
)
def log_post(
    customer: Customer,
    *,
    by: Actor,
    platform: Annotated[
        str, kinds.Choice(gettext_lazy("平台"), choices=SocialPost.Platform.choices, max_length=12)
    ],
    text: Annotated[str, kinds.LongText(gettext_lazy("内容"), max_length=2000)],
    posted_at: Annotated[dt.datetime, kinds.DateTime(gettext_lazy("发布时间"))],
    kind: Annotated[
        str, kinds.Choice(gettext_lazy("形式"), choices=SocialPost.Kind.choices, max_length=10)
    ] = SocialPost.Kind.COMMENT,
    author: Annotated[str, kinds.Text(gettext_lazy("客户账号"), max_length=60, blank=True)] = "",
    link: Annotated[
        str,
        kinds.Text(
            gettext_lazy("链接"), max_length=300, blank=True,
            validators=[URLValidator(schemes=["https", "http"])],
        ),
    ] = "",
) -> SocialPost:  # fmt: skip
    """Write down a post, comment or message of a customer; it stands on his timeline.

    Raises:
        Invalid: a moment in the future.
    """
    authorise(by, SocialPost.key(), "create")
    if posted_at > timezone.now() + AHEAD:
        raise Invalid(fields={"posted_at": [_("发布时间应不晚于现在。")]})
    row = SocialPost(
        customer=customer, platform=platform, kind=kind, author=author, link=link, text=text,
        posted_at=posted_at, owner_id=by.user_id, unit_id=by.unit_id or customer.unit_id,
    )  # fmt: skip
    row.interaction = record_talk(
        customer, by=by, channel=Channel.SOCIAL, direction=Interaction.Direction.IN,
        occurred_at=posted_at, purpose=str(row.get_platform_display()), summary=text,
    )  # fmt: skip
    return store(row, by=by)


def create_post(
    model: type[Model],  # noqa: ARG001  (the signature of every create)
    values: Mapping[str, Any],
    *,
    by: Actor,
) -> SocialPost:
    """Write one down from a generic door (form, API).

    Raises:
        Invalid: unknown fields, something missing, or no customer that the actor may see.
    """
    from zhike.interactions.actions.doors import split_customer

    customer, kept = split_customer(SocialPost, log_post, values, by)
    row: SocialPost = log_post(customer, by=by, **kept)
    return row


@action(
    "interactions.reply_post",
    on=SocialPost,
    title=gettext_lazy("登记回复"),
    icon="message-2",
    available=lambda row, by: row.replied_at is None,  # noqa: ARG005
)
def reply_post(
    row: SocialPost,
    *,
    by: Actor,
    reply: Annotated[str, kinds.LongText(gettext_lazy("我方回复"), max_length=2000)],
    replied_at: Annotated[
        dt.datetime | None, kinds.DateTime(gettext_lazy("回复时间"), null=True, blank=True)
    ] = None,
) -> SocialPost:
    """Write down what we replied; the response time follows.

    Raises:
        Invalid: before the post, or in the future.
    """
    moment = replied_at or timezone.now()
    if not row.posted_at <= moment <= timezone.now() + AHEAD:
        raise Invalid(fields={"replied_at": [_("回复时间应在发布之后、现在之前。")]})
    row.reply, row.replied_at = reply, moment
    row.minutes = int((moment - row.posted_at).total_seconds() // 60)
    store(row, by=by, fields=["reply", "replied_at", "minutes"])
    record_talk(
        row.customer, by=by, channel=Channel.SOCIAL, direction=Interaction.Direction.OUT,
        occurred_at=moment, purpose=str(row.get_platform_display()), summary=reply,
    )  # fmt: skip
    return row
