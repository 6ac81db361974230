"""How classes, segments, cards and reviews are seen and handled on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Resource
from zhike.segments.models import (
    ClassCard,
    ClassMembership,
    ClassReview,
    ClassRun,
    Segment,
    SegmentGrant,
)


class ClassMembershipResource(Resource):
    """Which class a customer held from when to when (SEG-009); written by runs only."""

    model = ClassMembership
    title = _("客户类别")
    icon = "hierarchy"
    columns = (
        Column("customer", template="link", sortable=False), "scheme", "code", "valid_from",
        "valid_to", "overlapping",
    )  # fmt: skip
    default_columns = ("customer", "scheme", "code", "valid_from", "valid_to")
    filters = ("customer", "scheme", "code", "valid_from", "valid_to", "overlapping")
    search = ("customer.name",)
    order = "-id"
    importable = False
    create = None
    edit = None
    archive = None


class ClassRunResource(Resource):
    """Classifications of everybody."""

    model = ClassRun
    title = _("分类批次")
    icon = "player-play"
    columns = ("on", "scheme", "assessed", "moved", "seconds", "created_at")
    default_columns = ("on", "scheme", "assessed", "moved", "seconds", "created_at")
    filters = ("on", "scheme")
    search = ("scheme",)
    order = "-id"
    importable = False
    create = None
    edit = None
    archive = None


class SegmentResource(Resource):
    """Segments: live questions and lists (SEG-008)."""

    model = Segment
    title = _("客户细分")
    icon = "filter"
    counter = _("个")
    group = "customers"
    under = "/segments/schemes/"
    rank = 45
    columns = (
        Column("name", template="link", width=220), "scheme", "kind", "note",
        Column("owner", template="person", sortable=False), Column("unit", sortable=False),
        "listed_on", "created_at", Column("updated_at", template="ago"),
    )  # fmt: skip
    default_columns = ("name", "scheme", "kind", "note", "owner", "updated_at")
    filters = ("name", "scheme", "kind", "owner", "unit", "created_at")
    search = ("name", "note")
    form = ((_("客户细分"), ("name", "scheme", "kind", "note", "owner", "unit")),)
    importable = False


class SegmentGrantResource(Resource):
    """Who works with a segment's customers, and until when; written by the actions."""

    model = SegmentGrant
    title = _("按细分授权")
    icon = "user-share"
    columns = (
        Column("segment", template="link", sortable=False),
        Column("user", template="person", sortable=False), "role", "valid_to", "ended_on",
        Column("owner", template="person", sortable=False), "created_at",
    )  # fmt: skip
    default_columns = ("segment", "user", "role", "valid_to", "ended_on", "owner")
    filters = ("segment", "user", "role", "valid_to", "ended_on", "owner")
    search = ("segment.name",)
    importable = False
    create = None
    edit = None
    archive = None


class ClassCardResource(Resource):
    """Strategy cards: what a class is and how we treat it (DAT-036, SEG-042)."""

    model = ClassCard
    title = _("策略卡")
    icon = "bookmark"
    counter = _("张")
    columns = (
        "scheme", "code", "description", "strategy", "cadence_days", "channels", "offers",
        "owner_post", "targets", "task", "product_offer", "personal_offer", "added_offer",
        Column("updated_at", template="ago"),
    )  # fmt: skip
    default_columns = ("scheme", "code", "strategy", "cadence_days", "channels", "task",
                       "updated_at")  # fmt: skip
    filters = ("scheme", "code", "cadence_days")
    search = ("description", "strategy")
    order = "id"
    form = (
        (_("类别"), ("description", "needs")),
        (_("策略"), ("strategy", "cadence_days", "channels", "offers", "owner_post", "targets",
                    "task")),
        (_("推荐（按满意度与复购择一）"), ("product_offer", "personal_offer", "added_offer")),
    )  # fmt: skip
    importable = False
    create = None


class ClassReviewResource(Resource):
    """Periodic re-evaluation with its sign-off (SEG-034)."""

    model = ClassReview
    title = _("定期评估")
    icon = "checkbox"
    counter = _("次")
    group = "governance"
    under = "/segments/schemes/"
    rank = 60
    columns = (
        Column("period", template="link"), "due_on", "status", "findings", "adjustments",
        Column("done_by", template="person", sortable=False),
        Column("signed_by", template="person", sortable=False), "signed_on", "opinion",
    )  # fmt: skip
    default_columns = ("period", "due_on", "status", "findings", "done_by", "signed_by",
                       "signed_on")  # fmt: skip
    filters = ("status", "due_on", "signed_on")
    search = ("period", "findings")
    order = "-due_on"
    form = ((_("定期评估"), ("findings", "adjustments")),)
    detail = (
        Fields(_("定期评估"), "period", "due_on", "status", "findings", "adjustments", "done_by",
               "signed_by", "signed_on", "opinion"),
        Panel("history", _("审计")),
    )  # fmt: skip
    importable = False
    create = None
    edit = None
    archive = None
