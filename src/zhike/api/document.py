"""The OpenAPI 3.1 document, generated from the same operations that answer.

It speaks the reader's language: Chinese, or English where the request asks for it.
"""

import json
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

import zhike
from zhike.api import problems, schemas
from zhike.api.handlers import MAX_HITS
from zhike.api.operations import Operation, operations
from zhike.kernel.columns import Column
from zhike.kernel.listing import LOOKUPS, PAGE_SIZES
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource

Schema = dict[str, Any]
Text = Any  # str or a lazy translation
ALWAYS = (400, 401, 405, 429)
WRITING = (403, 404, 409, 413, 415, 422)
REFUSALS: dict[str, tuple[int, ...]] = {
    "index": ALWAYS,
    "search": ALWAYS,
    "list": (*ALWAYS, 403),
    "read": (*ALWAYS, 403, 404),
    "create": (*ALWAYS, *WRITING),
    "update": (*ALWAYS, *WRITING, 412, 428),
    "archive": (*ALWAYS, *WRITING, 412, 428),
    "restore": (*ALWAYS, *WRITING, 412),
    "action": (*ALWAYS, *WRITING, 412),
    "set_action": (*ALWAYS, *WRITING, 412),
}
ABOUT = _(
    "由资源声明生成的接口。每个请求带 `Authorization: Bearer <token>`；"
    "修改与归档带 `If-Match`；新建与操作可带 `Idempotency-Key`，重复发送只生效一次。"
    "错误一律是 RFC 9457 问题说明。"
)
OPERATORS = {
    "is": _("等于"), "in": _("属于（逗号分隔）"), "not": _("不属于（逗号分隔）"), "contains": _("包含"),
    "gte": _("不小于"), "lte": _("不大于"), "quiet": _("此日起没有过，或从未有过"),
    "empty": _("为空（1 或 0）"), "under": _("以此开头"),
}  # fmt: skip


@cache
def text(language: str) -> bytes:
    """Return the document as JSON, in one language."""
    with translation.override(language):
        return json.dumps(_whole(), ensure_ascii=False, indent=1, default=str).encode()


def openapi(language: str = "zh-hans") -> Schema:
    """Return the document, in one language."""
    found: Schema = json.loads(text(language))
    return found


