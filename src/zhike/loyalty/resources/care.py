"""Cares, consents, important dates and notes."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Resource, View
from zhike.loyalty.actions import create_consent, create_note
from zhike.loyalty.models import CareItem, Consent, ImportantDate, Note


class CareItems(Resource):
    """Cares that were planned; made by the rule, closed by people."""

    model = CareItem
    title = _("客户关怀")
    icon = "cake"
    counter = _("项")
    group = "service"
    rank = 40
    columns = (
        Column("customer", template="link"), Column("person", template="link"), "occasion",
        "occurs_on", "channel", "status", "owner", "unit", "done_on", "result",
        Column("message", sortable=False),
    )  # fmt: skip
    default_columns = ("occasion", "customer", "person", "occurs_on", "channel", "status", "owner")
    filters = ("status", "occurs_on", "channel", "owner", "unit", "customer", "person")
    search = ("occasion", "customer.name", "person.name")
    order = "-occurs_on"
    detail = (
        Fields(
            "", "occasion", "occurs_on", "customer", "person", "channel", "message", "status",
            "owner", "done_on", "result",
        ),
    )  # fmt: skip
    views = (
        View("open", _("待关怀"), "status=planned&sort=occurs_on"),
        View("mine", _("我的关怀"), "owner=me&status=planned&sort=occurs_on"),
    )
    importable = False
    create = None
    edit = None
    archive = None


class Consents(Resource):
    """The register; entries are added, never changed."""

    model = Consent
    title = _("同意登记")
    icon = "shield-check"
    counter = _("条")
    columns = (
        Column("person", template="link"), Column("customer", template="link"), "purpose",
        "channel", "state", "decided_on", "source", "text_version", "owner", "note",
    )  # fmt: skip
    default_columns = ("person", "customer", "purpose", "channel", "state", "decided_on", "source")
    filters = ("person", "customer", "purpose", "channel", "state", "decided_on", "owner")
    search = ("person.name", "customer.name", "source")
    order = "-decided_on"
    form = (
        (_("同意登记"), ("person", "purpose", "channel", "state", "decided_on", "source",
                         "text_version", "note")),
    )  # fmt: skip
    detail = (Fields(),)
    views = (View("withdrawn", _("已撤回"), "state=withdrawn"),)
    importable = False
    create = staticmethod(create_consent)
    edit = None
    archive = None


class ImportantDates(Resource):
    """Dates that matter."""

    model = ImportantDate
    title = _("重要日期")
    icon = "calendar-event"
    counter = _("个")
    columns = (
        "title", Column("customer", template="link"), Column("person", template="link"), "kind",
        "solar_on", "lunar_on", "yearly", "owner", "unit",
    )  # fmt: skip
    default_columns = ("title", "customer", "person", "kind", "solar_on", "lunar_on", "yearly")
    filters = ("kind", "customer", "person", "owner", "unit", "solar_on", "yearly")
    search = ("title", "customer.name", "person.name")
    form = (
        (_("重要日期"), ("customer", "person", "kind", "title", "solar_on", "lunar_on", "yearly")),
    )
    detail = (Fields(),)


class Notes(Resource):
    """What moves a person: no column shows the words, so lists and exports do not carry them."""

    model = Note
    title = _("情感连接记录")
    icon = "heart"
    counter = _("条")
    columns = (
        Column("person", template="link"), Column("customer", template="link"), "kind", "level",
        "source", "owner", "updated_at",
    )  # fmt: skip
    default_columns = ("person", "customer", "kind", "level", "owner", "updated_at")
    filters = ("person", "customer", "kind", "level", "owner")
    search = ("person.name",)
    form = ((_("情感连接记录"), ("person", "kind", "level", "text", "source")),)
    detail = (Fields("", "person", "customer", "kind", "level", "text", "source", "owner"),)
    importable = False
    create = staticmethod(create_note)
