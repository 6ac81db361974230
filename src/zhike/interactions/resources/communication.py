"""Plans, questions, social media, coaching and figures on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.interactions.actions import (
    create_behaviour,
    create_inquiry,
    create_plan,
    create_post,
)
from zhike.interactions.models import (
    Behaviour,
    ContactEffect,
    ContactPlan,
    Inquiry,
    SocialPost,
    VisitReview,
)
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Resource, View


class ContactPlans(Resource):
    """Planned contacts."""

    model = ContactPlan
    title = _("沟通计划")
    icon = "calendar-event"
    counter = _("项")
    group = "customers"
    under = "/interactions/interaction/"
    rank = 62
    columns = (
        "topic", Column("customer", template="link"), "channel", "planned_at", "status", "owner",
        "unit", "done_at", "result",
    )  # fmt: skip
    default_columns = ("topic", "customer", "channel", "planned_at", "owner", "status")
    filters = ("status", "channel", "planned_at", "owner", "unit", "customer")
    search = ("topic", "customer.name")
    order = "planned_at"
    form = ((_("沟通计划"), ("customer", "channel", "planned_at", "topic")),)
    detail = (Fields(),)
    views = (
        View("open", _("计划中"), "status=open"),
        View("mine", _("我的计划"), "status=open&owner=me"),
    )
    importable = False
    create = staticmethod(create_plan)
    edit = None


class Inquiries(Resource):
    """Questions and opinions of customers."""

    model = Inquiry
    title = _("客户问题与意见")
    icon = "help-circle"
    counter = _("条")
    group = "customers"
    under = "/interactions/interaction/"
    rank = 63
    columns = (
        Column("text", sortable=False), Column("customer", template="link"), "kind", "status",
        "handler", "handler_unit", "accept_by", "due_at", "accepted_at", "answered_at",
        "closed_at", "told_channel", "owner", "unit", "customer.grade",
    )  # fmt: skip
    default_columns = ("text", "customer", "kind", "status", "handler", "due_at")
    filters = (
        "status", "kind", "handler", "handler_unit", "owner", "unit", "due_at", "customer",
    )  # fmt: skip
    search = ("text", "customer.name")
    order = "due_at"
    form = ((_("客户问题与意见"), ("customer", "kind", "text", "handler")),)
    detail = (Fields(),)
    views = (
        View("open", _("未关闭"), "status=forwarded,accepted,answered"),
        View("mine", _("我处理的"), "status=forwarded,accepted&handler=me"),
    )
    importable = False
    create = staticmethod(create_inquiry)
    edit = None


class SocialPosts(Resource):
    """Interaction on social media."""

    model = SocialPost
    title = _("社交媒体互动")
    icon = "world-share"
    counter = _("条")
    group = "customers"
    under = "/interactions/interaction/"
    rank = 64
    columns = (
        Column("text", sortable=False), Column("customer", template="link"), "platform", "kind",
        "author", "posted_at", "replied_at", "minutes", "owner", "unit",
    )  # fmt: skip
    default_columns = ("text", "customer", "platform", "posted_at", "minutes", "owner")
    filters = ("platform", "kind", "posted_at", "replied_at", "owner", "unit", "customer")
    search = ("text", "author", "customer.name")
    order = "-posted_at"
    form = (
        (_("社交媒体互动"), ("customer", "platform", "kind", "author", "link", "posted_at", "text")),
    )  # fmt: skip
    detail = (Fields(),)
    views = (View("waiting", _("待回复"), "replied_at__empty=1"),)
    importable = False
    create = staticmethod(create_post)
    edit = None


class VisitReviews(Resource):
    """What observers wrote about visits."""

    model = VisitReview
    title = _("拜访辅导记录")
    icon = "eye"
    counter = _("份")
    columns = (
        Column("advice", sortable=False), "visitor", "owner", "score", "created_at",
        "interaction.occurred_at", "replied_at",
    )  # fmt: skip
    default_columns = ("advice", "visitor", "owner", "score", "created_at")
    filters = ("owner", "visitor", "created_at")
    order = "-id"
    detail = (Fields(),)
    importable = False
    create = None
    edit = None


class ContactEffects(Resource):
    """Stored figures by month, person and channel."""

    model = ContactEffect
    title = _("沟通效果数据")
    icon = "chart-bar"
    columns = (
        "month", "owner", "channel", "contacts", "replied", "incoming", "answered",
        "answer_minutes", "progressed", "ordered", "good", "neutral", "bad", "planned",
        "planned_done", "unit",
    )  # fmt: skip
    default_columns = ("month", "owner", "channel", "contacts", "replied", "planned_done")
    filters = ("month", "owner", "unit", "channel")
    order = "-month"
    detail = (Fields(),)
    importable = False
    create = None
    edit = None
    archive = None


class Behaviours(Resource):
    """What contacts did on our sites; other systems report it, nobody changes it."""

    model = Behaviour
    title = _("浏览与互动行为")
    icon = "activity"
    counter = _("条")
    under = "/interactions/interaction/"
    rank = 68
    columns = (
        Column("person", template="link"), Column("customer", template="link"), "kind",
        "occurred_at", "source", "title", "url",
    )  # fmt: skip
    default_columns = ("person", "customer", "kind", "title", "source", "occurred_at")
    filters = ("person", "customer", "kind", "source", "occurred_at")
    search = ("title", "url", "person.name", "customer.name")
    order = "-occurred_at"
    form = (
        (
            _("浏览与互动行为"),
            ("person", "kind", "occurred_at", "source", "title", "url", "payload"),
        ),
    )
    detail = (Fields(),)
    importable = False  # an import would pass by the consent
    create = staticmethod(create_behaviour)
    edit = None
    archive = None
