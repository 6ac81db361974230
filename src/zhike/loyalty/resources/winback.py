"""Win-back programmes and their customers."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource, View
from zhike.loyalty.models import WinBackCase, WinBackProgramme


class WinBackProgrammes(Resource):
    """Programmes."""

    model = WinBackProgramme
    title = _("流失挽回")
    icon = "refresh"
    counter = _("个")
    group = "service"
    under = "/loyalty/"
    rank = 43
    columns = ("title", "status", "starts_on", "ends_on", "budget", "owner", "unit")
    default_columns = ("title", "status", "starts_on", "ends_on", "budget", "owner")
    filters = ("status", "starts_on", "ends_on", "owner", "unit")
    search = ("title",)
    form = ((_("挽回项目"), ("title", "goal", "starts_on", "ends_on", "budget")),)
    detail = (Fields(), Related("loyalty.winbackcase", "programme", _("挽回客户")))
    importable = False


class WinBackCases(Resource):
    """Lost customers; listed by the rule, analysed and closed by people."""

    model = WinBackCase
    title = _("挽回客户")
    icon = "refresh"
    counter = _("家")
    columns = (
        Column("customer", template="link"), Column("programme", template="link"), "status",
        "cause", "lost_because", "started_on", "contacts_made", "reorder_on", "reorders",
        "reorder_amount", "cost", "closed_on", "owner", "unit", Column("offer", sortable=False),
    )  # fmt: skip
    default_columns = (
        "customer", "status", "cause", "started_on", "contacts_made", "reorders", "reorder_amount",
        "cost", "owner",
    )  # fmt: skip
    filters = (
        "programme", "status", "cause", "customer", "owner", "unit", "started_on", "reorder_on",
        "reorders",
    )  # fmt: skip
    search = ("customer.name",)
    detail = (Fields(),)
    views = (
        View("open", _("进行中"), "status=listed,planned"),
        View("back", _("已复购"), "reorders__gte=1&sort=-reorder_amount"),
    )
    importable = False
    create = None
    edit = None
