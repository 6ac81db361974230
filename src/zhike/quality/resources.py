"""How dictionary notes, sources, code lists, campaigns and requests are seen on every door."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column
from zhike.kernel.resources import Fields, Panel, Resource, View
from zhike.quality.actions import describe_field, plan_campaign
from zhike.quality.models import (
    Campaign,
    CodeList,
    CodeTerm,
    DataSource,
    FieldNote,
    Filing,
    Submission,
    UpdateLink,
    UpdateRequest,
    Verification,
    WebForm,
)

HISTORY = Panel("history", _("审计"))


class FieldNoteResource(Resource):
    """Entries of the data dictionary (DAT-012)."""

    model = FieldNote
    title = _("数据字典条目")
    icon = "book-2"
    columns = (
        "resource",
        "field",
        "kind",
        "definition",
        "steward",
        "sensitivity",
        "retention",
        "truth",
    )
    default_columns = (
        "resource",
        "field",
        "kind",
        "definition",
        "sensitivity",
        "retention",
        "truth",
    )
    filters = ("resource", "kind", "sensitivity", "steward")
    search = ("resource", "field", "definition")
    form = (
        (_("字段"), ("resource", "field")),
        (_("说明"), ("kind", "definition", "steward", "sensitivity", "retention", "truth")),
    )
    importable = False
    create = staticmethod(describe_field)


class DataSourceResource(Resource):
    """The catalogue of sources, one page each in four dimensions (DAT-013)."""

    model = DataSource
    title = _("数据源")
    icon = "database-import"
    columns = ("name", "way", "system", "rhythm", "content", "structure", "quality", "steward")
    default_columns = ("name", "way", "system", "rhythm", "content", "quality")
    filters = ("way", "steward")
    search = ("name", "system", "content")
    order = "name"
    form = (
        (_("数据源"), ("name", "way", "system", "rhythm", "steward")),
        (_("四个维度"), ("content", "structure", "quality")),
    )
    detail = (
        Fields(_("数据源"), "name", "way", "system", "rhythm", "steward"),
        Fields(_("数据内容"), "content"),
        Fields(_("数据结构"), "structure"),
        Fields(_("数据质量"), "quality"),
        HISTORY,
    )


class CodeListResource(Resource):
    """Standard values (DAT-015)."""

    model = CodeList
    title = _("代码表")
    icon = "list-details"
    columns = ("name", "field", "standards")
    default_columns = ("name", "field", "standards")
    filters = ("field",)
    search = ("name", "standards")
    importable = False


class CodeTermResource(Resource):
    """Foreign values and what they mean."""

    model = CodeTerm
    title = _("代码对照")
    icon = "arrows-exchange"
    columns = ("raw", Column("code_list", template="link", sortable=False), "standard")
    default_columns = ("raw", "code_list", "standard")
    filters = ("code_list",)
    search = ("raw", "standard")
    form = ((_("代码对照"), ("code_list", "raw", "standard")),)


class FilingResource(Resource):
    """What was sorted and filed; made by the actions on customers."""

    model = Filing
    title = _("信息归档")
    icon = "archive"
    columns = (
        Column("customer", template="link", sortable=False), "status", "sorted_on", "filed_on", "note",
    )  # fmt: skip
    default_columns = ("customer", "status", "sorted_on", "filed_on", "note")
    filters = ("customer", "status", "sorted_on", "filed_on")
    search = ("customer.name", "customer.code", "note")
    form = ((_("信息归档"), ("note",)),)
    views = (View("all", _("全部")), View("filed", _("已归档"), "status=filed"))
    importable = False
    create = None


class VerificationResource(Resource):
    """Confirmations of data, only ever added by actions."""

    model = Verification
    title = _("资料核实")
    icon = "circle-check"
    columns = (
        Column("customer", template="link", sortable=False),
        "verified_on",
        "origin",
        "created_by",
    )
    default_columns = ("customer", "verified_on", "origin", "created_by")
    filters = ("customer", "verified_on", "origin")
    search = ("customer.name",)
    importable = False
    create = edit = archive = None


class CampaignResource(Resource):
    """Cleaning campaigns (DAT-017)."""

    model = Campaign
    title = _("清洗活动")
    icon = "refresh"
    columns = (
        "title", "status", "starts_on", "ends_on", "everything", "total", "done", "started_by",
        "signed_by", "signed_on",
    )  # fmt: skip
    default_columns = ("title", "status", "starts_on", "ends_on", "total", "done", "signed_by")
    filters = ("status", "everything", "starts_on", "signed_on")
    search = ("title",)
    order = "-starts_on"
    form = ((_("清洗活动"), ("title", "starts_on", "ends_on", "everything")),)
    importable = False
    create = staticmethod(plan_campaign)


class UpdateLinkResource(Resource):
    """Links that were given to contacts; the link itself is shown once and kept nowhere."""

    model = UpdateLink
    title = _("自助更新链接")
    icon = "link"
    columns = (
        Column("customer", template="link", sortable=False), Column("person", template="link", sortable=False),
        "expires_at", "used_at", "attempts", "created_by",
    )  # fmt: skip
    default_columns = ("customer", "person", "expires_at", "used_at", "created_by")
    filters = ("customer", "expires_at", "used_at")
    search = ("customer.name",)
    importable = False
    create = edit = None


class UpdateRequestResource(Resource):
    """Corrections by contacts, waiting for approval (DAT-029)."""

    model = UpdateRequest
    title = _("更正申请")
    icon = "user-edit"
    columns = (
        Column("customer", template="link", sortable=False), Column("person", template="link", sortable=False),
        "status", "created_at", "decided_by", "decided_at", "decision_note",
    )  # fmt: skip
    default_columns = ("customer", "person", "status", "created_at", "decided_by", "decided_at")
    filters = ("customer", "status", "created_at")
    search = ("customer.name",)
    views = (View("all", _("全部")), View("waiting", _("待处理"), "status=waiting"))
    importable = False
    create = edit = archive = None


class WebFormResource(Resource):
    """Public forms (DAT-005)."""

    model = WebForm
    title = _("在线表单")
    icon = "forms"
    columns = ("title", "slug", "open", "consent_version", "arithmetic", "owner", "source", "intro")
    default_columns = ("title", "slug", "open", "consent_version", "owner")
    filters = ("open", "owner")
    search = ("title", "slug")
    form = (
        (_("在线表单"), ("title", "slug", "intro", "owner", "source", "open", "arithmetic")),
        (_("同意书"), ("consent_version", "consent_text")),
    )
    importable = False


class SubmissionResource(Resource):
    """Entries of public forms."""

    model = Submission
    title = _("表单提交")
    icon = "inbox"
    columns = (
        "company", Column("form", template="link", sortable=False), Column("contact", sortable=False),
        Column("mobile", sortable=False), Column("email", sortable=False), "status", "created_at",
        "consent_version", "consented_at", Column("customer", template="link", sortable=False),
        "decided_by", "decided_at",
    )  # fmt: skip
    default_columns = ("company", "form", "contact", "mobile", "status", "created_at", "customer")
    filters = ("form", "status", "created_at")
    search = ("company",)
    views = (View("all", _("全部")), View("waiting", _("待处理"), "status=waiting"))
    importable = False
    create = edit = None

    def title_of(self, row: Any, by: Actor) -> str:  # noqa: ARG002
        """Return the company."""
        return str(row.company)
