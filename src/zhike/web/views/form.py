"""Create and edit a record of any resource."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.answered import Answer, answer_once
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, PolicyRefused, Unconfirmed
from zhike.kernel.resources import Resource
from zhike.web.answers import into, leave, page
from zhike.web.forms import RecordForm, record_form
from zhike.web.views.conflict import conflict_rows
from zhike.web.words import new_one, one_of


def create(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Show the form of a new record, or store it; ``?field=value`` fills it in beforehand."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not resource.create or not by.may(resource.key, "create"):
        raise Forbidden(resource=resource.key, verb="create")
    if request.method != "POST":
        known = set(resource.form_fields())
        given = {k: v for k, v in request.GET.items() if k in known}
        return _show(request, resource, record_form(resource, by, initial=given))
    form = record_form(resource, by, data=request.POST, files=request.FILES)

    def work() -> Answer:
        row = resource.create(resource.model, _with_reason(request, resource, form), by=by)
        return Answer(201, {"id": row.pk, "title": resource.title_of(row, by)})

    try:
        answer = answer_once(request.POST.get("key", ""), digest(request), work, by=by)
    except Unconfirmed as error:
        return _show(request, resource, form, alike=error, status=409)
    except (Invalid, PolicyRefused) as error:
        form.refuse(error)
        return _show(request, resource, form, status=error.status)
    text = _("已新建%(kind)s“%(title)s”") % {
        "kind": one_of(resource),
        "title": answer.body["title"],
    }
    return leave(request, resource.record_url(answer.body["id"]), text)


def edit(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Show the form of a record, or store the changes; a conflict shows both sides."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not resource.edit or not by.may(resource.key, "change"):
        raise Forbidden(resource=resource.key, verb="change")
    row = changeable(resource, by, pk)
    if request.method != "POST":
        return _show(request, resource, record_form(resource, by, row=row), row=row)
    form = record_form(resource, by, row=row, data=request.POST, files=request.FILES)

    def work() -> Answer:
        stored = resource.edit(
            resource.model, pk, _with_reason(request, resource, form), by=by,
            version=version_of(request),
        )  # fmt: skip
        return Answer(200, {"id": pk, "title": resource.title_of(stored, by)})

    try:
        answer = answer_once(request.POST.get("key", ""), digest(request), work, by=by)
    except Unconfirmed as error:
        return _show(request, resource, form, row=row, alike=error, status=409)
    except Conflict as error:
        if not error.differences:
            raise
        rows = conflict_rows(resource, by, row, error, form.values())
        return _show(request, resource, form, row=row, conflict=rows, status=409)
    except (Invalid, PolicyRefused) as error:
        form.refuse(error)
        return _show(request, resource, form, row=row, status=error.status)
    text = _("已保存“%s”") % answer.body["title"]
    return leave(request, resource.record_url(pk), text)


def changeable(resource: Resource, by: Actor, pk: int) -> Any:
    """Return the record if the actor may change it.

    Raises:
        NotFound: absent or out of scope; Forbidden: visible but not to be changed.
    """
    row = resource.rows(by, "change").filter(pk=pk).first()
    if row is not None:
        return row
    if resource.rows(by).filter(pk=pk).exists():
        raise Forbidden(_("您可以查看但不能修改这条记录。"), resource=resource.key, verb="change")
    raise NotFound


def version_of(request: HttpRequest) -> int:
    """Return the version that the form was opened on.

    Raises:
        Invalid: the form carries none; a form without it could overwrite silently.
    """
    # The conflict card's button comes after the hidden input and so has the last word.
    raw = (request.POST.getlist("version") or [""])[-1]
    if not raw.isdigit() or len(raw) > 9:
        raise Invalid(_("表单缺少版本号，请刷新页面后重试。"))
    return int(raw)


def digest(request: HttpRequest) -> str:
    """Return the digest of a submitted form, by which a repetition is told from another request."""
    skip = {"csrfmiddlewaretoken", "key"}
    body = {k: v for k, v in request.POST.lists() if k not in skip}
    text = json.dumps([request.path, body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _with_reason(request: HttpRequest, resource: Resource, form: RecordForm) -> dict[str, Any]:
    """Return what was typed, with the reason why it is no duplicate where one was given."""
    values = form.values()
    reason = request.POST.get("confirm_duplicate", "").strip()
    return {**values, "confirm_duplicate": reason} if resource.confirms and reason else values


def _show(
    request: HttpRequest, resource: Resource, form: RecordForm, *, row: Any = None,
    conflict: Any = None, alike: Unconfirmed | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    by: Actor = request.actor  # type: ignore[attr-defined]
    title = resource.title_of(row, by) if row else new_one(resource)
    context = {
        "resource": resource, "form": form, "row": row, "title": title, "conflict": conflict,
        "back_url": resource.record_url(row.pk) if row else resource.url,
        "alike": alike, "checked_url": f"/quality/check/{resource.key.rpartition('.')[2]}/",
        "draft": f"{resource.key}-{row.pk if row else 'new'}",
    }  # fmt: skip
    template = "form_drawer" if into(request, "drawer") else "form"
    return page(request, f"web/form/{template}.html", context, status=status)
