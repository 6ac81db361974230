"""How teams, feedback, improvement, meetings, processes and reports are seen on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, Timeline, View
from zhike.teamwork.actions.feedback import register_feedback
from zhike.teamwork.actions.improvement import create_item
from zhike.teamwork.actions.processes import add_part, edit_part, remove_part
from zhike.teamwork.actions.suggestions import submit_suggestion
from zhike.teamwork.actions.teams import create_team, leave_seat, seat_member
from zhike.teamwork.models import (
    ActionConflict,
    AlignmentMeeting,
    DepartmentReview,
    Feedback,
    ImprovementItem,
    Process,
    ProcessRole,
    ProcessStep,
    StatusReport,
    Suggestion,
    Team,
    TeamSeat,
)

LINK = Column("customer", template="link")


class TeamResource(Resource):
    """Teams across departments."""

    model = Team
    title = _("协作小组")
    icon = "users-group"
    counter = _("个")
    group = "governance"
    rank = 40
    columns = ("name", "kind", "missing", "owner", "unit", "updated_at")
    default_columns = ("name", "kind", "missing", "owner", "unit")
    filters = ("kind", "owner", "unit")
    search = ("name",)
    order = "name"
    form = ((_("小组"), ("name", "kind", "purpose", "owner", "unit")),)
    detail = (Fields(), Related("teamwork.teamseat", "team", _("成员")), Timeline())
    importable = False
    create = staticmethod(create_team)


class TeamSeatResource(Resource):
    """Seats in teams."""

    model = TeamSeat
    title = _("小组成员")
    icon = "user-plus"
    counter = _("人")
    columns = ("user", "function", "team", "created_at")
    default_columns = ("user", "function", "team")
    filters = ("team", "user", "function")
    form = ((_("成员"), ("team", "user", "function")),)
    importable = False
    create = staticmethod(seat_member)
    edit = None
    archive = staticmethod(leave_seat)


class FeedbackResource(Resource):
    """What customers said."""

    model = Feedback
    title = _("客户反馈")
    icon = "message-circle"
    counter = _("条")
    columns = (LINK, Column("text", sortable=False), "status", "owner", "unit", "created_at",
               Column("answer", sortable=False))  # fmt: skip
    default_columns = ("customer", "text", "status", "owner", "created_at")
    filters = ("status", "customer", "owner", "unit", "created_at")
    search = ("text",)
    order = "-id"
    form = ((_("反馈"), ("customer", "text")),)
    importable = False
    create = staticmethod(register_feedback)
    edit = None


class ImprovementItemResource(Resource):
    """Improvement items."""

    model = ImprovementItem
    title = _("改进项")
    icon = "progress-check"
    counter = _("项")
    group = "service"
    rank = 60
    columns = ("title", "source", "status", "due_on", "owner", "unit", LINK, "team", "process",
               "rounds", "closed_on", "created_at")  # fmt: skip
    default_columns = ("title", "source", "status", "due_on", "owner", "customer")
    filters = ("status", "source", "owner", "unit", "due_on", "customer", "team", "process")
    search = ("title",)
    order = "due_on"
    form = (
        (_("改进项"), ("title", "source", "evidence", "due_on", "owner", "customer", "team",
                       "process", "unit")),
    )  # fmt: skip
    detail = (Fields(), Timeline())
    views = (View("mine", _("我负责的"), "owner=me"),)
    importable = False
    create = staticmethod(create_item)


class SuggestionResource(Resource):
    """Colleagues' suggestions."""

    model = Suggestion
    title = _("改进建议")
    icon = "bulb"
    counter = _("条")
    group = "service"
    under = "/improvement/"
    rank = 61
    columns = ("title", "status", "process", "owner", "handler", "answered_at", "credit",
               "created_at")  # fmt: skip
    default_columns = ("title", "status", "owner", "handler", "credit", "created_at")
    filters = ("status", "owner", "handler", "process")
    search = ("title",)
    order = "-id"
    form = ((_("建议"), ("title", "text", "process")),)
    views = (View("mine", _("我的建议"), "owner=me"),)
    importable = False
    create = staticmethod(submit_suggestion)
    edit = None
    archive = None


class AlignmentMeetingResource(Resource):
    """Alignment meetings."""

    model = AlignmentMeeting
    title = _("对齐会议")
    icon = "calendar-event"
    counter = _("次")
    group = "service"
    under = "/improvement/"
    rank = 70
    columns = (LINK, Column("customer.grade", template="grade"), "planned_on", "status", "held_on",
               "flagged_on", "owner", "unit")  # fmt: skip
    default_columns = ("customer", "customer.grade", "planned_on", "status", "held_on", "owner")
    filters = ("status", "customer", "owner", "unit", "planned_on", "held_on", "customer.grade")
    order = "planned_on"
    form = ((_("对齐会议"), ("customer", "planned_on", "owner", "unit")),)
    views = (
        View("planned", _("待召开"), "status=planned"),
        View("late", _("已逾期"), "status=planned&planned_on__lte=-1d"),
    )
    importable = False


