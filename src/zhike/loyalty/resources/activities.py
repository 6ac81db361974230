"""Activities and who is invited."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Related, Resource, View
from zhike.loyalty.actions import create_invitee, edit_activity
from zhike.loyalty.models import Activity, Invitee


class Activities(Resource):
    """Forums, visits, salons, training."""

    model = Activity
    title = _("客户活动")
    icon = "calendar-event"
    counter = _("场")
    group = "service"
    under = "/loyalty/"
    rank = 42
    columns = (
        "title", "kind", "status", "starts_on", "ends_on", "place", "budget", "cost", "owner",
        "unit", "decided_by", Column("summary", sortable=False),
    )  # fmt: skip
    default_columns = ("title", "kind", "status", "starts_on", "place", "budget", "cost", "owner")
    filters = ("status", "kind", "starts_on", "owner", "unit", "budget")
    search = ("title", "place")
    order = "-starts_on"
    form = ((_("客户活动"), ("title", "kind", "goal", "starts_on", "ends_on", "place", "budget")),)
    detail = (Fields(), Related("loyalty.invitee", "activity", _("受邀人")))
    views = (View("open", _("进行中"), "status=draft,requested,approved,held"),)
    importable = False
    edit = staticmethod(edit_activity)


class Invitees(Resource):
    """Who is invited, came, and said what; written by the actions."""

    model = Invitee
    title = _("受邀人")
    icon = "users-plus"
    counter = _("人")
    columns = (
        Column("person", template="link"), Column("customer", template="link"),
        Column("activity", template="link"), "status", "score", "lead",
        Column("feedback", sortable=False),
    )  # fmt: skip
    default_columns = ("person", "customer", "status", "score", "lead")
    filters = ("activity", "customer", "person", "status", "score")
    search = ("person.name", "customer.name")
    form = ((_("受邀人"), ("activity", "person")),)
    detail = (Fields(),)
    importable = False
    create = staticmethod(create_invitee)
    edit = None
