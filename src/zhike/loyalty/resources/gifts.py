"""Gifts and hospitality."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Resource, View
from zhike.loyalty.actions import create_gift, edit_gift
from zhike.loyalty.models import Gift


class Gifts(Resource):
    """What was given, to whom, and who agreed."""

    model = Gift
    title = _("礼品与招待")
    icon = "gift"
    counter = _("笔")
    group = "service"
    under = "/loyalty/"
    rank = 41
    columns = (
        "description", Column("customer", template="link"), Column("person", template="link"),
        "recipient", "kind", "occasion", "given_on", "value", "status", "owner", "unit",
        "decided_by", "decision_note",
    )  # fmt: skip
    default_columns = (
        "description", "customer", "person", "kind", "given_on", "value", "status", "owner",
    )  # fmt: skip
    filters = (
        "status", "kind", "recipient", "given_on", "value", "customer", "person", "owner", "unit",
    )  # fmt: skip
    search = ("description", "occasion", "customer.name", "person.name")
    order = "-given_on"
    form = (
        (_("收受人"), ("customer", "person", "recipient")),
        (_("礼品或招待"), ("kind", "description", "occasion", "given_on", "value", "receipt")),
    )  # fmt: skip
    detail = (Fields(),)
    views = (
        View("waiting", _("待审批"), "status=requested"),
        View("mine", _("我经办的"), "owner=me"),
    )
    importable = False
    create = staticmethod(create_gift)
    edit = staticmethod(edit_gift)
