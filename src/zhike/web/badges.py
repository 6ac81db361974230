"""Small marks in rows and headers, made in Python because lists show them by the hundred."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from zhike.web import graphics, monogram

GRADES: dict[str, str | Promise] = {
    "vip": "VIP",
    "gold": _("金卡"),
    "silver": _("银卡"),
    "bronze": _("铜卡"),
    "standard": _("普通"),
}
LIFECYCLE: dict[str, str | Promise] = {
    "prospect": _("潜在"),
    "interested": _("意向"),
    "customer": _("成交"),
    "loyal": _("忠诚"),
    "lost": _("流失"),
}
SEVERITIES: dict[str, tuple[str | Promise, str]] = {
    "normal": (_("一般"), ""),
    "serious": (_("严重"), "zhu"),
    "critical": (_("非常严重"), "solid"),
}


def grade(code: str | None, size: str = "", text: str = "") -> SafeString:
    """Grade badge.

    Args:
        code: ``vip``, ``gold``, ``silver``, ``bronze`` or ``standard`` in any case; empty gives
            nothing.
        size: ``lg`` in headers.
        text: another label than the usual one, where the rule book names its grades otherwise.
    """
    if not code:
        return SafeString("")
    key = str(code).lower()
    large = " zk-grade-lg" if size == "lg" else ""
    return format_html(
        '<span class="zk-grade zk-grade-{}{}">{}</span>', key, large, text or GRADES.get(key, code)
    )


def life(code: str | None, text: str = "") -> SafeString:
    """Life-cycle dot with its word.

    The code is ``prospect``, ``interested``, ``customer``, ``loyal`` or ``lost``.
    """
    if not code:
        return SafeString("")
    key = str(code).lower()
    return format_html(
        '<span class="zk-life zk-life-{}">{}</span>', key, text or LIFECYCLE.get(key, code)
    )


def severity(code: str, text: str = "") -> SafeString:
    """Severity of a complaint: ``normal``, ``serious`` or ``critical``."""
    label, tone = SEVERITIES.get(code, (code, ""))
    return tag(text or label, tone, css="zk-tag-sm")


def tag(text: object, tone: str = "", icon: str = "", css: str = "") -> SafeString:
    """A tag; tone: ``dai``, ``zq``, ``hu``, ``zhu``, ``dian``, ``zi``, ``solid``, ``outline``."""
    classes = " ".join(part for part in ("zk-tag", f"zk-tag-{tone}" if tone else "", css) if part)
    mark = graphics.icon(icon) if icon else ""
    return format_html('<span class="{}">{}{}</span>', classes, mark, text)


@lru_cache(maxsize=4_096)  # the same colleagues stand on every page
def avatar(key: object, name: str, size: str = "") -> SafeString:
    """A person's circle; size is ``md`` (28 px) or ``lg`` (36 px), else 22 px."""
    letters = monogram.person_monogram(name, 2 if size else 1)
    large = f" zk-av-{escape(size)}" if size else ""
    return SafeString(
        f'<span class="zk-av{large} zk-tint-{monogram.tint(key)}" title="{escape(str(name))}"'
        f' aria-hidden="true">{escape(letters)}</span>'
    )


def company(key: object, name: str, size: str = "") -> SafeString:
    """A company's square with its telling character: ``md`` 28 px, ``lg`` 44 px, else 22 px."""
    large = f" zk-co-{escape(size)}" if size else ""
    return SafeString(
        f'<span class="zk-co{large} zk-tint-{monogram.tint(key)}" aria-hidden="true">'
        f"{escape(monogram.company_monogram(name))}</span>"
    )


def rule(title: str, url: str = "") -> SafeString:
    """The management rule that something follows from; a link where there is an address."""
    mark = graphics.icon("gavel")
    if url:
        return format_html(
            '<a class="zk-rule" href="{}">{}<span class="zk-trunc">{}</span></a>', url, mark, title
        )
    return format_html(
        '<span class="zk-rule">{}<span class="zk-trunc">{}</span></span>', mark, title
    )
