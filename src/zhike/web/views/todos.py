"""待办与日程, and the steps of a to-do as small forms that work without script."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.queries import end_of_day
from zhike.interactions import actions
from zhike.interactions import queries as todos
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from zhike.kernel.registry import registry
from zhike.web.answers import back_to, into, page
from zhike.web.pages import Page, add_page
from zhike.web.presets import preset_days
from zhike.web.views.workbench import segment_of, todo_card

MOST_LINES = 300

add_page(
    Page(
        lazy("待办与日程"), "/todos/", "checklist", rank=2,
        may=lambda by: by.may("interactions.todo", "view"),
    )
)  # fmt: skip


def agenda(request: HttpRequest) -> HttpResponse:
    """Show all open to-dos by day, or what was done lately."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("interactions.todo", "view"):
        raise Forbidden(resource="interactions.todo", verb="view")
    context = agenda_context(by, segment_of(request), request.GET.get("show") == "done")
    return page(request, "web/workbench/agenda.html", context)


def agenda_context(by: Actor, segment: str, done: bool) -> dict[str, Any]:
    """Return the context of the agenda."""
    today = timezone.localdate()
    more = False
    if done:
        lines = [
            one
            for back in range(7)
            for one in todos.done_lines(by, segment=segment, on=today - dt.timedelta(days=back))
        ]
        days = _by_day(lines, today, key=lambda one: one.done_at or one.due_at)
    else:
        lines = todos.open_lines(by, segment=segment, limit=MOST_LINES + 1)
        more, lines = len(lines) > MOST_LINES, lines[:MOST_LINES]
        days = _by_day(lines, today)
    titles = {"all": _("全部"), "mine": _("我执行的"), "given": _("我发起的")}
    show = "&show=done" if done else ""
    return {
        "days": days, "week": [] if done else _fortnight(by, segment, today), "today": today,
        "segment": segment, "total": len(lines), "more": more,
        "showing_done": done, "may_create": by.may("interactions.todo", "create"),
        "may_hand_on": by.may("interactions.todo", "change"),
        "segments": [
            {"title": title, "url": f"/todos/?segment={key}{show}", "active": key == segment}
            for key, title in titles.items()
        ],
        "tabs": [
            {"title": _("未完成"), "url": f"/todos/?segment={segment}", "active": not done},
            {"title": _("近 7 天完成"), "url": f"/todos/?segment={segment}&show=done", "active": done},
        ],
        "may_customers": by.may("customers.customer", "view"),
        "people": todos.colleagues("", 50) if lines and not done else [],
    }  # fmt: skip


def _by_day(
    lines: list[todos.ToDoLine], today: dt.date,
    key: Callable[[todos.ToDoLine], dt.datetime] = lambda one: one.due_at,
) -> list[dict[str, Any]]:  # fmt: skip
    found: dict[Any, dict[str, Any]] = {}
    now = timezone.now()
    for one in lines:
        moment = key(one)
        day = timezone.localtime(moment).date()
        overdue = one.status == "open" and moment < now
        name = "late" if overdue else day
        group = found.setdefault(
            name, {"day": day, "late": overdue, "lines": [], "today": day == today}
        )
        group["lines"].append(one)
    return list(found.values())


def _fortnight(by: Actor, segment: str, today: dt.date) -> list[dict[str, Any]]:
    """Return the strip of two weeks: how much falls on each day."""
    start = today - dt.timedelta(days=today.weekday())
    days = [start + dt.timedelta(days=ahead) for ahead in range(14)]
    counts = todos.open_per_day(by, days[0], days[-1], segment=segment)
    return [{"day": day, "count": counts.get(day, 0), "today": day == today} for day in days]


