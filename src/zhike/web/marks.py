"""Marks in running text, for templates and for HTML made in Python: moments and mentions."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from zhike.web import formats


def when(moment: datetime | None) -> SafeString:
    """A past moment as ``<time>``: relative text, the full stamp on hover."""
    if moment is None:
        return format_html('<span class="zk-none">{}</span>', formats.NONE)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        formats.stamp(moment),
        formats.ago(moment),
    )


def words(text: str, names: Sequence[str] = ()) -> SafeString:
    """What a person wrote, escaped, with the mentioned colleagues marked."""
    wanted = sorted({name for name in names if name}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    found = re.split("([@＠](?:" + "|".join(map(re.escape, wanted)) + "))", text)
    return format_html_join(
        "", "{}",
        ((format_html('<span class="zk-mention">{}</span>', part) if index % 2 else part,)
         for index, part in enumerate(found)),
    )  # fmt: skip
