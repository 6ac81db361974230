"""How relations between customers and account teams are seen."""

from django.utils.translation import gettext_lazy as _

from zhike.customers.models import CustomerRelation, TeamMember
from zhike.kernel.columns import Column
from zhike.kernel.resources import Resource


class CustomerRelationResource(Resource):
    """Typed links between customers (DAT-031)."""

    model = CustomerRelation
    title = _("客户关系")
    icon = "sitemap"
    columns = (
        Column("customer", template="link", sortable=False),
        "kind",
        Column("other", template="link", sortable=False),
        "valid_from",
        "valid_to",
        "note",
    )
    default_columns = ("customer", "kind", "other", "valid_from", "valid_to")
    filters = ("customer", "other", "kind", "valid_from", "valid_to")
    search = ("customer.name", "other.name", "note")
    form = ((_("客户关系"), ("customer", "kind", "other", "valid_from", "valid_to", "note")),)


class TeamMemberResource(Resource):
    """Account teams (ORG-013)."""

    model = TeamMember
    title = _("协作成员")
    icon = "users-group"
    columns = (
        Column("customer", template="link", sortable=False),
        Column("user", template="person", sortable=False),
        "role",
        "valid_from",
        "valid_to",
    )
    default_columns = ("customer", "user", "role", "valid_from", "valid_to")
    filters = ("customer", "user", "role", "valid_from", "valid_to")
    search = ("customer.name", "user.display_name")
    form = ((_("协作成员"), ("customer", "user", "role", "valid_from", "valid_to")),)
