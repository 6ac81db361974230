"""价值分类 (SEG-010): a weighted formula over figures, cut into high, medium and low."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Problem, Reason
from zhike.segments.policies.facts import (
    SOURCES,
    ClassFacts,
    Number,
    NumberSource,
    Part,
    Share,
    shown,
)
from zhike.segments.policies.scheme import ClassName, Scheme, SchemeParams

PLACES = Decimal("0.0001")


class Term(Part):
    """One summand: full ``weight`` from the figure ``full`` on, in proportion below it."""

    source: NumberSource = Field(title=N_("数据"), json_schema_extra={"choices": {**SOURCES}})
    full: Annotated[Number, Field(gt=0)] = Field(title=N_("满分值"))
    weight: Share = Field(title=N_("权重（%）"))

    def points(self, facts: ClassFacts) -> Decimal:
        """Return 0…weight, to four decimals."""
        found = Decimal(getattr(facts, self.source))
        part = min(max(found, Decimal(0)), self.full) * self.weight / self.full
        return part.quantize(PLACES, ROUND_HALF_UP)

    def sql(self) -> str:
        """Return the points over the columns of the facts."""
        full, weight = format(self.full, "f"), format(self.weight, "f")
        return f"round(LEAST(GREATEST({self.source}::numeric, 0), {full}) * {weight} / {full}, 4)"


class ValueParams(SchemeParams):
    """The formula and its two cuts."""

    classes: Annotated[
        tuple[ClassName, ...], Field(min_length=3, max_length=3, title=N_("类别"))
    ] = (
        ClassName(code="high", name=N_("高价值")),
        ClassName(code="medium", name=N_("中价值")),
        ClassName(code="low", name=N_("低价值")),
    )
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=8, title=N_("价值公式"))] = (
        Term(source="annual_spend", full=Decimal(1_000_000), weight=Decimal(60)),
        Term(source="orders", full=Decimal(12), weight=Decimal(20)),
        Term(source="cooperation_years", full=Decimal(5), weight=Decimal(20)),
    )
    high_from: Share = Field(default=Decimal(60), title=N_("高价值下限（分）"))
    medium_from: Share = Field(default=Decimal(25), title=N_("中价值下限（分）"))

    def problems(self) -> list[Problem]:
        """Return weights that do not add up and cuts in the wrong order."""
        found = super().problems()
        total = sum(term.weight for term in self.terms)
        if total != 100:
            args = {"sum": format(Decimal(total).normalize(), "f")}
            found.append(Problem("terms", N_("权重应合计 100%，当前 {sum}%"), args))
        if self.medium_from >= self.high_from:
            found.append(Problem("medium_from", N_("应低于高价值下限")))
        return found


class ValueScheme(Scheme[ValueParams]):
    """High, medium or low by the sum of the terms."""

    id = "segments.value"
    title = N_("价值分类")
    statement = N_(
        "按公式计 0–100 分：{high_from} 分及以上为高价值，{medium_from} 分及以上为中价值，其余为低价值。"
    )
    source = "SEG-010"
    icon = "award"
    Params = ValueParams

    def score(self, facts: ClassFacts, params: ValueParams) -> Decimal:
        """Return 0…100."""
        return sum((term.points(facts) for term in params.terms), Decimal(0))

    def decide(self, facts: ClassFacts, params: ValueParams) -> Decision:
        """Return the class with the points of each term and the cut that decided."""
        total = self.score(facts, params)
        high, medium, low = params.codes()
        code = high if total >= params.high_from else medium if total >= params.medium_from else low
        lines = [
            Reason(
                N_("{name}：满 {full} 得 {weight} 分"), term.points(facts) > 0,
                f"{shown(Decimal(getattr(facts, term.source)))} → {shown(term.points(facts))}",
                {"name": SOURCES[term.source], "full": shown(term.full), "weight": shown(term.weight)},
            )
            for term in params.terms
        ]  # fmt: skip
        for one, limit in ((high, params.high_from), (medium, params.medium_from)):
            args = {"label": params.label(one), "limit": shown(limit)}
            lines.append(Reason(N_("{label}：总分 ≥ {limit}"), total >= limit, shown(total), args))
        return Decision(code, tuple(lines))

    def sql(self, params: ValueParams) -> str:
        """Return the cuts over the sum."""
        total = " + ".join(term.sql() for term in params.terms)
        high, medium, low = params.codes()
        return (
            f"CASE WHEN {total} >= {params.high_from} THEN '{high}'"
            f" WHEN {total} >= {params.medium_from} THEN '{medium}' ELSE '{low}' END"
        )

    def fitting(self, facts: ClassFacts, params: ValueParams) -> list[str]:
        """Return the one class: cuts of one figure exclude each other."""
        return [str(self.decide(facts, params).outcome)]

    def fitting_sql(self, params: ValueParams) -> str:  # noqa: ARG002
        """Return 1."""
        return "1"

    def sources(self, params: ValueParams) -> Sequence[str]:
        """Return the figures of the formula."""
        return [term.source for term in params.terms]
