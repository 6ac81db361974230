"""Edit of one field in its place on the record page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound, PolicyRefused
from zhike.kernel.resources import Resource
from zhike.web.answers import leave, page
from zhike.web.forms import RecordForm, record_form
from zhike.web.views.conflict import conflict_rows
from zhike.web.views.form import changeable, version_of


def edit(request: HttpRequest, resource: Resource, pk: int, field: str) -> HttpResponse:
    """Show the control of one field, or store it and show the value again."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not resource.edit or not by.may(resource.key, "change"):
        raise Forbidden(resource=resource.key, verb="change")
    if field not in resource.form_fields():
        raise NotFound
    row = changeable(resource, by, pk)
    data = request.POST if request.method == "POST" else None
    form = record_form(resource, by, row=row, data=data, files=request.FILES or None, names=[field])
    if field not in form.fields or form.fields[field].readonly:  # type: ignore[attr-defined]
        raise Forbidden(resource=resource.key, verb="change")
    if data is None:
        return _show(request, resource, row, form, field)
    try:
        stored = resource.edit(
            resource.model, pk, form.values(), by=by, version=version_of(request)
        )
    except Conflict as error:
        if not error.differences:
            raise
        card = conflict_rows(resource, by, row, error, form.values())
        return _show(request, resource, row, form, field, conflict=card, status=409)
    except (Invalid, PolicyRefused) as error:
        form.refuse(error)
        return _show(request, resource, row, form, field, status=error.status)
    if getattr(request, "htmx", None):
        from zhike.web.views.detail import fact

        context = {"fact": fact(resource, by, stored, field), "saved": True}
        return page(request, "web/record/fact.html", context)
    return leave(request, resource.record_url(pk), _("已保存"))


def _show(
    request: HttpRequest, resource: Resource, row: Any, form: RecordForm, field: str, *,
    conflict: Any = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "resource": resource, "row": row, "form": form, "field": form[field], "conflict": conflict,
        "url": f"{resource.record_url(row.pk)}edit/{field}/",
        "back_url": resource.record_url(row.pk), "title": form[field].label,
    }  # fmt: skip
    template = "inline" if getattr(request, "htmx", None) else "inline_page"
    return page(request, f"web/form/{template}.html", context, status=status)
