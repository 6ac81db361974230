"""Checklist, deepening plans, health, trust and drivers."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource, View
from zhike.loyalty.actions import create_goal, edit_goal
from zhike.loyalty.models import (
    DeepeningPlan,
    DriverRecord,
    PlanGoal,
    RelationHealth,
    RelationStep,
    TrustIndicator,
)


class RelationSteps(Resource):
    """Steps of the checklist for new customers; begun by the rule."""

    model = RelationStep
    title = _("关系建立步骤")
    icon = "list-check"
    counter = _("步")
    columns = (
        "title", Column("customer", template="link"), "status", "due_on", "done_on", "owner",
        "unit", Column("result", sortable=False), "place",
    )  # fmt: skip
    default_columns = ("title", "customer", "status", "due_on", "done_on", "owner")
    filters = ("status", "due_on", "customer", "owner", "unit")
    search = ("title", "customer.name")
    order = "due_on"
    detail = (Fields("", "title", "customer", "status", "due_on", "owner", "done_on", "result"),)
    views = (View("open", _("待完成"), "status=open"),)
    importable = False
    create = None
    edit = None
    archive = None


class DeepeningPlans(Resource):
    """Plans to do more together."""

    model = DeepeningPlan
    title = _("关系深化计划")
    icon = "target-arrow"
    counter = _("个")
    columns = (
        "title", Column("customer", template="link"), "sponsor", "status", "progress", "starts_on",
        "ends_on", "owner", "unit", Column("result", sortable=False),
    )  # fmt: skip
    default_columns = (
        "title", "customer", "sponsor", "status", "progress", "ends_on", "owner",
    )  # fmt: skip
    filters = ("status", "customer", "sponsor", "owner", "unit", "ends_on", "progress")
    search = ("title", "customer.name")
    form = (
        (_("关系深化计划"), ("customer", "title", "sponsor", "joint_plan", "starts_on", "ends_on")),
    )
    detail = (Fields(), Related("loyalty.plangoal", "plan", _("深化目标")))
    views = (View("active", _("执行中"), "status=active"),)
    importable = False


class PlanGoals(Resource):
    """Goals with what is reached."""

    model = PlanGoal
    title = _("深化目标")
    icon = "target-arrow"
    counter = _("个")
    columns = (
        "title", Column("plan", template="link"), Column("customer", template="link"), "kind",
        "target", "reached", "due_on",
    )  # fmt: skip
    default_columns = ("title", "kind", "target", "reached", "due_on")
    filters = ("plan", "customer", "kind", "due_on")
    search = ("title",)
    form = ((_("深化目标"), ("plan", "kind", "title", "target", "reached", "due_on")),)
    detail = (Fields(),)
    importable = False
    create = staticmethod(create_goal)
    edit = staticmethod(edit_goal)


class RelationHealths(Resource):
    """Scores with their history; written by the rule."""

    model = RelationHealth
    title = _("关系健康度")
    icon = "heart-handshake"
    counter = _("条")
    columns = (
        Column("customer", template="link"), "score", "level", "valid_from", "valid_to",
        "customer.grade", "customer.owner",
    )  # fmt: skip
    default_columns = ("customer", "score", "level", "valid_from", "valid_to", "customer.owner")
    filters = ("customer", "score", "level", "valid_from", "valid_to", "customer.grade")
    search = ("customer.name",)
    order = "score"
    views = (View("poor", _("预警"), "level=poor&valid_to__empty=1&sort=score"),)
    detail = (Fields("", "customer", "score", "level", "valid_from", "valid_to"),)
    importable = False
    create = None
    edit = None
    archive = None


class TrustIndicators(Resource):
    """What key customers judge us by."""

    model = TrustIndicator
    title = _("信任指标")
    icon = "shield-check"
    counter = _("项")
    columns = (
        "title", Column("customer", template="link"), "expected", "level", "assessed_on", "owner",
        "unit", Column("evidence", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "customer", "expected", "level", "assessed_on", "owner")
    filters = ("customer", "level", "assessed_on", "owner", "unit")
    search = ("title", "customer.name")
    form = ((_("信任指标"), ("customer", "title", "expected")),)
    detail = (Fields(),)
    importable = False


class DriverRecords(Resource):
    """Deliveries, answers and support cases, by hand or import."""

    model = DriverRecord
    title = _("履约记录")
    icon = "truck-delivery"
    counter = _("条")
    columns = (
        "title", Column("customer", template="link"), "kind", "asked_at", "promised_at", "done_at",
        "solved", "owner", "unit",
    )  # fmt: skip
    default_columns = ("title", "customer", "kind", "promised_at", "done_at", "solved", "owner")
    filters = (
        "kind", "customer", "asked_at", "promised_at", "done_at", "solved", "owner", "unit",
    )  # fmt: skip
    search = ("title", "customer.name")
    order = "-asked_at"
    form = (
        (_("履约记录"), ("customer", "kind", "title", "asked_at", "promised_at", "done_at",
                         "solved")),
    )  # fmt: skip
    detail = (Fields(),)
    views = (View("open", _("未完成"), "done_at__empty=1&sort=promised_at"),)
