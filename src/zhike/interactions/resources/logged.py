"""How communications, to-dos, comments and participants are seen on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.interactions.actions import (
    archive_interaction,
    create_interaction,
    create_todo,
    edit_interaction,
)
from zhike.interactions.models import (
    Attendee,
    Comment,
    Interaction,
    Participant,
    ToDo,
    VisitPhoto,
)
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View


class Interactions(Resource):
    """Communications."""

    model = Interaction
    title = _("沟通记录")
    icon = "messages"
    counter = _("条")
    group = "customers"
    rank = 60
    columns = (
        Column("customer", template="link"), Column("channel"), "direction",
        Column("summary", sortable=False), "occurred_at", "owner", "unit", "minutes", "place",
        "purpose", Column("findings", sortable=False), Column("next_step", sortable=False),
        "next_step_on", "no_next_step", "sentiment", "customer.grade", "latitude", "longitude", "accuracy",
        "located_at",
    )  # fmt: skip
    default_columns = (
        "customer", "channel", "summary", "occurred_at", "owner", "next_step", "next_step_on",
    )  # fmt: skip
    filters = (
        "customer", "channel", "direction", "owner", "unit", "occurred_at", "next_step_on",
        "no_next_step", "sentiment", "customer.grade",
    )  # fmt: skip
    search = ("summary", "findings", "purpose", "place", "customer.name")
    order = "-occurred_at"
    form = (
        (_("沟通"), ("customer", "channel", "direction", "occurred_at", "minutes", "place",
                     "purpose", "summary", "findings", "sentiment", "attachment")),
        (_("下一步"), ("next_step", "next_step_on", "no_next_step")),
    )  # fmt: skip
    detail = (
        Fields(),
        Related("interactions.participant", "interaction", _("参与人")),
        Related("interactions.attendee", "interaction", _("我方参与人")),
        Related("interactions.visitphoto", "interaction", _("照片")),
        Related("interactions.comment", "interaction", _("评论")),
        Panel("template", _("拜访辅导"), {"template": "web/communication/visit_panel.html"}),
    )
    views = (
        View("mine", _("我的沟通"), "owner=me"),
        View("visits", _("拜访"), "channel=visit"),
        View("promised", _("约定了下一步"), "next_step_on__empty=0&sort=next_step_on"),
    )
    importable = True
    create = staticmethod(create_interaction)
    edit = staticmethod(edit_interaction)
    archive = staticmethod(archive_interaction)


class ToDos(Resource):
    """To-dos."""

    model = ToDo
    title = _("待办")
    icon = "checklist"
    counter = _("项")
    rank = 61
    columns = (
        "title", Column("customer", template="link"), Column("customer.grade", template="grade"),
        "family", "status", "due_at", "owner", "unit", "done_at", "result", "created_at",
    )  # fmt: skip
    default_columns = (
        "title", "customer", "customer.grade", "family", "due_at", "owner", "status",
    )  # fmt: skip
    filters = (
        "status", "family", "owner", "unit", "due_at", "customer", "customer.grade", "done_at",
    )  # fmt: skip
    search = ("title", "customer.name")
    order = "due_at"
    form = ((_("待办"), ("title", "customer", "due_at", "owner", "unit")),)
    detail = (Fields(),)
    views = (
        View("open", _("未完成"), "status=open"),
        View("mine", _("我的未完成"), "status=open&owner=me"),
        View("contact", _("应联系的客户"), "status=open&family=contact"),
        View("done", _("已完成"), "status=done&sort=-done_at"),
    )
    importable = False
    create = staticmethod(create_todo)


class Participants(Resource):
    """Who of the customer took part."""

    model = Participant
    title = _("参与人")
    icon = "users"
    columns = (Column("person", template="link"), "person.title", "interaction.occurred_at")
    default_columns = ("person", "person.title")
    filters = ("interaction", "person")
    search = ("person.name",)
    importable = False
    create = None
    edit = None


class Attendees(Resource):
    """Who of ours took part besides the writer."""

    model = Attendee
    title = _("我方参与人")
    icon = "user-check"
    columns = ("user", Column("customer", template="link"), "interaction.occurred_at")
    default_columns = ("user", "interaction.occurred_at")
    filters = ("interaction", "customer", "user")
    search = ("user.display_name",)
    importable = False
    create = None
    edit = None


class VisitPhotos(Resource):
    """Photos of communications; added by the writer, put away but never exchanged."""

    model = VisitPhoto
    title = _("拜访照片")
    icon = "photo"
    columns = ("image", "consented", Column("customer", template="link"), "created_at")
    default_columns = ("image", "consented", "created_at")
    filters = ("interaction", "customer", "consented", "created_at")
    detail = (
        Panel("template", _("照片"), {"template": "web/communication/photo_panel.html"}),
        Fields(),
    )
    order = "-id"
    importable = False
    create = None
    edit = None


class Comments(Resource):
    """Remarks under communications; written by the action, never changed silently."""

    model = Comment
    title = _("评论")
    icon = "message-circle"
    columns = ("text", "owner", "created_at", Column("customer", template="link"))
    default_columns = ("text", "owner", "created_at")
    filters = ("interaction", "customer", "owner")
    search = ("text",)
    order = "-id"
    importable = False
    create = None
    edit = None
