"""Entry standards for customers (DAT-021): what a proper name is, and how complete a record is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhike.chinese import pinyin

PLACEHOLDERS = frozenset(
    {"测试", "测试客户", "客户", "公司", "有限公司", "无", "未知", "不详", "暂无", "待定", "test", "none", "null",
     "unknown", "n/a", "xxx", "xx"}
)  # fmt: skip
BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "《": "》"}
MOBILE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
EDGE = re.compile(r"^[\W_]*[,，、;；:：。.!！?？*#/\\-]|[,，、;；:：!！?？*#/\\-]$")
KEY_FACTS = (
    "credit_code",
    "industry",
    "size",
    "region",
    "address",
    "phone",
    "source",
    "since",
    "payment_terms",
    "primary_contact_id",
)


def proper_name(name: str) -> None:
    """Refuse a customer name against the naming rules; the message says what to write instead.

    Raises:
        ValidationError: a placeholder, a telephone number inside, an unpaired bracket, or
            punctuation at either end.
    """
    if name.isalpha() and name.casefold() not in PLACEHOLDERS:
        return  # letters and hanzi only: nothing below can be wrong
    if name.strip().casefold() in PLACEHOLDERS:
        raise ValidationError(
            _("“%(name)s”不是客户名称，请填写营业执照上的全称。"), params={"name": name}
        )
    if MOBILE_INSIDE.search(name):
        raise ValidationError(_("名称里有手机号，请把它填到“电话”一栏。"))
    if not _paired(name):
        raise ValidationError(_("名称里的括号不成对，请补全或删除。"))
    if EDGE.search(name):
        raise ValidationError(_("名称开头或结尾有多余的标点，请删除。"))


def _paired(name: str) -> bool:
    waiting: list[str] = []
    for char in name:
        if char in BRACKETS:
            waiting.append(BRACKETS[char])
        elif char in BRACKETS.values() and (not waiting or waiting.pop() != char):
            return False
    return not waiting


def completeness(values: Mapping[str, Any]) -> int:
    """Return how many of the key facts are filled, in percent."""
    filled = sum(1 for name in KEY_FACTS if values.get(name) not in (None, ""))
    return round(100 * filled / len(KEY_FACTS))


def completeness_column(columns: Mapping[str, Sequence[Any]], count: int) -> list[int]:
    """Return ``completeness`` of each row of a column-wise import."""
    filled = [0] * count
    for name in KEY_FACTS:
        for row, value in enumerate(columns.get(name, ())):
            if value not in (None, ""):
                filled[row] += 1
    return [round(100 * number / len(KEY_FACTS)) for number in filled]


def sort_key(name: str, *, surname: bool = False) -> str:
    """Return the byte-wise order of a name by pinyin, cut to the column."""
    return pinyin.sort_key(name, surname=surname)[:200]
