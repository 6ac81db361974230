"""How tags are seen and handled."""

from django.utils.translation import gettext_lazy as _

from zhike.customers.models import CustomerTag, Tag
from zhike.kernel.columns import Column
from zhike.kernel.resources import Resource


class TagResource(Resource):
    """The list of tags."""

    model = Tag
    title = _("标签")
    icon = "tag"
    columns = (Column("name", template="link"), "dimension", "colour", "created_at")
    default_columns = ("name", "dimension", "colour")
    filters = ("name", "dimension", "colour")
    search = ("name",)
    form = ((_("标签"), ("name", "dimension", "colour")),)
    match_keys = ("name",)


class CustomerTagResource(Resource):
    """Which customer carries which tag."""

    model = CustomerTag
    title = _("客户标签")
    icon = "tags"
    columns = (
        Column("customer", template="link", sortable=False),
        Column("tag", sortable=False),
        "source",
        "confidence",
        "valid_from",
        "expires_on",
        "created_at",
    )
    default_columns = ("customer", "tag", "source", "confidence", "valid_from", "expires_on")
    filters = ("customer", "tag", "tag.dimension", "source", "valid_from", "expires_on")
    search = ("customer.name", "tag.name")
    form = (
        (_("客户标签"), ("customer", "tag", "source", "confidence", "valid_from", "expires_on")),
    )
    edit = None
