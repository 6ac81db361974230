"""Reads a year's holidays from a CSV or JSON file, pure; every fault is named with its place.

CSV: a heading line with 日期 (or 开始、结束), 名称, 类型 (放假 or 调休上班), or in English date (from, to),
name, kind (off or work) or isOffDay (true or false). JSON: a list of such entries, also as ``days``.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhike.kernel import kinds

MOST_BYTES = 256 * 1024
LONGEST_SPAN = 31
MOST_FAULTS = 20
WORDS = yaml.safe_load((Path(__file__).parent / "data/holiday_words.yaml").read_text("utf-8"))
HEADINGS = {word: name for name, words in WORDS["columns"].items() for word in words}
OFF, WORK = frozenset(WORDS["off"]), frozenset(WORDS["work"])
DATE = kinds.Date()


class BadFile(ValueError):
    """A file that cannot be taken in; ``faults`` names each place."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults[:MOST_FAULTS]
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class NamedDay:
    """One day with its name; ``worked`` is True for an adjusted working day."""

    day: dt.date
    worked: bool
    name: str


def read_file(name: str, content: bytes) -> list[NamedDay]:
    """Return the days of an uploaded file in order.

    Raises:
        BadFile: not readable, or a day that is wrong or stands there twice.
    """
    if len(content) > MOST_BYTES:
        raise BadFile([_("文件超过 256 KB，请检查是否选错了文件。")])
    text = _decoded(content)
    entries = _of_json(text) if name.lower().endswith(".json") else _of_csv(text)
    return read_entries(entries)


def read_entries(entries: Iterable[Mapping[str, Any]]) -> list[NamedDay]:
    """Return the days of entries with from, to, name and kind, in order.

    Raises:
        BadFile: with each fault and the number of its entry.
    """
    found: dict[dt.date, NamedDay] = {}
    faults: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            days = _days(entry)
        except ValidationError as error:
            faults.append(_("第 %(n)d 项：%(what)s") % {"n": number, "what": error.messages[0]})
            continue
        for one in days:
            if one.day in found:
                text = _("第 %(n)d 项：%(day)s 重复，已列为“%(name)s”。")
                name = found[one.day].name
                faults.append(text % {"n": number, "day": one.day, "name": name})
            found.setdefault(one.day, one)
    if not found and not faults:
        faults.append(_("文件中没有日期。"))
    if faults:
        raise BadFile(faults)
    return sorted(found.values(), key=lambda one: one.day)


def _days(entry: Mapping[str, Any]) -> list[NamedDay]:
    first = _date(entry.get("from"))
    last = _date(entry.get("to") or first)
    if last < first or (last - first).days >= LONGEST_SPAN:
        raise ValidationError(_("结束日期应在开始日期当天起 31 天内。"))
    name = str(entry.get("name") or "").strip()
    if not 1 <= len(name) <= 40:
        raise ValidationError(_("名称应为 1 到 40 个字。"))
    kind = str(entry.get("kind", "")).strip().lower()
    if kind not in OFF | WORK:
        raise ValidationError(_("类型应为“放假”或“调休上班”，当前是“%s”。") % kind[:20])
    spread = range((last - first).days + 1)
    return [NamedDay(first + dt.timedelta(days=n), kind in WORK, name) for n in spread]


def _date(raw: Any) -> dt.date:
    found = DATE.clean_value(raw if isinstance(raw, dt.date) else str(raw or ""))
    if not isinstance(found, dt.date):
        raise ValidationError(_("缺少日期。"))
    return found


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile([_("文件的编码无法识别，请另存为 UTF-8。")])


def _of_json(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile([_("JSON 格式不对，请检查括号与引号。")]) from error
    rows = found.get("days") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadFile([_("JSON 应为日期列表，或含有 days 列表的对象。")])
    return [_renamed(row) for row in rows]


def _of_csv(text: str) -> list[dict[str, Any]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text)) if any(map(str.strip, line))]
    except csv.Error as error:
        raise BadFile([_("CSV 格式不对，请检查引号与换行。")]) from error
    names = [HEADINGS.get(cell.strip().lower(), "") for cell in (lines[0] if lines else [])]
    missing = {"from", "name", "kind"} - set(names)
    if missing:
        raise BadFile([_("首行应有日期、名称、类型三列（date、name、isOffDay 亦可）。")])
    return [
        {name: cell.strip() for name, cell in zip(names, line, strict=False) if name}
        for line in lines[1:]
    ]


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        HEADINGS[str(key).lower()]: value
        for key, value in row.items()
        if str(key).lower() in HEADINGS
    }
