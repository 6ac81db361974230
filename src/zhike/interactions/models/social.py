"""Posts, comments and messages on social media, and how fast we answered (COM-016)."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models import Customer
from zhike.interactions.models.logged import Interaction
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import OwnedBy, Via


class SocialPost(Record):
    """What a customer wrote in public or to our account, and our reply."""

    class Platform(models.TextChoices):
        """Where."""

        WECHAT = "wechat", _("微信公众号")
        CHANNELS = "channels", _("视频号")
        WEIBO = "weibo", _("微博")
        DOUYIN = "douyin", _("抖音")
        XIAOHONGSHU = "xiaohongshu", _("小红书")
        ZHIHU = "zhihu", _("知乎")
        LINKEDIN = "linkedin", _("领英")
        OTHER = "other", _("其他平台")

    class Kind(models.TextChoices):
        """What it is."""

        POST = "post", _("帖子")
        COMMENT = "comment", _("评论")
        MESSAGE = "message", _("私信")

    scope = OwnedBy("owner", "unit") | Via("customer")
    handover = models.Q(replied_at__isnull=True)
    title_field = "text"

    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="social_posts")
    interaction = kinds.Link(
        _("沟通记录"), Interaction, models.SET_NULL, null=True, blank=True, related_name="social_posts",
        editable=False,
    )  # fmt: skip
    platform = kinds.Choice(_("平台"), choices=Platform.choices, max_length=12)
    kind = kinds.Choice(_("形式"), choices=Kind.choices, default=Kind.COMMENT, max_length=10)
    author = kinds.Text(_("客户账号"), max_length=60, blank=True)
    link = kinds.Text(
        _("链接"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    text = kinds.LongText(_("内容"), max_length=2000)
    posted_at = kinds.DateTime(_("发布时间"))
    reply = kinds.LongText(_("我方回复"), max_length=2000, blank=True, editable=False)
    replied_at = kinds.DateTime(_("回复时间"), null=True, blank=True, editable=False)
    minutes = kinds.Integer(_("响应时长（分钟）"), null=True, blank=True, editable=False)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("社交媒体互动")
        indexes = [models.Index(fields=["customer", "-posted_at"], name="interactions_social_of")]

    def __str__(self) -> str:
        return str(self.text)[:40]
