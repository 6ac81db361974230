"""Needs and their types."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View
from zhike.needs.actions.need import create_need, edit_need
from zhike.needs.models import Need, NeedOpportunity, NeedProduct, NeedType


class NeedTypes(Resource):
    """The list of types; whoever may, adds to it."""

    model = NeedType
    title = _("需求类型")
    icon = "tags"
    counter = _("类")
    columns = ("name", "note")
    default_columns = ("name", "note")
    search = ("name",)
    order = "id"
    form = ((_("需求类型"), ("name", "note")),)
    detail = (Fields(), Related("needs.need", "type", _("客户需求")))
    importable = False


class Needs(Resource):
    """What customers need."""

    model = Need
    title = _("客户需求")
    icon = "bulb"
    counter = _("项")
    group = "customers"
    rank = 70
    columns = (
        "title", "code", Column("customer", template="link"), "type", "source", "priority",
        "status", "theme", "products", "opportunity", "owner", "unit", "person", "project",
        "research", "due_on", "importance", "satisfaction", "effort",
        Column("value", template="money", total=True), "fit", "kano", "recorded_at",
        "answer_due_at", "answered_at", "delivering_unit", "promised_on", "delivered_on",
        "closed_at", "told_at", Column("description", sortable=False),
        Column("answer", sortable=False), Column("analysis", sortable=False),
        Column("promise", sortable=False), Column("decision_reason", sortable=False),
        Column("outcome", sortable=False), Column("told", sortable=False), "confirmed_by",
        "answer_minutes",
    )  # fmt: skip
    default_columns = (
        "title", "customer", "type", "priority", "status", "owner", "due_on", "answer_due_at",
    )  # fmt: skip
    filters = (
        "status", "type", "source", "priority", "kano", "customer", "owner", "unit", "theme",
        "products", "opportunity", "project", "research", "due_on", "recorded_at", "answer_due_at", "answered_at",
        "delivering_unit", "promised_on", "told_at", "closed_at",
    )  # fmt: skip
    order = "-recorded_at"
    form = (
        (_("需求"), ("customer", "title", "type", "source", "person", "description", "priority",
                     "due_on")),
        (_("关联"), ("theme", "products", "opportunity", "project", "research", "owner", "unit")),
    )  # fmt: skip
    detail = (
        Panel("template", "", {"template": "web/needs/need_steps.html"}),
        Fields(
            _("需求"), "customer", "person", "type", "source", "priority", "due_on", "description",
            "theme", "project", "research", "owner", "unit",
        ),
        Fields(
            _("分析"), "importance", "satisfaction", "effort", "value", "fit", "kano", "analysis"
        ),
        Fields(
            _("答复与结果"), "answer_due_at", "answered_at", "answer", "delivering_unit",
            "promised_on", "promise", "decision_reason", "delivered_on", "outcome",
            "confirmed_by", "told_at", "told",
        ),
        Related("needs.needproduct", "need", _("相关产品")),
        Related("needs.needopportunity", "need", _("相关商机")),
        Related("needs.suggestion", "need", _("来源线索")),
        Related("needs.topic", "need", _("会议讨论")),
        Related("needs.improvementneed", "need", _("带来的产品改进")),
    )  # fmt: skip
    views = (
        View("mine", _("我的需求"),
             "owner=me&status=recorded,analysed,promised,delivered&sort=answer_due_at"),
        View("waiting", _("待首次答复"),
             "answered_at__empty=1&status=recorded,analysed&sort=answer_due_at"),
        View("late", _("答复超时"), "answered_at__empty=1&answer_due_at__lte=0d&sort=answer_due_at"),
        View("promised", _("已承诺"), "status=promised&sort=promised_on"),
        View("untold", _("待告知客户"), "status=declined,confirmed&told_at__empty=1"),
    )  # fmt: skip
    importable = False
    create = staticmethod(create_need)
    edit = staticmethod(edit_need)


class NeedProducts(Resource):
    """The products that a need is about; written with the need."""

    model = NeedProduct
    title = _("需求涉及的产品")
    icon = "package"
    columns = (
        Column("product", template="link"), Column("product.code"), Column("product.category"),
        Column("need", template="link"), Column("need.customer", template="link"), "created_at",
    )  # fmt: skip
    default_columns = ("product", "product.code", "product.category", "need", "need.customer")
    filters = ("need", "product", "created_at")
    search = ("product.name", "product.code", "need.title")
    importable = False
    create = None
    edit = None
    archive = None


class NeedOpportunities(Resource):
    """The opportunities that a need belongs to; written with the need."""

    model = NeedOpportunity
    title = _("需求关联的商机")
    icon = "target-arrow"
    columns = (
        Column("opportunity", template="link"), "opportunity.stage", "opportunity.outcome",
        Column("need", template="link"), "created_at",
    )  # fmt: skip
    default_columns = ("opportunity", "opportunity.stage", "opportunity.outcome", "need")
    filters = ("need", "opportunity", "created_at")
    search = ("opportunity.name", "opportunity.number", "need.title")
    importable = False
    create = None
    edit = None
    archive = None
