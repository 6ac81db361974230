"""制度中心: all documents and all rules on one page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.rulebook.queries import documents, versions
from zhike.web.pages import Page, add_page
from zhike.web.views.rulebook.marks import state_mark
from zhike.web.views.rulebook.shared import actor, page


def _reads(by: Actor) -> bool:
    return by.may("rulebook.document", "view") or by.may("kernel.policyversion", "view")


add_page(
    Page(
        gettext_lazy("制度中心"),
        "/rulebook/",
        "gavel",
        group="governance",
        rank=10,
        may=_reads,
        keys="g r",
    )
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List documents and rules with what is in force and what waits."""
    by = actor(request)
    sees_documents = by.may("rulebook.document", "view")
    sees_rules = by.may("kernel.policyversion", "view")
    if not _reads(by):
        raise Forbidden(resource="rulebook.document", verb="view")
    rules = versions.policy_list(by) if sees_rules else []
    for one in rules:
        one["title"] = _(str(one["policy"].title))
        one["mark"] = state_mark(one["open_state"]) if one["open_state"] else None
    found = documents.documents(by) if sees_documents else []
    for line in found:
        line["mark"] = state_mark(str(line["open"].status)) if line["open"] else None
        line["must_sign"] = bool(line["edition"]) and documents.must_sign(line["edition"], by)
    waiting = len(versions.pending(by)) + len(documents.pending(by))
    context = {
        "documents": found,
        "rules": rules,
        "waiting": waiting,
        "to_sign": sum(line["must_sign"] for line in found),
        "can_create": by.may("rulebook.document", "create"),
    }
    return page(request, "index.html", context)
