"""The co-creation board."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.needs.actions import remark_idea, vote_idea
from zhike.needs.queries.board import idea_cards
from zhike.web.answers import leave, page
from zhike.web.pages import Page, add_page
from zhike.web.views.needs import frame

URL = "/needs/board/"
TONES = {
    "waiting": "hu",
    "refused": "",
    "proposed": "dian",
    "accepted": "zq",
    "declined": "",
    "done": "dai",
}
STATES = (
    ("", lazy("全部")), ("waiting", lazy("待审核")), ("proposed", lazy("征集中")), ("accepted", lazy("已采纳")),
    ("done", lazy("已实现")), ("declined", lazy("未采纳")),
)  # fmt: skip


def _may(by: Actor) -> bool:
    return by.may("needs.idea", "view")


add_page(Page(lazy("共创平台"), URL, "bulb", may=_may, menu=False))


def _actor(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not _may(by):
        raise Forbidden(resource="needs.idea", verb="view")
    return by


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the proposals, those with the most votes first."""
    by = _actor(request)
    status = request.GET.get("status", "")
    cards = idea_cards(by, status)
    context = {
        "tabs": frame.tabs(by, URL),
        "states": [
            {"title": title, "url": f"{URL}?status={code}" if code else URL,
             "active": code == status}
            for code, title in STATES
        ],
        "cards": [{"card": one, "tone": TONES[one.row.status]} for one in cards],
        "may_create": by.may("needs.idea", "create"),
        "may_decide": by.may("needs.idea", "approve"),
        "may_open": by.may("needs.remark", "approve"),
        "may_invite": by.may("needs.boardlink", "create"),
    }  # fmt: skip
    return page(request, "web/needs/board.html", context)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote once; a second click says so and changes nothing."""
    try:
        vote_idea(pk, by=_actor(request))
    except (Conflict, Invalid):
        return leave(request, f"{URL}#idea-{pk}", _("您已投过票，或提案已有结果。"))
    return leave(request, f"{URL}#idea-{pk}", _("已投票。"))


@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something under a proposal."""
    text = request.POST.get("text", "")[:2000]
    if not text.strip():
        return leave(request, f"{URL}#idea-{pk}", _("请写下评论内容。"))
    remark_idea(pk, by=_actor(request), text=text)
    return leave(request, f"{URL}#idea-{pk}", _("已评论。"))
