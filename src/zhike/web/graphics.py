"""Small server-rendered SVG figures (icon, sparkline, bar, ring): no script, no style attribute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zhike.web import bundle


@lru_cache(maxsize=2_048)  # a page shows the same few icons by the hundred
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """One icon of the sprite.

    Args:
        name: a name in assets/build/icons.txt.
        css: more classes, such as ``zk-i-sm zk-zhu``.
        label: accessible name; without one the icon is decoration.

    Raises:
        LookupError: there is no such icon.
    """
    known = bundle.icon_names()
    if known and name not in known:
        if settings.DEBUG:
            raise LookupError(
                f"No icon {name!r}: add its name to src/zhike/web/assets/build/icons.txt"
            )
        name = "point"  # a missing picture is no reason to refuse a page to somebody at work
    classes = f"zk-i {css}".rstrip()
    href = f"{bundle.address('generated/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>',
            classes,
            label,
            href,
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, href)


def sparkline(
    values: Sequence[float], width: int = 60, height: int = 20, tone: str = ""
) -> SafeString:
    """A trend line with an area and a dot at its end. Fewer than two values give nothing.

    Args:
        values: equally spaced figures, oldest first.
        width: in pixels.
        height: in pixels.
        tone: ``zq`` good, ``zhu`` bad, ``hu`` watch; empty for the accent.
    """
    numbers = [float(value) for value in values]
    if len(numbers) < 2:
        return SafeString("")
    low, high = min(numbers), max(numbers)
    step = (width - 4) / (len(numbers) - 1)
    span = (high - low) or 1
    points = [
        (
            1 + index * step,
            height - 2 - (value - low) / span * (height - 4) if high > low else height / 2,
        )
        for index, value in enumerate(numbers)
    ]
    line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end_x, end_y = points[-1]
    tone_class = f" zk-spark-{tone}" if tone else ""
    return mark_safe(  # noqa: S308 - only numbers and a fixed class reach the text
        f'<svg class="zk-spark{tone_class}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path d="{line} L{end_x:.1f} {height} L1 {height}Z" fill="currentColor" '
        f'opacity=".1"/>'
        f'<path d="{line}" fill="none" stroke="currentColor" stroke-width="1.4" '
        f'stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="1.9" fill="currentColor"/></svg>'
    )


def bar(
    share: float, tone: str = "", mark: float | None = None, css: str = "", label: str = ""
) -> SafeString:
    """A progress bar.

    Args:
        share: 0…1; more is cut off.
        tone: ``zhu``, ``hu``, ``zq`` or ``dian``; empty for the accent.
        mark: 0…1, a thin line such as the pace of the period.
        css: more classes, such as ``zk-bar-thin``.
        label: accessible name; without one the bar is decoration beside its figure.
    """
    width = max(0.0, min(1.0, float(share))) * 100
    classes = " ".join(part for part in ("zk-bar", f"zk-bar-{tone}" if tone else "", css) if part)
    access = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    pace = (
        format_html(
            '<rect class="zk-bar-mark" x="{}%" y="-3" width="1.5" height="11" rx="1"/>',
            f"{mark * 100:.1f}",
        )
        if mark is not None
        else ""
    )
    return format_html(
        '<svg class="{}" {}><rect class="zk-bar-track" width="100%" height="100%" rx="2.5"/>'
        '<rect class="zk-bar-value" width="{}%" height="100%" rx="2.5"/>{}</svg>',
        classes,
        access,
        f"{width:.1f}",
        pace,
    )


def ring(share: float, text: str, tone: str = "", size: int = 38, stroke: int = 4) -> SafeString:
    """A ring that is filled from the top, clockwise, with a short text inside."""
    radius = (size - stroke) / 2
    around = 2 * math.pi * radius
    centre = size / 2
    return format_html(
        '<svg class="zk-ring{}" width="{s}" height="{s}" viewBox="0 0 {s} {s}" role="img" '
        'aria-label="{t}">'
        '<circle class="zk-ring-track" cx="{c}" cy="{c}" r="{r}" stroke-width="{w}"/>'
        '<circle class="zk-ring-value" cx="{c}" cy="{c}" r="{r}" stroke-width="{w}" '
        'stroke-dasharray="{} {}" transform="rotate(-90 {c} {c})"/>'
        '<text x="50%" y="50%" dy=".35em">{t}</text></svg>',
        f" zk-ring-{tone}" if tone else "",
        f"{max(0.0, min(1.0, float(share))) * around:.1f}",
        f"{around:.1f}",
        s=size,
        c=f"{centre:g}",
        r=f"{radius:g}",
        w=stroke,
        t=text,
    )
