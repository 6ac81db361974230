"""消息: what the product tells one person."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.identity.actions.preferences import read_notices
from zhike.identity.queries import notices, unread_notices
from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery
from zhike.web.answers import back_to, leave, page

SIZE = 50


def show(request: HttpRequest) -> HttpResponse:
    """Answer the notices, newest first; a poll gets 304 while nothing is new."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    rows = notices(by.user_id or 0)
    if request.GET.get("unread") == "1":
        rows = rows.filter(read_at__isnull=True)
    before = request.GET.get("before", "")
    if before:
        if not before.isdigit() or len(before) > 18:
            raise BadQuery(_("页码标记无效，请从第一页重新开始。"))
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SIZE + 1])
    unread = unread_notices(by.user_id or 0)
    tag = f'"{found[0].pk if found else 0}-{unread}"'
    if request.headers.get("If-None-Match") == tag and getattr(request, "htmx", None):
        return HttpResponseNotModified()
    context = {
        "notices": found[:SIZE], "unread": unread, "only_unread": request.GET.get("unread") == "1",
        "older": found[SIZE - 1].pk if len(found) > SIZE else None,
    }  # fmt: skip
    response = page(request, "web/pages/notices.html", context)
    response["ETag"] = tag
    return response


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one or all as read, and go where the notice leads."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    raw = request.POST.get("id", "")
    if raw and (not raw.isdigit() or len(raw) > 18):
        raise BadQuery(_("没有这条消息。"))
    read_notices([int(raw)] if raw else None, by=by)
    return leave(request, back_to(request, "/notices/"))
