"""How the rule book is seen on the generic doors; its pages are ``zhike.web.views.rulebook``."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.models import PolicyVersion
from zhike.kernel.resources import Resource
from zhike.rulebook.actions.clauses import create_clause, edit_clause
from zhike.rulebook.actions.editions import edit_edition
from zhike.rulebook.actions.versions import create_version, edit_version
from zhike.rulebook.models import Acknowledgement, Clause, Coverage, Document, Edition


class DocumentResource(Resource):
    """制度."""

    model = Document
    title = _("制度")
    icon = "gavel"
    counter = _("份")
    columns = ("code", "title", "unit", "summary", "updated_at")
    default_columns = ("code", "title", "unit", "summary")
    filters = ("unit",)
    search = ("title", "code")
    order = "code"
    form = ((_("制度"), ("title", "code", "unit", "summary")),)
    importable = False

    @property
    def url(self) -> str:
        """Return the 制度中心."""
        return "/rulebook/"

    def record_url(self, pk: int) -> str:
        """Return the document's own page."""
        return f"/rulebook/documents/{pk}/"


class EditionResource(Resource):
    """Editions; their status changes by steps only."""

    model = Edition
    title = _("制度版次")
    icon = "versions"
    columns = ("document", "number", "status", "effective_on", "reason")
    default_columns = ("document", "number", "status", "effective_on")
    filters = ("document", "status", "effective_on")
    order = "-effective_on"
    form = ((_("版次"), ("effective_on", "reason")),)
    importable = False
    create = None
    edit = staticmethod(edit_edition)
    archive = None


class ClauseResource(Resource):
    """Clauses; they change in draft editions only."""

    model = Clause
    title = _("制度条款")
    icon = "list-numbers"
    columns = ("edition", "number", "heading", "text", "policy_id")
    default_columns = ("edition", "number", "heading", "policy_id")
    filters = ("edition", "policy_id")
    search = ("heading", "text")
    order = "position"
    form = ((_("条款"), ("edition", "number", "heading", "text", "policy_id")),)
    importable = False
    create = staticmethod(create_clause)
    edit = staticmethod(edit_clause)
    archive = None


class CoverageResource(Resource):
    """Covered units; set by a step of the document."""

    model = Coverage
    title = _("适用部门")
    icon = "sitemap"
    columns = ("document", "unit")
    default_columns = ("document", "unit")
    filters = ("document", "unit")
    importable = False
    create = None
    edit = None
    archive = None


class AcknowledgementResource(Resource):
    """Signatures; everybody signs for himself."""

    model = Acknowledgement
    title = _("制度签收")
    icon = "signature"
    columns = ("edition", "user", "acknowledged_at")
    default_columns = ("edition", "user", "acknowledged_at")
    filters = ("edition", "user", "acknowledged_at")
    order = "-acknowledged_at"
    importable = False
    create = None
    edit = None
    archive = None


class PolicyVersionResource(Resource):
    """Versions of rules; they change by drafts and steps only."""

    model = PolicyVersion
    title = _("规则版本")
    icon = "git-compare"
    columns = ("policy_id", "number", "status", "effective_on", "reason", "params")
    default_columns = ("policy_id", "number", "status", "effective_on", "reason")
    filters = ("policy_id", "status", "effective_on")
    search = ("policy_id", "reason")
    form = ((_("版本"), ("policy_id", "params", "effective_on", "reason")),)
    importable = False
    create = staticmethod(create_version)
    edit = staticmethod(edit_version)
    archive = None
