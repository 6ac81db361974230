"""The chart of importance against satisfaction as an SVG from the server; colours by class only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH, HEIGHT, EDGE = 560, 400, 44
LOWEST, HIGHEST = 1.0, 10.0
TONES = {"improve": "zk-zhu", "keep": "zk-zq", "watch": "zk-muted", "overdone": "zk-hu"}


@dataclass(frozen=True)
class Point:
    """One theme: its place in the table, satisfaction and importance 1…10, how many customers."""

    place: int
    title: str
    satisfaction: float
    importance: float
    customers: int
    quadrant: str


def quadrant(points: Sequence[Point], divide_at: float) -> SafeString:
    """Return the chart; each point carries its number of the table and its title as a tooltip."""
    middle_x, middle_y = _x(divide_at), _y(divide_at)
    dots = format_html_join(
        "",
        '<g class="{}"><title>{}</title><circle cx="{}" cy="{}" r="{}" fill="currentColor" '
        'fill-opacity=".16" stroke="currentColor"/><text x="{}" y="{}" text-anchor="middle" '
        'dominant-baseline="central" font-size="11" fill="currentColor">{}</text></g>',
        (
            (
                TONES[one.quadrant],
                f"{one.place} {one.title}（{one.importance:.1f} / {one.satisfaction:.1f}）",
                f"{_x(one.satisfaction):.1f}", f"{_y(one.importance):.1f}",
                f"{9 + min(one.customers, 9):d}",
                f"{_x(one.satisfaction):.1f}", f"{_y(one.importance):.1f}", one.place,
            )
            for one in points
        ),
    )  # fmt: skip
    right, bottom = WIDTH - 12, HEIGHT - EDGE
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="100%" role="img" aria-label="{label}">'
        '<g class="zk-muted"><rect x="{e}" y="12" width="{pw}" height="{ph}" rx="8" fill="none" '
        'stroke="currentColor" stroke-opacity=".4"/>'
        '<path d="M{mx} 12V{b}M{e} {my}H{r}" stroke="currentColor" stroke-opacity=".4" '
        'stroke-dasharray="4 4"/>'
        '<text x="{l}" y="30" font-size="12" fill="currentColor">{improve}</text>'
        '<text x="{rt}" y="30" font-size="12" fill="currentColor" text-anchor="end">{keep}</text>'
        '<text x="{l}" y="{lb}" font-size="12" fill="currentColor">{watch}</text>'
        '<text x="{rt}" y="{lb}" font-size="12" fill="currentColor" text-anchor="end">'
        "{overdone}</text>"
        '<text x="{cx}" y="{ax}" font-size="12" fill="currentColor" text-anchor="middle">{sx}</text>'
        '<text x="16" y="{cy}" font-size="12" fill="currentColor" text-anchor="middle" '
        'transform="rotate(-90 16 {cy})">{sy}</text></g>{dots}</svg>',
        w=WIDTH, h=HEIGHT, e=EDGE, pw=right - EDGE, ph=bottom - 12, b=bottom, r=right,
        mx=f"{middle_x:.1f}", my=f"{middle_y:.1f}", l=EDGE + 10, rt=right - 10, lb=bottom - 10,
        cx=(EDGE + right) // 2, ax=HEIGHT - 14, cy=(12 + bottom) // 2, dots=dots,
        label=_("重要度与满意度象限图，数字为下表中的名次"), improve=_("优先改进"),
        keep=_("继续保持"), watch=_("持续观察"), overdone=_("适当收缩"),
        sx=_("现状满意度 →"), sy=_("重要度 →"),
    )  # fmt: skip


def _x(value: float) -> float:
    share = (min(max(value, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return EDGE + 22 + share * (WIDTH - 12 - EDGE - 44)


def _y(value: float) -> float:
    share = (min(max(value, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return HEIGHT - EDGE - 22 - share * (HEIGHT - EDGE - 12 - 44)