def _whole() -> Schema:
    paths: Schema = {"/openapi.json": {"get": _self()}}
    for one in operations():
        paths.setdefault(f"/{one.path}", {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": _("知客 API"), "version": zhike.__version__, "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": _tags(),
        "paths": paths,
        "components": _components(),
    }


def _resources() -> list[Resource]:
    return [resource for _key, resource in sorted(registry.resources.items()) if resource.api]


def _tags() -> list[Schema]:
    own = [{"name": _("通用"), "description": _("清单与搜索")}]
    return own + [{"name": _tag(r), "description": f"`{r.key}`"} for r in _resources()]


def _tag(resource: Resource) -> str:
    title = str(resource.title)
    same = [one for one in _resources() if str(one.title) == title]
    return title if len(same) == 1 else f"{title} ({resource.key})"


def _self() -> Schema:
    return {
        "operationId": "openapi",
        "summary": _("这份文档"),
        "tags": [_("通用")],
        "security": [],
        "responses": {
            "200": _json_answer("OpenAPI 3.1", {"type": "object"}),
            "405": {"$ref": "#/components/responses/405"},
        },
    }


def _operation(one: Operation) -> Schema:
    title = str(one.title)
    found: Schema = {
        "operationId": one.name,
        "summary": title
        if one.resource is None
        else _("%(of)s：%(what)s") % {"of": one.resource.title, "what": title},
        "tags": [_tag(one.resource) if one.resource else _("通用")],
    }
    parameters = _parameters(one)
    if parameters:
        found["parameters"] = parameters
    schema = _body(one)
    if schema is not None:
        content = {"application/json": {"schema": schema}}
        found["requestBody"] = {"required": one.kind in {"create", "update"}, "content": content}
        if one.action and schemas.parameters(one.action).get("required"):
            found["requestBody"]["required"] = True
    refusals = {str(s): {"$ref": f"#/components/responses/{s}"} for s in REFUSALS[one.kind]}
    found["responses"] = {**_answer(one), **dict(sorted(refusals.items()))}
    return found


def _body(one: Operation) -> Schema | None:
    if one.kind in {"create", "update"} and one.resource:
        return {"$ref": f"#/components/schemas/{one.name}"}
    if one.kind == "restore":
        return {"type": "object", "additionalProperties": False}
    return schemas.parameters(one.action) if one.action else None


def _answer(one: Operation) -> Schema:
    if one.resource is None:
        return {"200": _json_answer(_("成功"), INDEX if one.kind == "index" else HITS)}
    item: Schema = {"$ref": f"#/components/schemas/{one.resource.key}"}
    told: Schema = {"text": {"type": "string"}, "result": {"description": _("操作的返回值")}}
    if one.kind == "archive":
        return {"204": {"description": _("已归档")}}
    if one.kind == "list":
        page = {"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}}
        return {"200": _json_answer(_("一页"), _object(page))}
    if one.kind == "action":
        return {"200": _json_answer(_("已完成"), _object({"item": _or_null(item), **told}), "ETag")}
    if one.kind == "set_action":
        counted = {"count": {"type": "integer", "description": _("处理的条数")}, **told}
        return {"200": _json_answer(_("已完成"), _object(counted))}
    if one.kind == "create":
        return {"201": _json_answer(_("已新建"), item, "ETag", "Location")}
    return {"200": _json_answer(_("成功"), item, "ETag")}


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _json_answer(description: Text, schema: Schema, *headers: str) -> Schema:
    found: Schema = {"description": description}
    if headers:
        found["headers"] = {n: {"$ref": f"#/components/headers/{n}"} for n in headers}
    return {**found, "content": {"application/json": {"schema": schema}}}


def _parameters(one: Operation) -> list[Schema]:
    found: list[Schema] = []
    if "{id}" in one.path:
        found.append({"$ref": "#/components/parameters/id"})
    if one.kind == "list" and one.resource:
        found += list_parameters(one.resource)
    if one.kind == "search":
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_HITS, "default": 8}
        text = {"type": "string", "minLength": 1, "maxLength": 100, "examples": ["蓝屿"]}
        keys = {"type": "string", "enum": [resource.key for resource in _resources()]}
        found += [
            _query("q", _("汉字、拼音、首字母、编号或电话后几位"), text, required=True),
            _query("limit", _("每类记录最多几条"), limit),
            _query("only", _("只搜索这一类记录"), keys),
        ]
    if one.method == "POST":
        found.append({"$ref": "#/components/parameters/Idempotency-Key"})
    if one.kind in {"update", "archive"}:
        found.append({"$ref": "#/components/parameters/If-Match"})
    if one.kind in {"restore", "action"}:
        found.append({"$ref": "#/components/parameters/If-Match-optional"})
    return found


def list_parameters(resource: Resource) -> list[Schema]:
    """Return the query parameters of a list: paging, columns, each filter with its operators."""
    columns = resource.all_columns()
    sortable = {c.name: 0 for c in columns if c.sortable} | dict.fromkeys(
        ["id", "created_at", "updated_at"], 0
    )
    orders = [sign + name for name in sortable for sign in ("", "-")]
    size = {"type": "integer", "minimum": 1, "maximum": PAGE_SIZES[-1], "default": 50}
    names = ", ".join(column.name for column in columns)
    found = [
        _query("q", _("搜索文字"), {"type": "string", "maxLength": 100}),
        _query("sort", _("排序，减号为降序"), {"type": "string", "enum": orders}),
        _query("columns", _("要哪些列，逗号分隔：%s") % names, {"type": "string"}),
        _query("per_page", _("每页条数"), size),
        _query("after", _("上一页答复中的 next"), {"type": "string"}),
        _query("archived", _("1 = 只列已归档的"), {"type": "string", "enum": ["0", "1"]}),
    ]
    for path in resource.filters:
        f = Column(path).field(resource.model)
        allowed = getattr(f, "operators", ("is", "in", "not", "empty"))
        usual = "in" if "in" in allowed else "is"
        for operator in [o for o in allowed if o in LOOKUPS]:
            name = path if operator == usual else f"{path}__{operator}"
            found.append(
                _query(
                    name,
                    _("%(of)s：%(what)s") % {"of": f.verbose_name, "what": OPERATORS[operator]},
                    {"type": "string"},
                )
            )
    return found


def _query(name: str, description: Text, schema: Schema, *, required: bool = False) -> Schema:
    found: Schema = {"name": name, "in": "query", "description": description, "schema": schema}
    return {**found, "required": True} if required else found


def _components() -> Schema:
    found: Schema = {"Problem": schemas.PROBLEM}
    for resource in _resources():
        found[resource.key] = schemas.record(resource)
        if resource.create:
            found[f"{resource.key}.create"] = schemas.body(resource, new=True)
        if resource.edit:
            found[f"{resource.key}.update"] = schemas.body(resource, new=False)
    return {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "parameters": PARAMETERS,
        "headers": HEADERS,
        "responses": {str(s): _problem(s) for s in problems.TITLES if s != 500},
        "schemas": found,
    }


def _problem(status: int) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    found: Schema = {"description": str(problems.TITLES[status]), "content": content}
    names = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}
    if status in names:
        found["headers"] = {names[status]: {"schema": {"type": "string"}}}
    return found


TAG: Schema = {"type": "string", "examples": ['W/"3"']}
PARAMETERS: Schema = {
    "id": {"name": "id", "in": "path", "required": True, "schema": schemas.ID},
    "If-Match": {"name": "If-Match", "in": "header", "required": True, "schema": TAG,
                 "description": _("读取时得到的 ETag；* 表示不检查")},
    "If-Match-optional": {"name": "If-Match", "in": "header", "schema": TAG,
                          "description": _("读取时得到的 ETag；给出时记录必须仍是这一版")},
    "Idempotency-Key": {"name": "Idempotency-Key", "in": "header",
                        "schema": {"type": "string", "maxLength": 180},
                        "description": _("同一个键与内容只执行一次，重复发送得到原来的答复")},
}  # fmt: skip
HEADERS: Schema = {
    "ETag": {"schema": TAG, "description": _("记录的版本")},
    "Location": {"schema": {"type": "string"}, "description": _("新记录的地址")},
}
INDEX: Schema = _object(
    {
        "resources": {
            "type": "array",
            "items": _object(
                {
                    "key": {"type": "string"},
                    "title": {"type": "string"},
                    "href": {"type": "string"},
                    "rights": {"type": "array", "items": {"type": "string"}},
                }
            ),
        },
        "openapi": {"type": "string"},
    }
)
HITS: Schema = _object(
    {
        "items": {
            "type": "array",
            "items": _object(
                {
                    "resource": {"type": "string"},
                    "id": schemas.ID,
                    "title": {"type": "string"},
                    "subtitle": {"type": "string"},
                    "href": {"type": "string"},
                }
            ),
        }
    }
)