def create(request: HttpRequest) -> HttpResponse:
    """Make a to-do from one line: what, by when, for whom."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    values: dict[str, Any] = {"title": request.POST.get("title", "")}
    day = cleaned_day(request.POST.get("due_on"), "due_on") or timezone.localdate()
    values["due_at"] = end_of_day(day)
    for name in ("owner", "customer"):
        if request.POST.get(name):
            values[name] = request.POST[name]
    resource = registry.resource("interactions.todo")
    try:
        resource.create(resource.model, values, by=by)
        messages.success(request, _("已添加待办"))
    except Invalid as error:
        messages.error(request, first_message(error), extra_tags="")
    return HttpResponseRedirect(back_to(request, "/todos/"))


def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off; the toast takes it back."""
    result = request.POST.get("result", "")[:200]
    undo = f"/todos/{pk}/reopen/"
    return take_step(
        request, lambda by: actions.complete_todo(pk, by=by, result=result), _("已完成"), undo=undo
    )


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tick back."""
    return take_step(request, lambda by: actions.reopen_todo(pk, by=by), _("已恢复为待办"))


def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Put off: the form, and the step."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _dialog(request, pk, by)
    reason = request.POST.get("reason", "")[:200]
    try:
        until = cleaned_day(request.POST.get("until"), "until")
        actions.postpone_todo(pk, by=by, until=until, reason=reason)
    except Invalid as error:
        return _dialog(request, pk, by, error=error, status=422)
    return _answer(request, by, _("已延期"))


def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up, with a reason."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _dialog(request, pk, by)
    try:
        actions.drop_todo(pk, by=by, reason=request.POST.get("reason", "")[:200])
    except Invalid as error:
        return _dialog(request, pk, by, error=error, status=422)
    return _answer(request, by, _("已取消"), undo=f"/todos/{pk}/reopen/")


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand an automated to-do to a person, with a reason."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _dialog(request, pk, by)
    try:
        actions.ask_a_person(pk, by=by, reason=request.POST.get("reason", "")[:200])
    except (Invalid, Conflict) as error:
        return _dialog(request, pk, by, error=error, status=422)
    return _answer(request, by, _("已转人工处理"))


def reassign(request: HttpRequest) -> HttpResponse:
    """Hand the chosen to-dos to a colleague."""
    ids = [int(raw) for raw in request.POST.getlist("id") if raw.isdigit()][:500]
    owner, reason = request.POST.get("owner"), request.POST.get("reason", "")[:200]
    return take_step(
        request,
        lambda by: actions.reassign_todos(ids, by=by, owner=owner, reason=reason),
        _("已转交"),
    )


def take_step(
    request: HttpRequest, act: Callable[[Actor], Any], done: str, *, undo: str = ""
) -> HttpResponse:
    """Do one step and return to where it was taken; a refusal is said there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        act(by)
    except (Invalid, Refusal) as error:
        if isinstance(error, NotFound | Forbidden):
            raise
        return _answer(request, by, first_message(error), failed=True)
    return _answer(request, by, done, undo=undo)


def _answer(
    request: HttpRequest, by: Actor, text: str, *, undo: str = "", failed: bool = False
) -> HttpResponse:
    """Return to where the step was taken: the card again for HTMX, else the page with a toast."""
    if into(request, "todos"):
        context = todo_card(by, segment_of(request))
        context |= {"toast": text, "undo": undo, "failed": failed}
        return page(request, "web/workbench/todos.html", context)
    (messages.error if failed else messages.success)(request, text, extra_tags=undo)
    target = back_to(request, "/")
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _dialog(
    request: HttpRequest, pk: int, by: Actor, *, error: Refusal | None = None, status: int = 200
) -> HttpResponse:
    line = todos.line(pk, by)
    if line is None:
        raise NotFound
    today = timezone.localdate()
    context = {
        "line": line,
        "step": request.path.rstrip("/").rsplit("/", 1)[-1],
        "error": first_message(error) if error else "",
        "quick": list(preset_days(today).values()),
        "typed": request.POST,
        "next": back_to(request, request.headers.get("HX-Current-URL", "") and _path(request)),
    }
    whole = not getattr(request, "htmx", None)
    name = "step_page" if whole else "step"
    return page(request, f"web/workbench/{name}.html", context, status=status)


def _path(request: HttpRequest) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def cleaned_day(raw: str | None, name: str) -> dt.date | None:
    """Return a typed day.

    Raises:
        Invalid: not a day.
    """
    from django.core.exceptions import ValidationError

    field: Any = kinds.Date(null=True, blank=True)
    try:
        found: dt.date | None = field.clean_value(raw or "")
    except ValidationError as error:
        raise Invalid(fields={name: list(error.messages)}) from error
    return found


def first_message(error: Refusal) -> str:
    """Return the first thing to mend."""
    for found in error.fields.values():
        return str(found[0])
    return error.message
