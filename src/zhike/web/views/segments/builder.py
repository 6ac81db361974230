"""The segment builder: a form of nested conditions with a count that follows the typing."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.kernel.actor import Actor
from zhike.kernel.answered import Answer, answer_once
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.registry import registry
from zhike.segments import actions
from zhike.segments.queries import definition as definitions
from zhike.segments.queries.counting import found
from zhike.web.answers import leave, page
from zhike.web.views import detail
from zhike.web.views.form import digest
from zhike.web.views.segments import tree as trees

KEY = "segments.segment"
NAMES = ("name", "scheme", "kind", "note")


def new(request: HttpRequest) -> HttpResponse:
    """Show the empty builder, or save what it carries."""
    return _builder(request, None)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a segment in the builder, or save it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return _builder(request, detail.visible(registry.resource(KEY), by, pk))


def _builder(request: HttpRequest, row: Any) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    verb = "change" if row else "create"
    if not by.may(KEY, verb):
        raise Forbidden(resource=KEY, verb=verb)
    if request.method != "POST":
        tree = row.definition if row else trees.changed(definitions.empty(), "add:0")
        values = {name: getattr(row, name) for name in NAMES} if row else {"kind": "live"}
        return _page(request, row, _readable(tree), values, {})
    stored = _readable(row.definition) if row else definitions.empty()
    tree = trees.read(request.POST) if "group" in request.POST else stored
    values = {n: request.POST[n].strip() for n in NAMES if n in request.POST}
    step = request.POST.get("do", "")
    if step:
        return _page(request, row, trees.changed(tree, step), values, {})
    if "count" in request.POST:  # the way to a number without script
        return _page(request, row, tree, values, {})
    return _save(request, row, tree, values)


def _readable(tree: Any) -> trees.Tree:
    try:
        return definitions.shaped(tree)
    except definitions.BrokenDefinition:
        return definitions.empty()


def _save(request: HttpRequest, row: Any, tree: trees.Tree, values: dict[str, Any]) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    version = request.POST.get("version", "")

    def work() -> Answer:
        saved = actions.save_segment(
            values, tree, by=by, target=row.pk if row else None,
            version=int(version) if row and version.isdecimal() else None,
        )  # fmt: skip
        return Answer(200, {"id": saved.pk, "name": str(saved)})

    try:
        answer = answer_once(request.POST.get("key", ""), digest(request), work, by=by)
    except Invalid as error:
        return _page(request, row, tree, values, dict(error.fields or {}), status=422)
    except Conflict:
        said = {"__all__": [_("这个细分已被别人修改，请核对后再保存。")]}
        return _page(request, detail.visible(registry.resource(KEY), by, row.pk), tree, values, said,
                     status=409)  # fmt: skip
    text = _("已保存细分“%s”") % answer.body["name"]
    return leave(request, f"/customers/customer/?segment={answer.body['id']}", text)


def _page(
    request: HttpRequest, row: Any, tree: trees.Tree, values: dict[str, Any],
    errors: dict[str, list[str]], *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    by: Actor = request.actor  # type: ignore[attr-defined]
    kinds = registry.resource(KEY).model._meta.get_field("kind").flatchoices
    context = {
        "row": row, "values": values, "errors": errors, "key": uuid.uuid4().hex,
        "other_errors": [one for name in ("__all__",) for one in errors.get(name, ())],
        "kinds": [(str(code), str(text), code == values.get("kind")) for code, text in kinds],
        "url": f"/segments/segment/{row.pk}/edit/" if row else "/segments/segment/new/",
        **_part(tree, by, whole=status == 422, exact="count" in request.POST),
    }  # fmt: skip
    return page(request, "web/segments/builder.html", context, status=status)


def _part(
    tree: trees.Tree, by: Actor, *, whole: bool = False, exact: bool = False
) -> dict[str, Any]:
    """Return the tree and what it finds. A condition that is still empty waits without blame."""
    broken = definitions.check(tree, by)
    told = {
        one.path: one.message
        for one in broken
        if whole or not _waiting(tree, one.path)
    }  # fmt: skip
    return {"tree": trees.shown(tree, by, told), **_result(tree, by, broken, exact=exact)}


def _waiting(tree: trees.Tree, path: str) -> bool:
    node = trees.found(tree, path)
    return bool(node) and "items" not in (node or {}) and not (node or {}).get("values")


def _result(
    tree: trees.Tree, by: Actor, broken: list[Any], *, exact: bool = False
) -> dict[str, Any]:
    if broken:
        return {"found": None, "words": ""}
    return {"found": found(tree, by, exact=exact), "words": definitions.in_words(tree, by)}


@require_POST
def part(request: HttpRequest) -> HttpResponse:
    """Answer the conditions after a button or another field, for HTMX."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    _require(by)
    tree = trees.changed(trees.read(request.POST), request.POST.get("do", ""))
    return render(request, "web/segments/conditions.html", _part(tree, by))


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Answer how many customers meet the conditions as typed so far; ``?exact`` counts all."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    _require(by)
    tree = trees.read(request.POST)
    broken = definitions.check(tree, by)
    context = _result(tree, by, broken, exact="exact" in request.GET)
    return render(request, "web/segments/count.html", context)


def _require(by: Actor) -> None:
    if not (by.may(KEY, "create") or by.may(KEY, "change")):
        raise Forbidden(resource=KEY, verb="create")
