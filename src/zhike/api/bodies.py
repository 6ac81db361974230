"""Reading a request with suspicion: size, type, depth, characters; nothing here ends in a 5xx."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhike.api.problems import FieldError, Problem

MAX_BODY = 1024 * 1024
MAX_DEPTH = 12
MAX_QUERY = 8_000
MAX_KEY = 180
BAD_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')
JSON_TYPES = {"application/json", "application/merge-patch+json"}


def read_body(request: HttpRequest) -> tuple[bytes, dict[str, Any]]:
    """Return the raw body and the JSON object in it; an empty body is an empty object.

    Raises:
        Problem: 413 too large, 415 not JSON, 400 malformed, 422 characters that no field takes.
    """
    raw = _raw(request)
    if not raw.strip():
        return raw, {}
    if request.content_type not in JSON_TYPES:
        raise Problem(415, _("请以 application/json 发送内容。"))
    try:
        body = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("内容不是有效的 JSON：%s") % str(error)[:120]) from error
    if not isinstance(body, dict):
        raise Problem(400, _("内容应为 JSON 对象。"))
    _inspect(body, "", 1)
    return raw, body


def _raw(request: HttpRequest) -> bytes:
    too_large = Problem(413, _("内容应不超过 %d MB。") % (MAX_BODY // 1024**2))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length[:12]) > MAX_BODY:
        raise too_large
    raw = request.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise too_large
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("同一个字段出现了两次"))
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(_("不支持 %s") % name)


def _inspect(value: Any, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Problem(400, _("内容嵌套应不超过 %d 层。") % MAX_DEPTH)
    if isinstance(value, str) and BAD_CHARACTERS.search(value):
        detail = _("含有不可见的空字符（NUL）或残缺的字符，请删除后重试")
        raise Problem(422, errors=[FieldError(path, detail)])
    if isinstance(value, dict):
        for name, one in value.items():
            if BAD_CHARACTERS.search(name):
                raise Problem(400, _("字段名含有不可用的字符。"))
            _inspect(one, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            _inspect(one, f"{path}.{index}", depth + 1)


def read_query(request: HttpRequest, allowed: "frozenset[str] | None" = None) -> dict[str, str]:
    """Return the query parameters, each once.

    Args:
        allowed: the names; None where the list checks them itself.

    Raises:
        Problem: 400 for a parameter that is unknown, repeated or holds NUL, or too long a query.
    """
    if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
        raise Problem(400, _("查询参数太长。"))
    found: dict[str, str] = {}
    for name, values in request.GET.lists():
        if allowed is not None and name not in allowed:
            raise Problem(400, _("没有“%s”这个查询参数。") % name[:60])
        if len(values) != 1:
            raise Problem(400, _("查询参数“%s”只能出现一次。") % name[:60])
        if BAD_CHARACTERS.search(name + values[0]):
            raise Problem(400, _("查询参数含有不可用的字符。"))
        found[name] = values[0]
    return found


def read_version(request: HttpRequest, *, required: bool) -> int | None:
    """Return the version of the record that the client saw, from If-Match; None for ``*``.

    Raises:
        Problem: 428 where it is required and missing, 400 where it is no single entity tag.
    """
    text = request.headers.get("If-Match", "").strip()
    if not text:
        if required:
            raise Problem(428, _("请带上 If-Match：先读取记录，再把它的 ETag 原样送回。"))
        return None
    if text == "*":
        return None
    found = ENTITY_TAG.fullmatch(text)
    if not found:
        raise Problem(400, _('If-Match 应为一个 ETag，例如 W/"3"。'))
    digits = found[1]
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits, re.ASCII) else -1


def read_key(headers: Mapping[str, str]) -> str:
    """Return the idempotency key, or an empty string.

    Raises:
        Problem: 400 for one that is too long or not printable ASCII.
    """
    key = headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(400, _("Idempotency-Key 应为不超过 %d 个可见 ASCII 字符。") % MAX_KEY)
    return key.strip()
