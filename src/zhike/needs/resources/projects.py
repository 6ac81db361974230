"""Customers' projects with team and financing, and need research."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource, View
from zhike.needs.actions.research import edit_research
from zhike.needs.models import Financing, Project, ProjectMember, Research


class Projects(Resource):
    """Projects of customers."""

    model = Project
    title = _("客户项目")
    icon = "building-factory-2"
    counter = _("个")
    columns = (
        "name", Column("customer", template="link"), "stage",
        Column("budget", template="money", total=True), "starts_on", "due_on", "owner", "unit",
        Column("description", sortable=False),
    )  # fmt: skip
    default_columns = ("name", "customer", "stage", "budget", "due_on", "owner")
    filters = ("stage", "customer", "owner", "unit", "due_on", "budget")
    search = ("name", "customer.name")
    form = (
        (_("客户项目"), ("customer", "name", "budget", "starts_on", "due_on", "description", "owner",
                     "unit")),
    )  # fmt: skip
    detail = (
        Fields(),
        Related("needs.financing", "project", _("项目融资")),
        Related("needs.projectmember", "project", _("项目团队")),
        Related("needs.need", "project", _("客户需求")),
        Related("needs.needsdocument", "project", _("客户需求文档")),
    )
    importable = False


class ProjectMembers(Resource):
    """The team of a project."""

    model = ProjectMember
    title = _("项目成员")
    icon = "users"
    columns = ("user", "duty", Column("project", template="link"))
    default_columns = ("user", "duty")
    filters = ("project", "user")
    search = ("user.display_name", "duty")
    form = ((_("项目成员"), ("project", "user", "duty")),)
    importable = False


class Financings(Resource):
    """Where a project's money comes from."""

    model = Financing
    title = _("项目融资")
    icon = "cash"
    columns = (
        "kind", "party", Column("amount", template="money", total=True), "rate", "state",
        "expected_on", Column("project", template="link"), Column("note", sortable=False),
    )  # fmt: skip
    default_columns = ("kind", "party", "amount", "rate", "state", "expected_on")
    filters = ("project", "kind", "state", "expected_on")
    search = ("party",)
    form = (
        (
            _("项目融资"),
            ("project", "kind", "party", "amount", "rate", "state", "expected_on", "note"),
        ),
    )
    importable = False


class Researches(Resource):
    """Plans of need research and their findings."""

    model = Research
    title = _("需求调研")
    icon = "clipboard-plus"
    counter = _("项")
    columns = (
        "title", "method", "sample_size", "answers", "status", "starts_on", "due_on", "owner",
        "unit", "sample", Column("questions", sortable=False), Column("findings", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "method", "sample_size", "answers", "status", "due_on", "owner")
    filters = ("method", "status", "owner", "unit", "due_on")
    search = ("title", "questions", "findings")
    form = (
        (_("调研计划"), ("title", "method", "sample", "sample_size", "questions", "starts_on",
                     "due_on", "owner", "unit")),
    )  # fmt: skip
    detail = (Fields(), Related("needs.need", "research", _("发现的需求")))
    views = (View("running", _("进行中"), "status=running"),)
    importable = False
    edit = staticmethod(edit_research)
