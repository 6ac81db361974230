"""Every declared action on a record as a button: a form in a dialog where it has parameters."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.kernel.actions import Action
from zhike.kernel.actor import Actor
from zhike.kernel.answered import Answer, answer_once
from zhike.kernel.errors import Forbidden, Invalid, NotFound, PolicyRefused
from zhike.kernel.outcome import Outcome
from zhike.kernel.resources import Resource
from zhike.web.answers import into, leave, page
from zhike.web.forms import RecordForm, action_form, action_values
from zhike.web.views.detail import visible
from zhike.web.views.form import digest


def action_of(resource: Resource, slug: str, *, many: bool) -> Action:
    """Return the resource's action of that slug.

    Raises:
        NotFound: it has none.
    """
    found = [a for a in resource.actions if a.slug == slug and a.many == many]
    if not found:
        raise NotFound(_("没有这种操作。"))
    return found[0]


def run(request: HttpRequest, resource: Resource, pk: int, slug: str) -> HttpResponse:
    """Show the action's form, or carry it out."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    action = action_of(resource, slug, many=False)
    row = visible(resource, by, pk, action.verb)
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    if request.method != "POST":
        given = {name: _now(row, name) for name in action.fields if hasattr(row, name)}
        return show(request, resource, action, action_form(action, by, row=row, initial=given), row)
    form = action_form(action, by, row=row, data=request.POST, files=request.FILES)

    def work() -> Answer:
        version = request.POST.get("version", "")
        values = action_values(action, form, by)
        if version.isdigit():
            values["version"] = int(version[:9])
        return Answer(200, described(action, action(pk, by=by, **values)))

    try:
        answer = answer_once(request.POST.get("key", ""), digest(request), work, by=by)
    except (Invalid, PolicyRefused) as error:
        if not action.fields:
            raise
        form.refuse(error)
        return show(request, resource, action, form, row, status=error.status)
    done = answer.body
    return leave(request, done["url"] or resource.record_url(pk), done["text"], undo=done["undo"])


def _now(row: Any, name: str) -> Any:
    """Return what the record holds, a link as its key, to fill the form of an action."""
    value = getattr(row, name)
    return getattr(value, "pk", value)


def described(action: Action, result: Any) -> dict[str, Any]:
    """Return the outcome of an action as plain values."""
    outcome = result if isinstance(result, Outcome) else Outcome()
    text = outcome.text or _("已完成：%s") % action.title
    return {"text": str(text), "undo": outcome.undo, "url": outcome.url, "count": outcome.count}


def show(
    request: HttpRequest, resource: Resource, action: Action, form: RecordForm, row: Any, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Answer the form of an action, in the dialog or as a page."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    url = resource.record_url(row.pk)
    context = {
        "resource": resource, "action": action, "form": form, "row": row,
        "title": resource.title_of(row, by), "url": f"{url}{action.slug}/", "back_url": url,
    }  # fmt: skip
    template = "action_dialog" if into(request, "dialog") else "action"
    return page(request, f"web/action/{template}.html", context, status=status)


@require_POST
def archive(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Put a record away; the toast takes it back."""
    return _put_away(request, resource, pk, undo=False)


@require_POST
def restore(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Bring an archived record back."""
    return _put_away(request, resource, pk, undo=True)


def _put_away(request: HttpRequest, resource: Resource, pk: int, *, undo: bool) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not resource.archive:
        raise Forbidden(resource=resource.key, verb="archive")
    row = resource.archive(resource.model, pk, by=by, undo=undo)
    url = resource.record_url(pk)
    title = resource.title_of(row, by)
    if undo:
        return leave(request, url, _("已恢复“%s”") % title)
    return leave(request, resource.url, _("已归档“%s”") % title, undo=f"{url}restore/")
