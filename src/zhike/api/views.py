"""The one view behind every address of the API: from a request to a reply or a problem."""

import hashlib
import json
import logging
from typing import Any

from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from zhike.api import bodies, document
from zhike.api.authentication import authenticate
from zhike.api.handlers import LARGEST_ID, Call, Reply
from zhike.api.operations import Operation, find
from zhike.api.problems import Problem, of_refusal
from zhike.kernel.actor import Actor
from zhike.kernel.answered import Answer, KeyReused, answer_once
from zhike.kernel.errors import Forbidden, NotFound, Refusal
from zhike.trust.actions import note_refusal

log = logging.getLogger(__name__)
SEARCH_PARAMETERS = frozenset({"q", "limit", "only"})


@csrf_exempt
def entry(request: HttpRequest, path: str) -> HttpResponse:
    """Answer any request below ``/api/v1/``; whatever goes wrong becomes a problem document."""
    try:
        if path.rstrip("/") == "openapi.json":
            return _openapi(request)
        return _answer(request, path)
    except Problem as problem:
        return _respond(problem.status, problem.document(), dict(problem.headers))
    except KeyReused as error:
        return _respond(422, Problem(422, error.message).document(), {})
    except Refusal as error:
        return _respond(error.status, of_refusal(error).document(), {})
    except Exception:
        log.exception("api: %s %s", request.method, path)
        return _respond(500, Problem(500, _("服务器出错，已记录。")).document(), {})


def _openapi(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        raise _not_allowed({"GET"})
    return HttpResponse(document.text(get_language() or "zh-hans"), content_type="application/json")


def _not_allowed(methods: "set[str]") -> Problem:
    allow = ", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods))
    return Problem(405, _("这个地址支持：%s。") % allow, headers={"Allow": allow})


def _answer(request: HttpRequest, path: str) -> HttpResponse:
    known, number = find(path)
    if not known:
        raise Problem(404, _("没有这个地址，接口清单见 /api/v1/openapi.json。"))
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method not in known:
        raise _not_allowed(set(known))
    operation = known[method]
    by = authenticate(request)
    try:
        reply, replayed = _carry_out(request, operation, number, by)
    except Forbidden as error:
        if error.resource:
            address = request.META.get("REMOTE_ADDR") or None
            note_refusal(error, by=by, path=request.path, address=address)
        raise
    headers = _headers(operation, reply)
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return _respond(reply.status, reply.body, headers)


def _carry_out(
    request: HttpRequest, operation: Operation, number: str, by: Actor
) -> tuple[Reply, bool]:
    """Return the reply and whether it was given before."""
    if number and (len(number) > 19 or not 0 < int(number) <= LARGEST_ID):
        raise NotFound
    allowed = {"list": None, "search": SEARCH_PARAMETERS}.get(operation.kind, frozenset())
    query = bodies.read_query(request, allowed)
    raw, body = bodies.read_body(request) if operation.writes else (b"", {})
    required = operation.kind in {"update", "archive"}
    version = bodies.read_version(request, required=required) if operation.writes else None
    call = Call(by, operation.resource, operation.action, int(number or 0), query, body, version)
    if operation.method != "POST":
        return _guarded(operation, call), False
    key = bodies.read_key(request.headers)
    parts = (request.method, request.path, request.headers.get("If-Match", ""))
    digest = hashlib.sha256("\n".join(map(str, parts)).encode() + b"\n" + raw).hexdigest()

    def work() -> Answer:
        reply = _guarded(operation, call)
        return Answer(reply.status, reply.body)

    answer = answer_once(f"api:{key}" if key else "", digest, work, by=by)
    return Reply(answer.status, answer.body), answer.replayed


def _guarded(operation: Operation, call: Call) -> Reply:
    """Run the operation; what the database refuses is the sender's fault and said so."""
    try:
        return operation.run(call)
    except IntegrityError as error:
        log.info("api: %s refused by a constraint: %s", operation.name, error)
        detail = _("与已有的记录冲突，可能有人刚刚保存了同样的内容。")
        raise Problem(409, detail) from error
    except (DataError, OverflowError, RecursionError) as error:
        log.info("api: %s refused by the database: %s", operation.name, error)
        detail = _("有一个值超出了可以保存或比较的范围。")
        raise Problem(422 if operation.writes else 400, detail) from error


def _headers(operation: Operation, reply: Reply) -> dict[str, str]:
    """Return the headers, which follow from the body so that a repeated answer has them too."""
    body = reply.body if isinstance(reply.body, dict) else {}
    item: Any = body.get("item") if operation.kind == "action" else body
    headers = {}
    single = operation.kind in {"read", "create", "update", "restore", "action"}
    if single and isinstance(item, dict) and "version" in item:
        headers["ETag"] = f'W/"{item["version"]}"'
    if reply.status == 201 and operation.resource is not None:
        headers["Location"] = f"/api/v1/{operation.resource.slug}/{body['id']}/"
    return headers


def _respond(status: int, body: Any, headers: dict[str, str]) -> HttpResponse:
    kind = "application/json" if status < 400 else "application/problem+json"
    if body is None:
        response = HttpResponse(status=status)
        del response.headers["Content-Type"]
    else:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        response = HttpResponse(text.encode("utf-8", "replace"), content_type=kind, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    response.headers["Content-Language"] = "en" if str(get_language()).startswith("en") else "zh-CN"
    return response
