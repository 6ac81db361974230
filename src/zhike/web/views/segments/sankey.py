"""A readable Sankey as geometry: stages at the period's start on the left, at its end on the right.

Drawn by the server as SVG: no script, and every ribbon has its words in the table beside it.
"""

from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 760, 340
LEFT, RIGHT, NODE = 96, 96, 14
TOP, GAP, LEAST = 14, 14, 3.0
TONES = ("dian", "zq", "dai", "zhu", "hu", "zi", "dian", "zq")


@dataclass
class _Side:
    """One column of nodes: where each begins and how far it is filled by ribbons."""

    y: dict[str, float]
    filled: dict[str, float]


def picture(model: Any) -> dict[str, Any]:
    """Return nodes and ribbons of a lifecycle model; the unmoved are ribbons too."""
    codes = [stage.code for stage in model.stages]
    before = {stage.code: stage.before for stage in model.stages}
    after = {stage.code: stage.members for stage in model.stages}
    moves = {(f.before, f.after): f.customers for f in model.flows if f.before and f.after}
    stayed = {
        c: max(before[c] - sum(n for (a, _b), n in moves.items() if a == c), 0) for c in codes
    }
    ribbons = {**{(c, c): n for c, n in stayed.items() if n}, **moves}
    left_sum = {
        c: max(before[c], sum(n for (a, _b), n in ribbons.items() if a == c)) for c in codes
    }
    right_sum = {
        c: max(after[c], sum(n for (_a, b), n in ribbons.items() if b == c)) for c in codes
    }
    most = max(sum(left_sum.values()), sum(right_sum.values()), 1)
    scale = (HEIGHT - 2 * TOP - GAP * (len(codes) - 1)) / most
    left, right = _side(codes, left_sum, scale), _side(codes, right_sum, scale)
    tones = {code: TONES[place % len(TONES)] for place, code in enumerate(codes)}
    names = {stage.code: stage.label for stage in model.stages}
    drawn = []
    for (a, b), n in sorted(
        ribbons.items(), key=lambda r: (codes.index(r[0][0]), codes.index(r[0][1]))
    ):
        tall = n * scale
        y1, y2 = left.filled[a], right.filled[b]
        left.filled[a] += tall
        right.filled[b] += tall
        drawn.append(
            {"d": _ribbon(y1, y2, max(tall, LEAST if a != b else 0.5)), "tone": tones[a],
             "moved": a != b, "title": f"{names[a]} → {names[b]}", "n": n}
        )  # fmt: skip
    drawn.sort(key=lambda ribbon: ribbon["moved"])
    return {
        "width": WIDTH, "height": HEIGHT, "ribbons": drawn,
        "nodes": [
            *(_node(c, names[c], before[c], left.y[c], left_sum[c] * scale, tones[c], left=True)
              for c in codes),
            *(_node(c, names[c], after[c], right.y[c], right_sum[c] * scale, tones[c], left=False)
              for c in codes),
        ],
    }  # fmt: skip


def _side(codes: list[str], sums: dict[str, int], scale: float) -> _Side:
    y, place = {}, float(TOP)
    for code in codes:
        y[code] = place
        place += sums[code] * scale + GAP
    return _Side(y, dict(y))


def _node(
    code: str, name: str, value: int, y: float, tall: float, tone: str, *, left: bool
) -> dict[str, Any]:
    x = LEFT - NODE if left else WIDTH - RIGHT
    return {
        "code": code, "name": name, "value": value, "x": f"{x}", "y": f"{y:.1f}",
        "height": f"{max(tall, 2):.1f}", "width": NODE, "tone": tone,
        "text_x": x - 8 if left else x + NODE + 8, "anchor": "end" if left else "start",
        "text_y": f"{y + max(tall, 2) / 2 - 2:.1f}", "value_y": f"{y + max(tall, 2) / 2 + 13:.1f}",
    }  # fmt: skip


def _ribbon(y1: float, y2: float, tall: float) -> str:
    x1, x2 = LEFT, WIDTH - RIGHT
    middle = (x1 + x2) / 2
    return (
        f"M{x1} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2} {y2:.1f}"
        f"V{y2 + tall:.1f}C{middle:.0f} {y2 + tall:.1f} {middle:.0f} {y1 + tall:.1f}"
        f" {x1} {y1 + tall:.1f}Z"
    )
