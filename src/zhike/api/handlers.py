"""What each kind of operation does: read the call, ask the kernel, form the reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from zhike.api import values
from zhike.api.problems import Problem, at
from zhike.kernel.actions import Action
from zhike.kernel.actor import VERBS, Actor
from zhike.kernel.errors import Conflict, Forbidden, NotFound
from zhike.kernel.listing import RESERVED, Listing
from zhike.kernel.outcome import Outcome
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.kernel.search import search

MAX_IDS = 1_000
LARGEST_ID = 2**63 - 1
BROWSER_ONLY = RESERVED - {"q", "sort", "per_page", "after", "columns", "archived"}
MAX_HITS = 50


@dataclass(frozen=True)
class Call:
    """One authenticated request, read and checked.

    Attributes:
        pk: the record of the address; query: each parameter once; body: the JSON object;
        version: from If-Match, None where the client does not care.
    """

    by: Actor
    resource: Any = None
    action: Any = None
    pk: int = 0
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True)
class Reply:
    """A status and a JSON body; the headers follow from the two."""

    status: int
    body: Any = None


def index(call: Call) -> Reply:
    """Answer what the token's owner may use."""
    found = [
        {
            "key": key,
            "title": str(resource.title),
            "href": f"/api/v1/{resource.slug}/",
            "rights": [verb for verb in VERBS if call.by.may(key, verb)],
        }
        for key, resource in sorted(registry.resources.items())
        if resource.api and call.by.may(key, "view")
    ]
    return Reply(200, {"resources": found, "openapi": "/api/v1/openapi.json"})


def find(call: Call) -> Reply:
    """Answer the hits of the one search box."""
    text = call.query.get("q", "").strip()[:100]
    if not text:
        raise Problem(400, _("请给出要搜索的文字 q。"))
    only, limit = call.query.get("only", ""), call.query.get("limit", "8")
    if only and only not in registry.resources:
        raise Problem(400, _("没有“%s”这种记录。") % only[:60])
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= MAX_HITS):
        raise Problem(400, _("limit 应为 1 到 %d。") % MAX_HITS)
    groups = search(text, by=call.by, limit=int(limit), only=only)
    items = [
        {
            "resource": key,
            "id": hit.id,
            "title": hit.title,
            "subtitle": hit.subtitle,
            "href": f"/api/v1/{registry.resources[key].slug}/{hit.id}/",
        }
        for key, hits in groups.items()
        for hit in hits
    ]
    return Reply(200, {"items": items})


def _allowed(call: Call, verb: str) -> None:
    if not call.by.may(call.resource.key, verb):
        raise Forbidden(resource=call.resource.key, verb=verb)


def list_rows(call: Call) -> Reply:
    """Answer one page of the list, with the cursor of the next one."""
    _allowed(call, "view")
    unknown = BROWSER_ONLY & set(call.query)
    if unknown:
        raise Problem(400, _("没有“%s”这个查询参数。") % min(unknown))
    if call.query.get("archived", "0") not in {"0", "1"}:
        raise Problem(400, _("archived 应为 0 或 1。"))
    listing = Listing(call.resource, call.by, call.query)
    columns = [column for column in listing.columns if column.name not in {"id", "version"}]
    items = [
        {"id": row["id"], "version": row["version"], **values.present(columns, row)}
        for row in listing.page_rows
    ]
    return Reply(200, {"items": items, "next": listing.next_cursor or None})


def _item(call: Call, pk: int) -> dict[str, Any] | None:
    if not call.by.may(call.resource.key, "view"):
        return None
    return values.read_item(call.resource, pk, call.by)


def read(call: Call) -> Reply:
    """Answer one record."""
    _allowed(call, "view")
    found = _item(call, call.pk)
    if found is None:
        raise NotFound
    return Reply(200, found)


def create(call: Call) -> Reply:
    """Make a record."""
    resource: Resource = call.resource
    _allowed(call, "create")
    given = values.record_values(resource, call.body)
    row = resource.create(resource.model, given, by=call.by)
    return Reply(201, _item(call, row.pk) or {"id": row.pk, "version": row.version})


def update(call: Call) -> Reply:
    """Change the given fields of a record."""
    resource: Resource = call.resource
    _allowed(call, "change")
    try:
        given = values.record_values(resource, call.body)
        row = resource.edit(resource.model, call.pk, given, by=call.by, version=call.version)
    except Conflict as error:
        raise _stale(call, error) from error
    return Reply(200, _item(call, call.pk) or {"id": row.pk, "version": row.version})


def _stale(call: Call, error: Conflict) -> Problem | Conflict:
    """Return 412 with both values where the version moved on, else the conflict itself."""
    stored = _item(call, call.pk) or {}
    if call.version is None or stored.get("version") == call.version:
        return error
    differences = [
        {"field": name, "stored": now, "submitted": submitted}
        for name, submitted in call.body.items()
        if name in stored and (now := _comparable(stored[name])) != submitted
    ]
    extra: dict[str, Any] = {"version": stored.get("version"), "differences": differences}
    return Problem(412, Conflict().message, extra=extra)


def _comparable(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) and set(value) == {"id", "name"} else value


def archive(call: Call) -> Reply:
    """Put a record away."""
    _put_away(call, undo=False)
    return Reply(204)


def restore(call: Call) -> Reply:
    """Bring an archived record back."""
    values.refuse_unknown(set(), call.body)
    row = _put_away(call, undo=True)
    return Reply(200, _item(call, call.pk) or {"id": row.pk, "version": row.version})


def _put_away(call: Call, *, undo: bool) -> Any:
    resource: Resource = call.resource
    _allowed(call, "archive")
    try:
        return resource.archive(
            resource.model, call.pk, by=call.by, version=call.version, undo=undo
        )
    except Conflict as error:
        raise _stale(call, error) from error


def act(call: Call) -> Reply:
    """Carry out an action on one record."""
    action: Action = call.action
    _allowed(call, action.verb)
    _reachable(call)
    given = values.action_values(action, call.body, call.by)
    try:
        result = action(call.pk, by=call.by, version=call.version, **given)
    except Conflict as error:
        raise _stale(call, error) from error
    return Reply(200, {"item": _item(call, call.pk), **_told(action, result)})


def _reachable(call: Call) -> None:
    """Answer 404 before 422: the body of an unreachable record is not looked at."""
    rows = call.resource.model.objects.visible_to(call.by, call.action.verb, archived=True)
    if not rows.filter(pk=call.pk).exists():
        raise NotFound


def act_on_many(call: Call) -> Reply:
    """Carry out a set action on the records of ``ids`` that are within reach."""
    action: Action = call.action
    _allowed(call, action.verb)
    ids = call.body.get("ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_IDS or not all(map(_is_id, ids)):
        raise at("ids", _("应为 1 到 %d 个记录编号的数组。") % MAX_IDS)
    rest = {name: value for name, value in call.body.items() if name != "ids"}
    given = values.action_values(action, rest, call.by)
    rows = call.resource.model.objects.visible_to(call.by, action.verb).filter(pk__in=ids)
    reached = rows.count()
    told = _told(action, result := action(ids, by=call.by, **given))
    count = result.count if isinstance(result, Outcome) and result.count is not None else reached
    return Reply(200, {"count": count, **told})


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value <= LARGEST_ID


def _told(action: Action, result: Any) -> dict[str, Any]:
    text = result.text if isinstance(result, Outcome) else ""
    return {
        "text": str(text or _("已完成：%s") % action.title),
        "result": values.result_of(result),
    }
