"""How pools, requests, protections, registrations and conflicts are seen on every door."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Related, Resource, View
from zhike.pool.actions.registering import register_company
from zhike.pool.models import (
    BulkTransfer,
    Conflict,
    Ownership,
    Pool,
    PoolEntry,
    PoolMember,
    PoolRequest,
    Protection,
    RecycleRun,
    Registration,
    TransferBatch,
)

HISTORY = Panel("history", _("审计"))


class PoolResource(Resource):
    """Pools."""

    model = Pool
    title = _("公海设置")
    icon = "adjustments-horizontal"
    counter = _("个")
    columns = (Column("name", template="link"), "code", "is_default", "note")
    default_columns = ("name", "code", "is_default", "note")
    filters = ("name", "code", "is_default")
    search = ("name", "code")
    order = "name"
    form = ((_("公海"), ("name", "code", "is_default", "note")),)
    detail = (
        Fields(_("公海"), "name", "code", "is_default", "note"),
        Related("pool.poolmember", "pool", _("成员")),
        HISTORY,
    )
    match_keys = ("code",)


class PoolMemberResource(Resource):
    """Who works from a pool."""

    model = PoolMember
    title = _("公海成员")
    icon = "users-group"
    counter = _("项")
    columns = (
        Column("pool", template="link"),
        "unit",
        Column("user", template="person"),
        "is_admin",
    )
    default_columns = ("pool", "unit", "user", "is_admin")
    filters = ("pool", "unit", "user", "is_admin")
    form = ((_("公海成员"), ("pool", "unit", "user", "is_admin")),)
    order = "id"


class PoolEntryResource(Resource):
    """Customers in pools; people come through the page of the pool."""

    model = PoolEntry
    title = _("公海客户")
    icon = "recycle"
    counter = _("家")
    columns = (
        Column("pool", template="link", sortable=False),
        "cause",
        "reason",
        Column("entered_at", template="ago"),
        Column("previous_owner", template="person", sortable=False),
        "left_at",
        "left_as",
    )
    default_columns = ("pool", "cause", "reason", "entered_at", "previous_owner", "left_as")
    # Without the customer: a pool may hide its name, and the page of the pool shows the rest.
    detail = (
        Fields(_("公海客户"), "pool", "cause", "reason", "entered_at", "previous_owner", "left_at",
               "left_as"),
    )  # fmt: skip
    filters = ("pool", "cause", "entered_at", "previous_owner", "left_at", "left_as")
    order = "-entered_at"
    create = None
    edit = None
    archive = None
    importable = False


class PoolRequestResource(Resource):
    """Requests that a second person decides."""

    model = PoolRequest
    title = _("公海申请")
    icon = "clipboard-plus"
    counter = _("件")
    columns = (
        Column("customer", template="link", sortable=False),
        "kind",
        Column("requester", template="person", sortable=False),
        "reason",
        "status",
        Column("decided_by", template="person", sortable=False),
        "decision_note",
        Column("created_at", template="ago"),
    )
    default_columns = (
        "customer",
        "kind",
        "requester",
        "reason",
        "status",
        "decided_by",
        "created_at",
    )
    filters = ("customer", "kind", "status", "requester", "created_at")
    order = "-id"
    views = (View("all", _("全部")), View("open", _("待审批"), "status=requested"))
    create = None
    edit = None
    archive = None
    importable = False


class ProtectionResource(Resource):
    """What keeps a customer out of recycling."""

    model = Protection
    title = _("回收保护")
    icon = "shield-lock"
    counter = _("项")
    columns = (
        Column("customer", template="link", sortable=False),
        "kind",
        "valid_from",
        "valid_to",
        "reason",
    )
    default_columns = ("customer", "kind", "valid_from", "valid_to", "reason")
    filters = ("customer", "kind", "valid_from", "valid_to")
    form = ((_("回收保护"), ("customer", "kind", "valid_from", "valid_to", "reason")),)
    order = "-valid_from"


class RecycleRunResource(Resource):
    """The nights' runs."""

    model = RecycleRun
    title = _("回收记录")
    icon = "recycle"
    counter = _("次")
    columns = (
        Column("on", template="link"),
        "recycled",
        "warned",
        "seconds",
        "undone_at",
        "undone",
    )
    default_columns = ("on", "recycled", "warned", "seconds", "undone_at", "undone")
    filters = ("on",)
    order = "-on"
    detail = (
        Fields(_("回收记录"), "on", "recycled", "warned", "seconds", "undone_at", "undone"),
        Related("pool.poolentry", "run", _("退回公海的客户")),
    )
    create = None
    edit = None
    archive = None
    importable = False


