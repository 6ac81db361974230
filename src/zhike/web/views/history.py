"""The history of a record: field by field, old and new, who, when, by which act and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.queries import person_names
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.history import Version, versions
from zhike.kernel.registry import registry
from zhike.kernel.resources import Resource
from zhike.web.answers import page
from zhike.web.links import choices_for
from zhike.web.views.detail import visible

ACTS = {"create": lazy("新建"), "edit": lazy("编辑"), "archive": lazy("归档"),
        "restore": lazy("恢复")}  # fmt: skip
CHANNELS = {
    "web": lazy("网页"), "api": lazy("接口"), "job": lazy("后台任务"), "import": lazy("导入"),
    "cli": lazy("命令行"), "portal": lazy("客户门户"),
}  # fmt: skip
LABELS = {"insert": lazy("新建"), "update": lazy("修改"), "delete": lazy("删除")}


@dataclass(frozen=True)
class Change:
    """One field of a step."""

    title: str
    old: str
    new: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One step as the page shows it."""

    at: Any
    who: str
    user_id: int | None
    act: str
    reason: str
    channel: str
    changes: list[Change]
    first: bool


def show(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Answer the page of all steps."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = visible(resource, by, pk)
    context = {
        "resource": resource, "row": row, "title": resource.title_of(row, by),
        "url": resource.record_url(pk), "steps": steps(resource, by, row),
        "may_restore": bool(row.archived_at) and by.may(resource.key, "archive"),
    }  # fmt: skip
    return page(request, "web/record/history.html", context)


def steps(resource: Resource, by: Actor, row: Any, *, limit: int = 100) -> list[Step]:
    """Return the steps of a record, masked and hidden by the reader's rights."""
    found = versions(resource.model, row.pk, limit=limit)
    names = _linked_names(resource, by, found)
    return [_step(resource, by, row, version, names) for version in found]


def _step(
    resource: Resource, by: Actor, row: Any, version: Version, names: Mapping[Any, str]
) -> Step:
    changes = [
        change
        for field, old, new in version.changes
        if (change := _change(resource, by, row, field, old, new, names)) is not None
    ]
    return Step(
        version.at, version.who or _("系统"), version.user_id, _act(version), version.reason,
        str(CHANNELS.get(version.channel, version.channel)), changes, version.label == "insert",
    )  # fmt: skip


def _act(version: Version) -> str:
    action = registry.actions.get(version.action)
    if action:
        return str(action.title)
    last = version.action.rpartition(".")[2]
    return str(ACTS.get(last) or LABELS.get(version.label, version.label))


def _change(
    resource: Resource, by: Actor, row: Any, attname: str, old: Any, new: Any,
    names: Mapping[Any, str],
) -> Change | None:  # fmt: skip
    kind = resource.model._meta.get_field(
        attname.removesuffix("_id") if _is_link(resource, attname) else attname
    )
    column = bind(Column(kind.name), resource.model, by)
    if column is None or (not getattr(kind, "verbose_name", "") and not kind.editable):
        return None
    if kind.name == "archived_at":
        return Change(
            _("状态"), _("已归档") if old else _("在用"), _("已归档") if new else _("在用")
        )
    if _internal(kind):
        return None

    def text(value: Any) -> str:
        if value in (None, ""):
            return "—"
        if isinstance(kind, ForeignKey):
            return names.get((attname, value), f"#{value}")
        if kind.get_internal_type() == "DateTimeField":
            from zhike.web import formats

            return formats.stamp(value)
        return column.text(value)

    editable = kind.name in resource.form_fields() and column.access in {"editable", "masked"}
    url = f"{resource.record_url(row.pk)}edit/{kind.name}/" if editable and old else ""
    return Change(column.title, text(old), text(new), url)


def _internal(kind: Any) -> bool:
    """Tell whether a field is the product's own book-keeping: no kind, not editable, no heading."""
    plain = kind.verbose_name == kind.name.replace("_", " ")
    return bool(plain and not kind.editable) or kind.get_internal_type() == "JSONField"


def _is_link(resource: Resource, attname: str) -> bool:
    return any(
        f.attname == attname and isinstance(f, ForeignKey) for f in resource.model._meta.fields
    )


def _linked_names(resource: Resource, by: Actor, found: list[Version]) -> dict[Any, str]:
    """Return (field, id) -> name of all linked rows of the history that the reader may see."""
    names: dict[Any, str] = {}
    for f in resource.model._meta.fields:
        if not isinstance(f, ForeignKey):
            continue
        ids = {
            value
            for version in found
            for name, old, new in version.changes
            if name == f.attname
            for value in (old, new)
            if value
        }
        if not ids:
            continue
        if f.related_model._meta.label_lower == "identity.user":
            known: Mapping[Any, str] = person_names(ids)
        elif hasattr(f.related_model, "scope"):
            known = {row.pk: str(row) for row in choices_for(f, by).filter(pk__in=ids)}
        else:
            known = {}
        names |= {(f.attname, pk): name for pk, name in known.items()}
    return names
