"""Addresses generated for every Resource: ``/<package>/<entity>/…``."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhike.kernel.errors import NotFound
from zhike.kernel.registry import registry
from zhike.web.views import (
    action,
    batch,
    chooser,
    detail,
    filters,
    form,
    history,
    inline,
    reveal,
    saved_views,
)
from zhike.web.views import list as listing

View = Callable[..., HttpResponse]
BASE = "<slug:package>/<slug:entity>/"


def of_resource(view: View) -> View:
    """Hand the resource of the address to the view as its second argument."""

    def found(request: HttpRequest, package: str, entity: str, **rest: Any) -> HttpResponse:
        resource = registry.resources.get(f"{package}.{entity}")
        if resource is None:
            raise NotFound
        return view(request, resource, **rest)

    return found


def _route(end: str, view: View, name: str) -> Any:
    return path(BASE + end, of_resource(view), name=name)


generated = [
    _route("", listing.show, "list"),
    _route("new/", form.create, "create"),
    _route("choose/", chooser.choose, "choose"),
    _route("filter/", filters.edit, "filter"),
    _route("columns/", saved_views.columns, "columns"),
    _route("density/", saved_views.density, "density"),
    _route("views/", saved_views.save, "views"),
    _route("views/<int:view_id>/", saved_views.change, "view"),
    _route("batch/<slug:slug>/", batch.run, "batch"),
    _route("<int:pk>/", detail.show, "detail"),
    _route("<int:pk>/edit/", form.edit, "edit"),
    _route("<int:pk>/edit/<slug:field>/", inline.edit, "inline"),
    _route("<int:pk>/history/", history.show, "history"),
    _route("<int:pk>/reveal/<slug:field>/", reveal.reveal_field, "reveal"),
    _route("<int:pk>/archive/", action.archive, "archive"),
    _route("<int:pk>/restore/", action.restore, "restore"),
    _route("<int:pk>/<slug:slug>/", action.run, "action"),
]