class OwnershipResource(Resource):
    """Who owned a customer when, and why."""

    model = Ownership
    title = _("归属记录")
    icon = "history"
    counter = _("段")
    columns = (
        Column("customer", template="link", sortable=False),
        Column("owner", template="person", sortable=False),
        "since",
        "until",
        "cause",
        "note",
        Column("changed_by", template="person", sortable=False),
    )
    default_columns = ("customer", "owner", "since", "until", "cause", "note", "changed_by")
    filters = ("customer", "owner", "since", "until", "cause")
    order = "-id"
    create = None
    edit = None
    archive = None
    importable = False


class RegistrationResource(Resource):
    """Registrations."""

    model = Registration
    title = _("报备")
    icon = "flag"
    counter = _("件")
    group = "customers"
    under = "/pool/"
    rank = 26
    columns = (
        Column("company", template="link"),
        "project",
        "product",
        "status",
        "protected_until",
        Column("owner", template="person", sortable=False),
        Column("customer", template="link", sortable=False),
        "registered_at",
        "credit_code",
        "phone",
        "extensions",
    )
    default_columns = (
        "company",
        "project",
        "product",
        "status",
        "protected_until",
        "owner",
        "registered_at",
    )
    filters = ("company", "status", "owner", "unit", "protected_until", "registered_at")
    search = ("company", "project")
    order = "-registered_at"
    form = (
        (_("公司"), ("company", "credit_code", "phone")),
        (_("报备内容"), ("project", "product", "evidence")),
    )
    detail = (
        Fields(_("报备"), "company", "credit_code", "phone", "project", "product", "evidence", "status",
               "protected_until", "registered_at", "customer", "owner"),
        HISTORY,
    )  # fmt: skip
    views = (
        View("all", _("全部")),
        View("mine", _("我的报备"), "owner=me"),
        View("active", _("保护中"), "status=active"),
    )
    create = staticmethod(register_company)
    importable = False


class ConflictResource(Resource):
    """The conflict desk."""

    model = Conflict
    title = _("撞单裁定")
    icon = "arrows-exchange"
    counter = _("件")
    group = "customers"
    under = "/pool/"
    rank = 27
    columns = (
        Column("company", template="link"),
        Column("holder", template="person", sortable=False),
        Column("challenger", template="person", sortable=False),
        "status",
        Column("winner", template="person", sortable=False),
        "decided_at",
        Column("created_at", template="ago"),
    )
    default_columns = ("company", "holder", "challenger", "status", "winner", "created_at")
    filters = ("company", "status", "holder", "challenger", "created_at")
    search = ("company",)
    order = "-id"
    views = (View("all", _("全部")), View("open", _("待裁定"), "status__in=open,appealed"))
    create = None
    edit = None
    archive = None
    importable = False


class BulkTransferResource(Resource):
    """Hand-overs of many customers."""

    model = BulkTransfer
    title = _("批量移交")
    icon = "user-share"
    counter = _("次")
    columns = (
        Column("heir", template="person", sortable=False),
        "total",
        "status",
        "reason",
        Column("requester", template="person", sortable=False),
        "message",
        "finished_at",
        Column("created_at", template="ago"),
    )
    default_columns = ("heir", "total", "status", "reason", "requester", "created_at")
    filters = ("status", "heir", "requester", "created_at")
    order = "-id"
    create = None
    edit = None
    archive = None
    importable = False


class TransferBatchResource(Resource):
    """The batches of a hand-over."""

    model = TransferBatch
    title = _("移交批次")
    icon = "list-details"
    counter = _("批")
    columns = ("number", "moved", "done_at")
    default_columns = ("number", "moved", "done_at")
    filters = ("transfer", "done_at")
    order = "number"
    create = None
    edit = None
    archive = None
    importable = False
