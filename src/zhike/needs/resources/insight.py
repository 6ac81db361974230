"""Suggestions from notes, product improvements, strategy reviews."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View
from zhike.needs.models import Improvement, ImprovementNeed, StrategyReview, Suggestion


class Suggestions(Resource):
    """Sentences that may be needs; made by the word list, decided by people."""

    model = Suggestion
    title = _("需求线索")
    icon = "zoom-question"
    counter = _("条")
    columns = (
        Column("quote", sortable=False), Column("customer", template="link"), "kind", "words",
        "type", "source", "status", "owner", "unit", Column("interaction", template="link"), "need", "reason",
        "created_at",
    )  # fmt: skip
    default_columns = ("quote", "customer", "kind", "words", "type", "source", "status", "owner",
                       "created_at")  # fmt: skip
    filters = (
        "status",
        "kind",
        "type",
        "source",
        "customer",
        "need",
        "owner",
        "unit",
        "created_at",
    )
    search = ("quote", "customer.name")
    order = "-id"
    views = (View("open", _("待确认"), "status=open"),)
    detail = (
        Fields(_("需求线索"), "customer", "kind", "type", "source", "status", "need", "reason",
               "owner", "unit"),
        Panel("template", _("原文"), {"template": "web/needs/evidence_panel.html"}),
    )  # fmt: skip
    importable = False
    create = None
    edit = None
    archive = None


class Improvements(Resource):
    """The product-improvement log."""

    model = Improvement
    title = _("产品改进")
    icon = "arrow-up-circle"
    counter = _("项")
    columns = (
        "title", "product", "status", "due_on", "released_on", "owner",
        Column("change", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "product", "status", "due_on", "released_on", "owner")
    filters = ("status", "product", "owner", "due_on", "released_on")
    search = ("title", "product", "change")
    form = ((_("产品改进"), ("title", "product", "change", "due_on", "owner")),)
    detail = (Fields(), Related("needs.improvementneed", "improvement", _("提出需求的客户")))
    views = (
        View("planned", _("计划改进"), "status=planned&sort=due_on"),
        View("released", _("已上线"), "status=released&sort=-released_on"),
    )
    importable = False


class ImprovementNeeds(Resource):
    """Which needs are behind an improvement."""

    model = ImprovementNeed
    title = _("改进来源")
    icon = "link"
    columns = (
        Column("need", template="link"), Column("need.customer", template="link"),
        Column("improvement", template="link"), "told_at",
    )  # fmt: skip
    default_columns = ("need", "need.customer", "told_at")
    filters = ("improvement", "need", "told_at")
    search = ("need.title",)
    importable = False
    create = None
    edit = None


class StrategyReviews(Resource):
    """Items that changing needs bring to the product team."""

    model = StrategyReview
    title = _("策略评审事项")
    icon = "versions"
    counter = _("项")
    columns = (
        "title", "theme", "status", "due_on", "owner", "decided_at",
        Column("decision", sortable=False), "created_at",
    )  # fmt: skip
    default_columns = ("title", "theme", "status", "due_on", "owner", "decided_at")
    filters = ("status", "theme", "owner", "due_on")
    search = ("title", "theme", "decision")
    form = ((_("策略评审事项"), ("title", "theme", "due_on", "owner")),)
    views = (View("open", _("待评审"), "status=open&sort=due_on"),)
    importable = False
