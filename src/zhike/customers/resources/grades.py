"""How grades, requests for them and gradings are seen."""

from django.utils.translation import gettext_lazy as _

from zhike.customers.models import GradeAssessment, GradeOverride, GradingRun
from zhike.kernel.columns import Column
from zhike.kernel.resources import Resource


class GradeAssessmentResource(Resource):
    """The history of grades (SEG-035); written by gradings only."""

    model = GradeAssessment
    title = _("分级记录")
    icon = "medal"
    columns = (
        Column("customer", template="link", sortable=False),
        "scheme",
        Column("grade", template="grade"),
        Column("ruled_grade", template="grade"),
        "origin",
        "valid_from",
        "valid_to",
        "expires_on",
        Column("reason", sortable=False),
        Column("approved_by", template="person", sortable=False),
    )
    default_columns = ("customer", "grade", "ruled_grade", "origin", "valid_from", "valid_to",
                       "expires_on")  # fmt: skip
    filters = ("customer", "scheme", "grade", "ruled_grade", "origin", "valid_from", "valid_to",
               "expires_on")  # fmt: skip
    search = ("customer.name",)
    order = "-id"
    importable = False
    create = None
    edit = None
    archive = None


class GradeOverrideResource(Resource):
    """Requests to set a grade by hand (SEG-031)."""

    model = GradeOverride
    title = _("分级调整申请")
    icon = "writing-sign"
    columns = (
        Column("customer", template="link", sortable=False),
        "scheme",
        Column("grade", template="grade"),
        Column("reason", sortable=False),
        "expires_on",
        "status",
        Column("created_by", template="person", sortable=False),
        Column("decided_by", template="person", sortable=False),
        "decision_note",
        "created_at",
    )
    default_columns = ("customer", "grade", "reason", "expires_on", "status", "created_by",
                       "decided_by", "created_at")  # fmt: skip
    filters = ("customer", "scheme", "grade", "status", "expires_on")
    search = ("customer.name", "reason")
    importable = False
    create = None
    edit = None
    archive = None


class GradingRunResource(Resource):
    """Gradings of everybody (SEG-029)."""

    model = GradingRun
    title = _("评定批次")
    icon = "player-play"
    columns = ("on", "scheme", "assessed", "moved_up", "moved_down", "seconds", "created_at")
    default_columns = ("on", "scheme", "assessed", "moved_up", "moved_down", "seconds",
                       "created_at")  # fmt: skip
    filters = ("on", "scheme")
    search = ("scheme",)
    order = "-id"
    importable = False
    create = None
    edit = None
    archive = None
