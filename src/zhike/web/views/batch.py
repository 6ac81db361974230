"""Set actions from a list: the chosen rows, or all rows of the filter."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.identity.queries import preferences
from zhike.kernel.actions import Action
from zhike.kernel.actor import Actor
from zhike.kernel.answered import Answer, answer_once
from zhike.kernel.errors import Forbidden, Invalid, NotFound, PolicyRefused
from zhike.kernel.listing import Listing
from zhike.kernel.resources import Resource
from zhike.web.answers import leave, page
from zhike.web.forms import RecordForm, action_form, action_values
from zhike.web.jobs import run_batch, start_batch
from zhike.web.views.action import action_of, described
from zhike.web.views.form import digest

AT_ONCE = 200
MAX_IDS = 1_000


@require_POST
def run(request: HttpRequest, resource: Resource, slug: str) -> HttpResponse:
    """Ask for the parameters, then do it: up to 200 rows at once, more as a job."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    action = action_of(resource, slug, many=True)
    if not by.may(resource.key, action.verb):
        raise Forbidden(resource=resource.key, verb=action.verb)
    ids = _ids(request)
    everything = request.POST.get("all") == "1"
    if not ids and not everything:
        raise Invalid(_("请先勾选要处理的记录。"))
    asks = bool(action.fields or action.confirm)
    if asks and "confirmed" not in request.POST:
        return _ask(request, resource, action, action_form(action, by), ids, everything)
    form = action_form(action, by, data=request.POST)

    def work() -> Answer:
        return _carry_out(request, resource, action, form, ids, everything)

    try:
        answer = answer_once(request.POST.get("key", ""), digest(request), work, by=by)
    except (Invalid, PolicyRefused) as error:
        form.refuse(error)
        return _ask(request, resource, action, form, ids, everything, status=error.status)
    done = answer.body
    return leave(
        request, done["url"] or _list_url(request, resource), done["text"], undo=done["undo"]
    )


def _carry_out(
    request: HttpRequest, resource: Resource, action: Action, form: RecordForm, ids: list[int],
    everything: bool,
) -> Answer:  # fmt: skip
    by: Actor = request.actor  # type: ignore[attr-defined]
    values = action_values(action, form, by)
    if not everything:
        return Answer(200, _told(action, action(ids, by=by, **values), len(ids)))
    query = dict(QueryDict(request.POST.get("query", "")).items())
    rows = Listing(resource, by, query).ids()
    chosen = list(rows.values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(chosen) <= AT_ONCE:
        return Answer(200, _told(action, action(chosen, by=by, **values), len(chosen)))
    name = uuid.uuid4().hex[:12]
    typed = {n: request.POST.get(n, "") for n in action.fields if n in request.POST}
    start_batch(name, action, rows.count(), by=by)
    run_batch.defer(
        name=name, action=action.name, resource=resource.key, user_id=by.user_id, query=query,
        values=typed,
    )  # fmt: skip
    text = _("记录较多，正在后台处理，完成后会发消息给您。")
    return Answer(202, {"text": text, "undo": "", "url": f"/batches/{name}/", "count": None})


def _told(action: Action, result: Any, asked: int) -> dict[str, Any]:
    body = described(action, result)
    count = (
        body["count"] if body["count"] is not None else result if isinstance(result, int) else asked
    )
    if not getattr(result, "text", ""):
        body["text"] = _("%(action)s：已处理 %(count)d 条") % {
            "action": action.title,
            "count": count,
        }
        if count < asked:
            body["text"] += _("，%d 条不在您的权限内，未处理") % (asked - count)
    return body


def _ids(request: HttpRequest) -> list[int]:
    raw = request.POST.getlist("id")
    if len(raw) > MAX_IDS or not all(each.isdigit() and len(each) < 19 for each in raw):
        raise Invalid(_("勾选的记录编号无效。"))
    return [int(each) for each in raw]


def _list_url(request: HttpRequest, resource: Resource) -> str:
    query = QueryDict(request.POST.get("query", ""))
    return f"{resource.url}?{query.urlencode()}" if query else resource.url


def _ask(
    request: HttpRequest, resource: Resource, action: Action, form: RecordForm, ids: list[int],
    everything: bool, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "resource": resource, "action": action, "form": form, "ids": ids, "everything": everything,
        "query": request.POST.get("query", ""), "url": f"{resource.url}batch/{action.slug}/",
        "back_url": _list_url(request, resource),
    }  # fmt: skip
    return page(request, "web/action/batch.html", context, status=status)


def progress(request: HttpRequest, name: str) -> HttpResponse:
    """Show how far a batch is; polled while it runs."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    state = preferences(by.user_id or 0, f"batch:{name}").get(f"batch:{name}")
    if not state:
        raise NotFound
    job = {
        "title": state["title"], "done": state["done"], "total": state["total"],
        "running": state["state"] == "running", "url": f"/batches/{name}/",
        "left_text": "" if state["state"] == "running" else _("已完成"),
    }  # fmt: skip
    template = (
        "web/components/job.html" if getattr(request, "htmx", None) else "web/action/progress.html"
    )
    return page(request, template, {"job": job, "state": state})
