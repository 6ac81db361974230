"""Two bars for each class, now and then, as geometry for a server-rendered SVG."""

import math
from collections.abc import Mapping
from typing import Any

WIDTH, HEIGHT = 436, 240
LEFT, TOP, BOTTOM = 40, 18, 24
BAR, GAP = 24, 4


def bars(
    before: Mapping[str, int], after: Mapping[str, int], labels: Mapping[str, str]
) -> dict[str, Any]:
    """Return the chart's numbers; the order is that of ``labels``."""
    codes = list(labels)
    top = _ceiling(max([*before.values(), *after.values(), 1]))
    height = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT) / max(1, len(codes))
    bar = min(BAR, slot / 3)

    def rect(x: float, value: int) -> dict[str, Any]:
        tall = value / top * height
        y = TOP + height - tall
        return {
            "x": f"{x:.1f}", "y": f"{y:.1f}", "height": f"{max(tall, 0.5):.1f}", "value": value,
            "middle": f"{x + bar / 2:.1f}", "text_y": f"{y - 4:.1f}",
        }  # fmt: skip

    groups = []
    for index, code in enumerate(codes):
        centre = LEFT + slot * (index + 0.5)
        groups.append(
            {
                "label": labels[code],
                "centre": f"{centre:.1f}",
                "now": rect(centre - bar - GAP / 2, before.get(code, 0)),
                "then": rect(centre + GAP / 2, after.get(code, 0)),
            }
        )
    lines = [
        {"y": f"{TOP + height * (1 - i / 3):.1f}",
         "text_y": f"{TOP + height * (1 - i / 3) + 4:.1f}",
         "value": round(top * i / 3)}
        for i in range(4)
    ]  # fmt: skip
    return {"groups": groups, "lines": lines, "width": WIDTH, "height": HEIGHT, "bar": f"{bar:.1f}",
            "left": LEFT, "base": HEIGHT - 6}  # fmt: skip


def _ceiling(value: int) -> int:
    """Return a round number, divisible by three, at or above the value."""
    step: int = 10 ** max(0, math.floor(math.log10(value)) - 1)
    return math.ceil(value * 1.04 / (3 * step)) * 3 * step
