"""A person's own ways to look at a list: saved views, columns, height of rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.identity.actions import preferences as actions
from zhike.identity.queries import preferences
from zhike.kernel.actor import Actor
from zhike.kernel.errors import BadQuery, Forbidden
from zhike.kernel.resources import Resource
from zhike.web.answers import back_to, leave
from zhike.web.views.list import DENSITIES, PLACE


@require_POST
def save(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Keep the list as it stands under a name."""
    by = _reader(request, resource)
    query = _clean(request.POST.get("query", ""))
    view = actions.save_view(resource.key, request.POST.get("name", ""), query, by=by)
    return leave(request, _address(resource, view), _("已存为视图“%s”") % view.name)


@require_POST
def change(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    """Rename, overwrite, share or delete one of one's own views, by the button pressed."""
    by = _reader(request, resource)
    what = request.POST.get("do", "")
    if what == "delete":
        view = actions.delete_view(view_id, by=by)
        return leave(request, resource.url, _("已删除视图“%s”") % view.name)
    changes: dict[str, Any] = {
        "rename": {"name": request.POST.get("name", "")},
        "overwrite": {"query": _clean(request.POST.get("query", ""))},
        "share": {"shared": True},
        "unshare": {"shared": False},
    }.get(what, {})
    if not changes:
        raise BadQuery(_("没有这种操作。"))
    view = actions.change_view(view_id, by=by, **changes)
    return leave(request, _address(resource, view), _("已保存视图“%s”") % view.name)


@require_POST
def columns(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Remember which columns the reader wants, in the order given; ``reset`` forgets them."""
    by = _reader(request, resource)
    known = {c.name for c in resource.bound_columns(by)}
    names = [name for name in request.POST.getlist("columns") if name in known]
    _remember(resource, by, columns=None if "reset" in request.POST else list(dict.fromkeys(names)))
    return leave(request, _back(request, resource, "columns"))


@require_POST
def density(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Remember how high the rows are."""
    by = _reader(request, resource)
    chosen = request.POST.get("density", "")
    if chosen not in DENSITIES:
        raise BadQuery(_("没有这种行高。"))
    _remember(resource, by, density=chosen)
    return leave(request, _back(request, resource))


def _reader(request: HttpRequest, resource: Resource) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may(resource.key, "view"):
        raise Forbidden(resource=resource.key, verb="view")
    return by


def _remember(resource: Resource, by: Actor, **changes: Any) -> None:
    key = f"list:{resource.key}"
    now = preferences(by.user_id or 0, key).get(key) or {}
    kept = {k: v for k, v in {**now, **changes}.items() if v}
    actions.set_preference(key, kept or None, by=by)


def _clean(query: str) -> str:
    found = QueryDict(query, mutable=True)
    for name in (*PLACE, "view"):
        found.pop(name, None)
    return found.urlencode()


def _address(resource: Resource, view: Any) -> str:
    query = QueryDict(view.query, mutable=True)
    query["view"] = str(view.pk)
    return f"{resource.url}?{query.urlencode()}"


def _back(request: HttpRequest, resource: Resource, *without: str) -> str:
    """Return the list as it was; its query travels with the form."""
    if "next" in request.POST:
        return back_to(request, resource.url)
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    for name in without:
        query.pop(name, None)
    return f"{resource.url}?{query.urlencode()}" if query else resource.url
