"""Group robots of WeCom, DingTalk and Feishu, and the messages on their way (COM-018)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted


class Robot(Record):
    """A robot in a group chat. Address and secret are written by an action and never shown."""

    class Platform(models.TextChoices):
        """Whose protocol it speaks."""

        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")

    scope = Granted()
    untracked_fields: ClassVar[tuple[str, ...]] = ("address", "secret")

    name = kinds.Text(_("名称"), max_length=40)
    platform = kinds.Choice(_("平台"), choices=Platform.choices, max_length=10)
    unit = kinds.Unit(_("服务部门"), null=True, blank=True)
    active = kinds.Bool(_("启用"), default=True)
    address = models.CharField(max_length=400, blank=True, editable=False)
    secret = models.CharField(max_length=200, blank=True, editable=False)
    configured_at = kinds.DateTime(_("地址设置时间"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("群机器人")

    def __str__(self) -> str:
        return str(self.name)


class RobotMessage(Record):
    """One message to a group: waiting, sent, or given up."""

    class Status(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    scope = Granted()
    handover = None
    title_field = "text"

    robot = kinds.Link(_("群机器人"), Robot, models.CASCADE, related_name="messages")
    text = kinds.Text(_("内容"), max_length=400)
    status = kinds.Choice(_("状态"), choices=Status.choices, default=Status.WAITING, max_length=8)
    attempts = kinds.Integer(_("尝试次数"), default=0)
    error = kinds.Text(_("失败原因"), max_length=300, blank=True)
    sent_at = kinds.DateTime(_("发送时间"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("机器人消息")

    def __str__(self) -> str:
        return str(self.text)[:40]
