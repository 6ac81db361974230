"""Needs meetings and needs documents."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource, View
from zhike.needs.actions.documents import archive_clause, create_clause, edit_clause
from zhike.needs.actions.meetings import create_meeting, edit_meeting
from zhike.needs.models import Attendee, Clause, Meeting, NeedsDocument, Receipt, Topic


class Meetings(Resource):
    """Needs identification and analysis meetings."""

    model = Meeting
    title = _("需求分析会")
    icon = "users-group"
    counter = _("次")
    columns = (
        "title", "starts_at", "status", "owner", "unit", "place", "project", "held_at",
        Column("agenda", sortable=False), Column("conclusions", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "starts_at", "status", "owner", "place", "project")
    filters = ("status", "starts_at", "owner", "unit", "project")
    search = ("title", "agenda", "conclusions")
    order = "-starts_at"
    form = ((_("会议"), ("title", "starts_at", "place", "project", "agenda", "owner", "unit")),)
    detail = (
        Fields(),
        Related("needs.topic", "meeting", _("议程与结论")),
        Related("needs.attendee", "meeting", _("参会人")),
        Related("needs.needsdocument", "meeting", _("客户需求文档")),
    )
    views = (
        View("planned", _("待召开"), "status=planned&sort=starts_at"),
        View("held", _("已召开"), "status=held"),
    )
    importable = False
    create = staticmethod(create_meeting)
    edit = staticmethod(edit_meeting)


class Attendees(Resource):
    """Who is invited."""

    model = Attendee
    title = _("参会人")
    icon = "users"
    columns = ("user", "came", Column("meeting", template="link"))
    default_columns = ("user", "came", "meeting")
    filters = ("meeting", "user", "came")
    search = ("user.display_name",)
    form = ((_("参会人"), ("meeting", "user", "came")),)
    importable = False


class Topics(Resource):
    """The agenda, point by point."""

    model = Topic
    title = _("会议议题")
    icon = "list-check"
    columns = (
        "heading", Column("meeting", template="link"), Column("need", template="link"),
        Column("customer", template="link"), Column("conclusion", sortable=False),
    )  # fmt: skip
    default_columns = ("heading", "customer", "need", "conclusion")
    filters = ("meeting", "need", "customer")
    search = ("heading",)
    order = "id"
    form = ((_("会议议题"), ("meeting", "heading", "customer", "need", "conclusion")),)
    importable = False


class NeedsDocuments(Resource):
    """Versions of needs documents; drafts come from a meeting, a project or a customer."""

    model = NeedsDocument
    title = _("客户需求文档")
    icon = "file-text"
    counter = _("份")
    columns = (
        "title", "number", "status", Column("customer", template="link"), "project", "meeting",
        "owner", "unit", "decided_at", "delivered_at", Column("change_note", sortable=False),
        "decision_note", "created_at",
    )  # fmt: skip
    default_columns = (
        "title",
        "number",
        "status",
        "project",
        "owner",
        "decided_at",
        "delivered_at",
    )
    filters = ("status", "meeting", "customer", "project", "owner", "unit", "delivered_at")
    search = ("title",)
    order = "-id"
    views = (
        View("waiting", _("待审批"), "status=submitted"),
        View("approved", _("已批准"), "status=approved"),
    )
    importable = False
    create = None
    edit = None


class Clauses(Resource):
    """The text of a needs document; it stands still once submitted."""

    model = Clause
    title = _("需求文档条文")
    icon = "list-details"
    columns = (
        "heading", Column("document", template="link"), "position", Column("text", sortable=False),
        Column("need", template="link"),
    )  # fmt: skip
    default_columns = ("heading", "text", "need")
    filters = ("document", "need")
    search = ("heading",)
    order = "position"
    form = ((_("需求文档条文"), ("document", "heading", "text", "need")),)
    importable = False
    create = staticmethod(create_clause)
    edit = staticmethod(edit_clause)
    archive = staticmethod(archive_clause)


class Receipts(Resource):
    """Who of the project team was given which document."""

    model = Receipt
    title = _("需求文档签收")
    icon = "signature"
    columns = ("user", Column("document", template="link"), "read_at", "created_at")
    default_columns = ("user", "document", "read_at")
    filters = ("document", "user", "read_at")
    search = ("user.display_name",)
    importable = False
    create = None
    edit = None
    archive = None