class ActionConflictResource(Resource):
    """Conflicts of action; found by the rule."""

    model = ActionConflict
    title = _("行动冲突")
    icon = "alert-triangle"
    counter = _("次")
    group = "service"
    under = "/improvement/"
    rank = 71
    columns = (LINK, "kind", "day", "status", "owner", "unit", "other", "other_unit",
               Column("settlement", sortable=False), "created_at")  # fmt: skip
    default_columns = ("customer", "kind", "day", "status", "owner", "other")
    filters = ("status", "customer", "owner", "other", "day")
    order = "-day"
    views = (View("open", _("待协调"), "status=open"),)
    importable = False
    create = None
    edit = None
    archive = None


class ProcessResource(Resource):
    """CRM processes."""

    model = Process
    title = _("管理流程")
    icon = "sitemap"
    counter = _("个")
    group = "governance"
    under = "/teamwork/team/"
    rank = 41
    columns = ("name", "code", "phase", "status", "published_on", "updated_at")
    default_columns = ("name", "code", "phase", "status", "published_on")
    filters = ("phase", "status")
    search = ("name", "code")
    order = "code"
    form = ((_("流程"), ("name", "code", "phase", "description")),)
    detail = (Fields(), Related("teamwork.processstep", "process", _("步骤")), Timeline())
    importable = False


class ProcessStepResource(Resource):
    """Steps of processes."""

    model = ProcessStep
    title = _("流程步骤")
    icon = "list-numbers"
    counter = _("步")
    columns = ("number", "name", "process")
    default_columns = columns
    filters = ("process",)
    order = "number"
    form = ((_("步骤"), ("process", "number", "name")),)
    detail = (Fields(), Related("teamwork.processrole", "step", _("职责")))
    importable = False
    create = staticmethod(add_part)
    edit = staticmethod(edit_part)
    archive = staticmethod(remove_part)


class ProcessRoleResource(Resource):
    """Who is what in a step."""

    model = ProcessRole
    title = _("流程职责")
    icon = "id-badge-2"
    counter = _("条")
    columns = ("role", "part", "step")
    default_columns = columns
    filters = ("step", "role", "part")
    form = ((_("职责"), ("step", "role", "part")),)
    importable = False
    create = staticmethod(add_part)
    edit = staticmethod(edit_part)
    archive = staticmethod(remove_part)


class DepartmentReviewResource(Resource):
    """Reviews of departments; drawn up by the rule, read by the leadership (ORG-022)."""

    model = DepartmentReview
    title = _("部门绩效评审")
    icon = "report-analytics"
    counter = _("份")
    group = "governance"
    under = "/teamwork/team/"
    rank = 43
    columns = (
        Column("unit", template="link"), "starts_on", "ends_on", "score", "satisfaction", "answers",
        "improvement", "timeliness", "status", "owner", "read_by", "read_on",
    )  # fmt: skip
    default_columns = ("unit", "starts_on", "ends_on", "score", "satisfaction", "answers",
                       "improvement", "timeliness", "status")  # fmt: skip
    filters = ("unit", "status", "starts_on", "score", "owner")
    search = ("unit.name",)
    order = "-starts_on"
    detail = (
        Fields(_("部门绩效评审"), "unit", "owner", "starts_on", "ends_on", "score", "satisfaction",
               "improvement", "timeliness", "status", "opinion", "read_by", "read_on"),
        Panel("template", _("评审依据"), {"template": "web/teamwork/review.html"}),
        Panel("history", _("审计")),
    )  # fmt: skip
    views = (View("sent", _("待审阅"), "status=sent"),)
    importable = False
    create = None
    edit = None
    archive = None


class StatusReportResource(Resource):
    """Reports upward; drawn up by the rule."""

    model = StatusReport
    title = _("工作报告")
    icon = "report"
    counter = _("份")
    group = "governance"
    under = "/teamwork/team/"
    rank = 42
    columns = ("title", "starts_on", "ends_on", "status", "owner", "superior", "signed_at",
               "digest")  # fmt: skip
    default_columns = ("title", "status", "owner", "superior", "signed_at")
    filters = ("status", "owner", "superior", "starts_on")
    search = ("title",)
    order = "-starts_on"
    views = (View("draft", _("待签发"), "status=draft"),)
    importable = False
    create = None
    edit = None
    archive = None
