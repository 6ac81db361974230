"""体验改进: the live queue and the board; the matrix of a process; a report and its paper."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel.actor import Actor
from zhike.teamwork import queries
from zhike.web.answers import page
from zhike.web.pages import Page, Tool, add_list_tool, add_page
from zhike.web.views.simple import number, require, show

ITEM, FEEDBACK, REPORT = "teamwork.improvementitem", "teamwork.feedback", "teamwork.statusreport"
QUEUE = "web/teamwork/queue.html"

add_page(
    Page(
        lazy("体验改进"), "/improvement/", "progress-check", group="service", rank=60,
        may=lambda by: by.may(ITEM, "view"), replaces=ITEM,
    )
)  # fmt: skip
add_list_tool(
    lambda resource, by, _query: (
        Tool(lazy("改进看板"), "/improvement/", "layout-kanban")
        if resource.key == ITEM and by.may(ITEM, "view")
        else None
    )
)


def improvement(request: HttpRequest) -> HttpResponse:
    """Show the board, and beside it what customers said and nobody has looked at yet."""
    by = require(request, ITEM)
    team = number(request.GET.get("team"))
    context = {
        **_queue(by),
        "board": queries.board(by, team=team),
        "today": timezone.localdate(),
        "late_meetings": _meetings(by),
        "teams": queries.incomplete_teams(by) if by.may("teamwork.team", "view") else (),
        "may_create": by.may(ITEM, "create"),
        "may_suggest": by.may("teamwork.suggestion", "create"),
    }
    return page(request, "web/teamwork/improvement.html", context)


def queue(request: HttpRequest) -> HttpResponse:
    """Answer the queue alone; the page asks for it again and again."""
    return page(request, QUEUE, _queue(require(request, FEEDBACK)))


def _queue(by: Actor) -> dict[str, object]:
    may = by.may(FEEDBACK, "view")
    return {
        "may_hear": may,
        "may_register": by.may(FEEDBACK, "create"),
        "feedback": list(queries.feedback_queue(by)) if may else [],
    }


def _meetings(by: Actor) -> list[object]:
    if not by.may("teamwork.alignmentmeeting", "view"):
        return []
    return list(queries.overdue_meetings(by)[:10])


def process(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is what in each step of a process."""
    by = require(request, "teamwork.process")
    return show(
        request, "web/teamwork/process.html", matrix=queries.process_matrix(pk, by),
        may_change=by.may("teamwork.process", "change"),
        may_publish=by.may("teamwork.process", "approve"),
    )  # fmt: skip


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report with its figures as they were frozen."""
    by = require(request, REPORT)
    found = queries.report(pk, by)
    signed = found.status != "draft"
    return show(
        request, "web/teamwork/report.html", report=found, signed=signed,
        intact=signed and queries.report_intact(found),
        may_sign=not signed and found.owner_id == by.user_id,
        may_receive=found.status == "signed" and found.superior_id == by.user_id,
    )  # fmt: skip


def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the kept file, or a preview of a draft."""
    found = queries.report(pk, require(request, REPORT))
    content = bytes(found.pdf) if found.pdf else queries.report_paper(found)
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{found.title}.pdf") or "",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
