"""Channels, guides, templates, checklist points and group robots on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.interactions.actions import create_channel, create_text, edit_channel, edit_text
from zhike.interactions.models import (
    ChecklistItem,
    ContactChannel,
    MessageTemplate,
    Robot,
    RobotMessage,
    TalkTrack,
)
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View


class ContactChannels(Resource):
    """The register of channels; a disabled one stays valid for old records."""

    model = ContactChannel
    title = _("沟通渠道")
    icon = "route"
    counter = _("个")
    group = "governance"
    under = "/interactions/interaction/"
    rank = 60
    columns = (
        "title", "code", "channel_class", "owner", "hours", "working_days", "purpose",
        "needs_consent", "active", "rank",
    )  # fmt: skip
    default_columns = (
        "title", "channel_class", "owner", "hours", "purpose", "needs_consent", "active",
    )  # fmt: skip
    filters = ("active", "channel_class", "needs_consent", "owner")
    search = ("title", "purpose")
    order = "rank"
    form = (
        (_("渠道"), ("code", "title", "channel_class", "owner", "active", "rank")),
        (_("使用"), ("purpose", "hours", "working_days", "needs_consent")),
    )
    detail = (Fields(),)
    importable = False
    create = staticmethod(create_channel)
    edit = staticmethod(edit_channel)
    archive = None


class TalkTracks(Resource):
    """Communication strategies, guides and talk tracks."""

    model = TalkTrack
    title = _("话术指南")
    icon = "book"
    counter = _("篇")
    group = "governance"
    under = "/interactions/interaction/"
    rank = 61
    columns = (
        "title", "code", "number", "kind", "situation", "grade", "lifecycle", "tag", "channel",
        "style", "status", "owner", "approved_at",
    )  # fmt: skip
    default_columns = (
        "title", "kind", "situation", "grade", "lifecycle", "style", "number", "status",
    )  # fmt: skip
    filters = ("status", "kind", "situation", "grade", "lifecycle", "tag", "channel", "style")
    search = ("title", "code")
    order = "title"
    form = (
        (_("话术"), ("code", "title", "kind", "style", "say", "avoid")),
        (_("适用（留空为不限）"), ("grade", "lifecycle", "tag", "channel", "situation")),
    )
    detail = (Fields(),)
    views = (
        View("in_use", _("使用中"), "status=approved"),
        View("waiting", _("待审批"), "status=submitted"),
    )
    importable = False
    create = staticmethod(create_text)
    edit = staticmethod(edit_text)
    archive = None


class MessageTemplates(Resource):
    """Messages with merge fields."""

    model = MessageTemplate
    title = _("消息模板")
    icon = "template"
    counter = _("份")
    group = "governance"
    under = "/interactions/interaction/"
    rank = 62
    columns = (
        "title", "code", "number", "channel", "language", "subject", "status", "owner",
        "approved_at",
    )  # fmt: skip
    default_columns = ("title", "channel", "language", "number", "status", "owner", "approved_at")
    filters = ("status", "channel", "language", "owner")
    search = ("title", "code", "subject")
    order = "title"
    form = ((_("模板"), ("code", "title", "channel", "language", "subject", "body")),)
    detail = (
        Fields(),
        Panel("template", _("预览"), {"template": "web/communication/template_panel.html"}),
    )
    views = (
        View("in_use", _("使用中"), "status=approved"),
        View("waiting", _("待审批"), "status=submitted"),
    )
    importable = False
    create = staticmethod(create_text)
    edit = staticmethod(edit_text)
    archive = None


class ChecklistItems(Resource):
    """What an observer watches on a visit."""

    model = ChecklistItem
    title = _("拜访观察点")
    icon = "list-check"
    counter = _("项")
    columns = ("text", "code", "group", "rank", "active")
    default_columns = ("text", "group", "rank", "active")
    filters = ("group", "active")
    search = ("text",)
    order = "rank"
    form = ((_("观察点"), ("code", "group", "text", "rank", "active")),)
    detail = (Fields(),)
    importable = False


class Robots(Resource):
    """Group robots of WeCom, DingTalk and Feishu."""

    model = Robot
    title = _("群机器人")
    icon = "robot"
    counter = _("个")
    group = "governance"
    under = "/interactions/interaction/"
    rank = 63
    columns = ("name", "platform", "unit", "active", "configured_at")
    default_columns = ("name", "platform", "unit", "active", "configured_at")
    filters = ("platform", "active", "unit")
    search = ("name",)
    order = "name"
    form = ((_("群机器人"), ("name", "platform", "unit", "active")),)
    detail = (Fields(), Related("interactions.robotmessage", "robot", _("消息")))
    importable = False


class RobotMessages(Resource):
    """Messages to groups and their fate."""

    model = RobotMessage
    title = _("机器人消息")
    icon = "send"
    counter = _("条")
    columns = (
        Column("text", sortable=False), "robot", "status", "attempts", "error", "sent_at",
        "created_at",
    )  # fmt: skip
    default_columns = ("text", "status", "attempts", "error", "created_at")
    filters = ("robot", "status", "created_at")
    order = "-id"
    detail = (Fields(),)
    importable = False
    create = None
    edit = None
    archive = None
