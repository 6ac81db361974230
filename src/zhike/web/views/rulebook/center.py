"""制度中心: all documents and all rules on one page."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden
from zhike.rulebook.queries import documents, versions
from zhike.web.pages import PAGES, Page
from zhike.web.views.rulebook.marks import state_mark
from zhike.web.views.rulebook.shared import actor, page

COUNT_AGE = 30  # seconds


def _may(by: Actor) -> bool:
    return by.may("rulebook.document", "view") or by.may("kernel.policyversion", "view")


def _waiting(by: Actor) -> int | None:
    """Return how many decisions wait for the reader, as of half a minute ago at most.

    It runs on every page, and only for those who may decide.
    """
    name = f"rulebook-waiting:{by.user_id}"
    found: int | None = cache.get(name)
    if found is None:
        found = _count_waiting(by)
        cache.set(name, found, COUNT_AGE)
    return found or None


def _count_waiting(by: Actor) -> int:
    rules = versions.pending(by).count() if by.may("kernel.policyversion", "approve") else 0
    texts = documents.pending(by).count() if by.may("rulebook.edition", "approve") else 0
    return rules + texts


PAGES.append(
    Page(
        lazy("制度中心"), "/rulebook/", "gavel", "governance", 10, _may, "g r",
        replaces="rulebook.document", count=_waiting,
    )
)  # fmt: skip


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List documents and rules with what is in force and what waits."""
    by = actor(request)
    sees_documents = by.may("rulebook.document", "view")
    sees_rules = by.may("kernel.policyversion", "view")
    if not (sees_documents or sees_rules):
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
