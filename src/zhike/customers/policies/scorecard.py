"""Weighted dimensions (SEG-015): data source, scale and weight for each, a score of 0 to 100."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from zhike.customers.policies.facts import (
    ALLOWED_TEXT,
    TEXT_SOURCES,
    GradeFacts,
    Number,
    Part,
    Score,
    Source,
    literal,
)
from zhike.kernel.policies import N_, Problem

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


class Step(Part):
    """From this value on (inclusive) the item earns these points."""

    at_least: Number
    points: Score


class Item(Part):
    """One data source with its weight inside the dimension and its scale.

    Numbers have ``steps`` (the last one reached counts, none reached gives 0); words such as the
    company size have ``words``: word -> points, 0 for any other.
    """

    source: Source
    weight: Score
    steps: Annotated[tuple[Step, ...], Field(max_length=20)] = ()
    words: dict[str, Score] = {}

    def points(self, facts: GradeFacts) -> Decimal:
        """Return the points of a customer."""
        value = getattr(facts, self.source)
        if self.source in TEXT_SOURCES:
            return self.words.get(value, Decimal(0))
        earned = Decimal(0)
        for step in self.steps:
            if value >= step.at_least:
                earned = step.points
        return earned

    def sql(self) -> str:
        """Return ``points`` as SQL over the facts' columns."""
        if self.source in TEXT_SOURCES:
            pairs = [(f"{self.source} = {literal(w)}", p) for w, p in self.words.items()]
        else:
            steps = reversed(self.steps)
            pairs = [(f"{self.source} >= {literal(s.at_least)}", s.points) for s in steps]
        whens = " ".join(f"WHEN {test} THEN {literal(points)}" for test, points in pairs)
        return f"(CASE {whens} ELSE 0 END)" if whens else "0"

    def problems(self, path: str) -> Iterator[Problem]:
        """Yield faults of the scale."""
        if self.source in TEXT_SOURCES:
            if self.steps or not self.words:
                yield Problem(f"{path}.words", N_("文字类数据来源应按取值给分"))
            for word in self.words:
                if word not in ALLOWED_TEXT[self.source]:
                    yield Problem(
                        f"{path}.words.{word}", N_("没有“{word}”这个取值"), {"word": word}
                    )
            return
        if self.words or not self.steps:
            yield Problem(f"{path}.steps", N_("数字类数据来源应按档位给分，至少一档"))
        for number, (one, two) in enumerate(pairwise(self.steps), 1):
            if two.at_least <= one.at_least:
                yield Problem(f"{path}.steps.{number}.at_least", N_("档位应由低到高且不重复"))


class Dimension(Part):
    """Value, loyalty, potential, or an own one."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    name: Annotated[str, Field(min_length=1, max_length=20)]
    weight: Score
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=10)]

    def score(self, facts: GradeFacts) -> Decimal:
        """Return the score, 0 to 100 with two decimals."""
        raw = sum((i.weight * i.points(facts) for i in self.items), Decimal(0)) / HUNDRED
        return raw.quantize(CENT, ROUND_HALF_UP)

    def sql(self) -> str:
        """Return ``score`` as SQL over the facts' columns."""
        parts = " + ".join(f"{literal(i.weight)} * {i.sql()}" for i in self.items)
        return f"round(({parts}) / 100.0, 2)"


def total(dimensions: Sequence[Dimension], facts: GradeFacts) -> Decimal:
    """Return the weighted score over all dimensions, 0 to 100 with two decimals."""
    raw = sum((d.weight * d.score(facts) for d in dimensions), Decimal(0)) / HUNDRED
    return raw.quantize(CENT, ROUND_HALF_UP)


def total_sql(dimensions: Sequence[Dimension]) -> str:
    """Return ``total`` as SQL over the facts' columns."""
    parts = " + ".join(f"{literal(d.weight)} * {d.sql()}" for d in dimensions)
    return f"round(({parts}) / 100.0, 2)"


def problems(dimensions: Sequence[Dimension]) -> Iterator[Problem]:
    """Yield faults across dimensions: weights that do not make 100 %, names used twice."""
    whole = sum((d.weight for d in dimensions), Decimal(0))
    if dimensions and whole != HUNDRED:
        yield Problem("dimensions", N_("各维度权重合计应为 100%，现为 {sum}%"), {"sum": whole})
    seen: set[str] = set()
    for i, dimension in enumerate(dimensions):
        path = f"dimensions.{i}"
        if dimension.key in seen:
            yield Problem(f"{path}.key", N_("维度“{key}”重复"), {"key": dimension.key})
        seen.add(dimension.key)
        inside = sum((item.weight for item in dimension.items), Decimal(0))
        if inside != HUNDRED:
            message = N_("“{name}”各数据来源权重合计应为 100%，现为 {sum}%")
            yield Problem(f"{path}.items", message, {"name": dimension.name, "sum": inside})
        for j, item in enumerate(dimension.items):
            yield from item.problems(f"{path}.items.{j}")
