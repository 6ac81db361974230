"""The data dictionary, generated from what the product knows of itself (DAT-011, 012, 014, 015)."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from zhike.customers.models import Customer
from zhike.identity.models import Role
from zhike.kernel.actor import Actor
from zhike.kernel.records import SERVER_FIELDS
from zhike.kernel.registry import registry
from zhike.quality.models import CodeList, FieldNote, InformationClass, Sensitivity
from zhike.trust.models import Grant

BEHAVIOUR_PACKAGES = ("sales", "interactions")
RELATIONS = frozenset(
    {
        "customers.affiliation",
        "customers.customerrelation",
        "customers.teammember",
        "customers.person",
    }
)
BEHAVIOUR_FIELDS = frozenset(
    {
        "annual_spend",
        "receivable",
        "order_count",
        "last_order_on",
        "last_contact_at",
        "next_step_on",
    }
)
SENSITIVE_KINDS = frozenset({"IdNumber", "BankAccount"})
TRADE_KINDS = frozenset({"Money"})
OUTSIDE = ("identity", "trust", "kernel", "rulebook", "exchange")  # no customer information


@dataclass(frozen=True, slots=True)
class DictionaryLine:
    """One field: what the product knows, and what the company wrote."""

    resource: str
    resource_title: str
    field: str
    title: str
    kind: str
    definition: str
    format: str
    allowed: str
    steward: str
    sensitivity: str
    retention: str
    truth: str
    note: FieldNote | None = None

    @property
    def kind_title(self) -> str:
        """Return the class in words."""
        return str(InformationClass(self.kind).label)

    @property
    def sensitivity_title(self) -> str:
        """Return the sensitivity in words."""
        return str(Sensitivity(self.sensitivity).label)


def dictionary(by: Actor, text: str = "", kind: str = "") -> list[DictionaryLine]:
    """Return the fields of all customer data that the reader may see, filtered.

    Args:
        text: part of a name, code or definition; kind: an information class, "" = all.
    """
    rows = FieldNote.objects.visible_to(by).select_related("steward")
    notes = {(row.resource, row.field): row for row in rows}
    found = []
    wanted = text.strip().casefold()
    for key, resource in sorted(registry.resources.items()):
        if key.partition(".")[0] in OUTSIDE or not by.may(key, "view"):
            continue
        for field in resource.model._meta.fields:
            if field.name in SERVER_FIELDS - {"created_at", "updated_at"} or field.primary_key:
                continue
            if by.field_access(key, field.name) == "hidden":
                continue
            line = _line(key, resource, field, notes.get((key, field.name)))
            words = (line.title, line.field, line.definition, line.resource_title, line.resource)
            if kind and line.kind != kind:
                continue
            if not wanted or any(wanted in word.casefold() for word in words):
                found.append(line)
    return found


def _line(key: str, resource: Any, field: Any, note: FieldNote | None) -> DictionaryLine:
    return DictionaryLine(
        resource=key,
        resource_title=str(resource.title),
        field=field.name,
        title=str(field.verbose_name),
        kind=str(note.kind) if note and note.kind else class_of(key, field.name),
        definition=str(note.definition) if note else "",
        format=_format(field),
        allowed=_allowed(field),
        steward=str(note.steward) if note and note.steward else "",
        sensitivity=str(note.sensitivity) if note and note.sensitivity else sensitivity_of(field),
        retention=str(note.retention) if note else "",
        truth=str(note.truth) if note and note.truth else _truth(field),
        note=note,
    )


def class_of(resource: str, field: str) -> str:
    """Return the information class of a field by what it belongs to (DAT-011)."""
    if resource in RELATIONS:
        return InformationClass.RELATION
    if resource.partition(".")[0] in BEHAVIOUR_PACKAGES or field in BEHAVIOUR_FIELDS:
        return InformationClass.BEHAVIOUR
    return InformationClass.ATTRIBUTE


def sensitivity_of(field: Any) -> str:
    """Return how careful one has to be with a field, by its kind."""
    name = type(field).__name__
    if name in SENSITIVE_KINDS:
        return Sensitivity.SENSITIVE
    if getattr(field, "personal", False):
        return Sensitivity.PERSONAL
    return Sensitivity.TRADE if name in TRADE_KINDS else Sensitivity.ORDINARY


def _format(field: Any) -> str:
    parts = [_(FORMATS.get(type(field).__name__, "") or type(field).__name__)]
    if field.max_length:
        parts.append(_("至多 %d 字") % field.max_length)
    if not field.null and not field.blank and not field.has_default():
        parts.append(_("必填"))
    if field.unique:
        parts.append(_("唯一"))
    return " · ".join(parts)


def _allowed(field: Any) -> str:
    if field.is_relation:
        return str(field.related_model._meta.verbose_name)
    return "、".join(str(label) for _value, label in field.flatchoices)


def _truth(field: Any) -> str:
    return _("人工录入、导入或接口") if field.editable else _("系统计算")


def N_(text: str) -> str:  # noqa: N802
    """Mark a message for the catalogue."""
    return text


FORMATS = {
    "Text": N_("文本"), "LongText": N_("长文本"), "Choice": N_("选项"), "Bool": N_("是否"),
    "Date": N_("日期"), "DateTime": N_("日期时间"), "Money": N_("金额（元）"), "Integer": N_("整数"),
    "PositiveIntegerField": N_("整数"), "Mobile": N_("手机号 11 位"), "Phone": N_("手机或带区号的固话"),
    "Email": N_("电子邮箱"), "CreditCode": N_("统一社会信用代码 18 位，含校验位"),
    "Region": N_("行政区划代码 6 位"), "Code": N_("编号"), "CompanyName": N_("单位全称"),
    "PersonName": N_("姓名"), "IdNumber": N_("身份证号 18 位，含校验位"), "LunarDate": N_("农历月日"),
    "Link": N_("关联记录"), "Owner": N_("成员"), "Unit": N_("部门"), "Attachment": N_("附件"),
    "DateTimeField": N_("日期时间"), "CharField": N_("文本"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Governed:
    """One resource by classification, permission and life cycle (DAT-014)."""

    resource: str
    title: str
    url: str
    classes: tuple[str, ...]
    sensitive: int
    fields: int
    viewers: tuple[str, ...]
    exporters: tuple[str, ...]
    retention: tuple[str, ...]
    live: int
    archived: int


def governance(by: Actor) -> list[Governed]:
    """Return what is governed how: classes and sensitivity, roles with rights, life cycle."""
    lines: dict[str, list[DictionaryLine]] = defaultdict(list)
    for line in dictionary(by):
        lines[line.resource].append(line)
    roles = _roles_with(("view", "export"))
    return [_governed(key, mine, roles) for key, mine in lines.items()]


def _roles_with(verbs: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = Grant.unscoped.filter(verb__in=verbs, archived_at=None, role__archived_at=None)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for resource, verb, role in rows.order_by("role_id").values_list("resource", "verb", "role_id"):
        found[resource, verb].append(str(role))
    names = {str(pk): name for pk, name in Role.unscoped.values_list("pk", "name")}
    return {key: tuple(dict.fromkeys(names[pk] for pk in roles)) for key, roles in found.items()}


def _governed(
    key: str, lines: list[DictionaryLine], roles: dict[tuple[str, str], tuple[str, ...]]
) -> Governed:
    resource = registry.resources[key]
    counts = resource.model.unscoped.aggregate(all=Count("id"), gone=Count("archived_at"))
    return Governed(
        key, str(resource.title), resource.url,
        tuple(dict.fromkeys(line.kind_title for line in lines)),
        sum(line.sensitivity != Sensitivity.ORDINARY for line in lines), len(lines),
        roles.get((key, "view"), ()), roles.get((key, "export"), ()),
        tuple(dict.fromkeys(line.retention for line in lines if line.retention)),
        counts["all"] - counts["gone"], counts["gone"],
    )  # fmt: skip


def mismatches(by: Actor) -> list[dict[str, Any]]:
    """Return each code list with the values that are neither standard nor mapped, and how often.

    Mapped values that still stand in records come as ``pending``: applying writes the standard.
    """
    found = []
    for one in CodeList.objects.visible_to(by).order_by("name"):
        name, allowed = str(one.field), one.values_allowed()
        terms = dict(one.terms.filter(archived_at=None).values_list("raw", "standard"))
        rows = Customer.objects.visible_to(by).exclude(**{name: ""}).order_by()
        counts = dict(rows.values_list(name).annotate(n=Count("id")).order_by("-n", name))
        other = {value: n for value, n in counts.items() if value not in allowed}
        found.append(
            {
                "list": one,
                "allowed": allowed,
                "unmapped": [(v, n) for v, n in other.items() if v not in terms],
                "pending": [(v, terms[v], n) for v, n in other.items() if v in terms],
                "covered": sum(n for value, n in counts.items() if value in allowed),
                "total": sum(counts.values()),
            }
        )
    return found
