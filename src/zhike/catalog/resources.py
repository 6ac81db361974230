"""How the catalogue is seen and handled on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.catalog.models import Product
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View


class Products(Resource):
    """The product catalogue."""

    model = Product
    title = _("产品")
    icon = "package"
    counter = _("种")
    group = "customers"
    under = "/sales/order/"
    rank = 45
    columns = (
        Column("code", template="link", width=140), "name", "category", "measure",
        Column("note", sortable=False), "created_at", Column("updated_at", template="ago"),
    )  # fmt: skip
    default_columns = ("code", "name", "category", "measure", "updated_at")
    filters = ("code", "name", "category", "measure", "created_at")
    order = "code"
    form = ((_("产品"), ("code", "name", "category", "measure", "note")),)
    detail = (
        Fields(_("产品"), "code", "name", "category", "measure", "note"),
        Related("needs.needproduct", "product", _("相关客户需求")),
        Panel("history", _("审计")),
    )
    views = (View("all", _("全部")),)
    match_keys = ("code",)
