"""The merge fields of message templates (COM-017): a fixed list of names in double braces.

``{{客户名称}}`` or ``{{customer_name}}`` stands for a value; nothing else is a language: no paths,
no filters, no conditions, and a stored text is never handed to a template engine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

# Chinese name -> (English name, example)
FIELDS: dict[str, tuple[str, str]] = {
    "客户名称": ("customer_name", "华东蓝屿化工有限公司"),
    "客户简称": ("customer_short_name", "华东蓝屿"),
    "客户编号": ("customer_code", "C-0001"),
    "客户分级": ("customer_grade", "VIP"),
    "客户电话": ("customer_phone", "021-5566****"),
    "客户地址": ("customer_address", "上海市化工区"),
    "联系人": ("contact_name", "顾明远"),
    "称谓": ("contact_salutation", "顾总"),
    "联系人职务": ("contact_title", "采购经理"),
    "联系人手机": ("contact_mobile", "138****0000"),
    "我的姓名": ("my_name", "陆知行"),
    "我的部门": ("my_unit", "华东大区"),
    "公司名称": ("company_name", "东澜化学"),
    "今天": ("today", "2026-03-02"),
}
ENGLISH = {english: name for name, (english, _example) in FIELDS.items()}
TOKEN = re.compile(r"\{\{(.*?)\}\}|\{\{|\}\}", re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a text, with the line and column (from 1) where it stands."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        where = _("第 %(line)d 行第 %(column)d 字") % {"line": self.line, "column": self.column}
        return f"{where}{pgettext('colon', '：')}{self.message}"


def faults(text: str) -> list[Fault]:
    """Return every unknown field and unclosed brace of a text, in order."""
    found = []
    for match in TOKEN.finditer(text):
        name = match[1]
        if name is None:
            message = _("“{{”和“}}”应成对出现")
        elif _canonical(name) is None:
            shown = " ".join(name.split())[:30]
            message = _("没有“%(name)s”这个字段，可用：%(known)s") % {
                "name": shown, "known": "、".join(FIELDS),
            }  # fmt: skip
        else:
            continue
        before = text[: match.start()]
        line = before.count("\n") + 1
        column = match.start() - (before.rfind("\n") + 1) + 1
        found.append(Fault(line, column, message))
    return found


def names(text: str) -> list[str]:
    """Return the fields that a text uses, by Chinese name, each once."""
    known = (_canonical(match[1] or "") for match in TOKEN.finditer(text))
    return list(dict.fromkeys(name for name in known if name))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in place of its fields; values are never read as fields again.

    Args:
        values: by Chinese name; a field without a value stays visible in the text.
    """

    def put(match: re.Match[str]) -> str:
        name = _canonical(match[1] or "")
        return values.get(name or "") or match[0]

    return TOKEN.sub(put, text)


def _canonical(raw: str) -> str | None:
    name = raw.strip()
    return name if name in FIELDS else ENGLISH.get(name.lower())
