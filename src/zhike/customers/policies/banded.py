"""The general form of a grading standard (SEG-028): dimensions, a figure, tiers, exceptions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar, cast

from pydantic import Field

from zhike.customers.policies import scorecard
from zhike.customers.policies import tiers as bands
from zhike.customers.policies.facts import (
    ALLOWED_TEXT,
    SOURCES,
    TEXT_SOURCES,
    GradeFacts,
    Number,
    NumberSource,
    Part,
    Source,
    literal,
    shown,
)
from zhike.customers.policies.scorecard import Dimension
from zhike.customers.policies.tiers import Code, Entitlement, GradedParams, Tier
from zhike.kernel.policies import N_, Decision, Policy, Problem, Reason, Say


class Exceptional(Part):
    """A customer for whom this holds is graded at least, at most or exactly so; later ones win."""

    source: Source
    operator: Literal["ge", "le", "is"]
    value: Number | None = None
    word: str = ""
    effect: Literal["at_least", "at_most", "exactly"]
    tier: Code
    why: Annotated[str, Field(min_length=1, max_length=80)]

    def holds(self, facts: GradeFacts) -> bool:
        """Tell whether the customer is such a one."""
        found = getattr(facts, self.source)
        if self.operator == "is":
            return bool(found == (self.word if self.source in TEXT_SOURCES else self.value))
        limit = self.value or Decimal(0)
        return bool(found >= limit if self.operator == "ge" else found <= limit)

    def test(self) -> str:
        """Return ``holds`` as SQL."""
        sign = {"ge": ">=", "le": "<=", "is": "="}[self.operator]
        wanted = self.word if self.source in TEXT_SOURCES else self.value or Decimal(0)
        return f"{self.source} {sign} {literal(wanted)}"

    def apply(self, place: int, target: int) -> int:
        """Return the place (0 = best) after this exception."""
        if self.effect == "exactly":
            return target
        return min(place, target) if self.effect == "at_least" else max(place, target)

    def sql(self, place: str, target: int) -> str:
        """Return ``apply`` under ``test`` as SQL; places count from 1 there."""
        hit = f"CASE WHEN {self.test()} THEN {target + 1} END"
        if self.effect == "at_least":
            return f"LEAST({place}, {hit})"
        return (
            f"GREATEST({place}, {hit})" if self.effect == "at_most" else f"COALESCE({hit}, {place})"
        )


class BandedParams(GradedParams):
    """Dimensions, the figure that the tiers measure, tiers from best to last, exceptions.

    ``basis`` is a data source or ``total``, the weighted score over the dimensions. ``currency``
    labels the money of the figures (ISO 4217); nothing is converted.
    """

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    basis: Literal[NumberSource, "total"] = "annual_spend"
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=10)] = ()
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=12)]
    exceptions: Annotated[tuple[Exceptional, ...], Field(max_length=20)] = ()

    def codes(self) -> list[str]:
        """Return the codes of the tiers, best first."""
        return [tier.code for tier in self.tiers]

    def label(self, code: str) -> str:
        """Return the name of a tier."""
        return next((tier.name for tier in self.tiers if tier.code == code), code)

    def entitlements(self) -> dict[str, Entitlement]:
        """Return the entitlement of each tier."""
        return {tier.code: tier.entitlement for tier in self.tiers}

    def problems(self) -> list[Problem]:
        """Return every fault across the parameters."""
        found = [*scorecard.problems(self.dimensions)]
        found += bands.problems(self.tiers, {d.key for d in self.dimensions})
        if self.basis == "total" and not self.dimensions:
            found.append(Problem("dimensions", N_("按总分分级时至少需要一个维度")))
        return found + list(self._exceptions())

    def _exceptions(self) -> Iterator[Problem]:
        for i, rule in enumerate(self.exceptions):
            path = f"exceptions.{i}"
            if rule.tier not in self.codes():
                yield Problem(f"{path}.tier", N_("没有“{tier}”这个级别"), {"tier": rule.tier})
            if rule.source in TEXT_SOURCES:
                if rule.operator != "is" or rule.word not in ALLOWED_TEXT[rule.source]:
                    yield Problem(f"{path}.word", N_("没有“{word}”这个取值"), {"word": rule.word})
            elif rule.value is None:
                yield Problem(f"{path}.value", N_("必填"))


P = TypeVar("P", bound=BandedParams)


class BandedPolicy(Policy[GradeFacts, P], Generic[P]):
    """Walks the tiers from the best; the first that is earned in full is the grade.

    Earned are its lower bound, its minimum scores and its conditions. A figure above a tier's
    band whose better tier failed on a condition therefore falls to the next tier, never out of
    the standard. Exceptions come last.
    """

    Facts = GradeFacts
    subject = "customers.customer"
    icon = "medal"

    def figure(self, facts: GradeFacts, params: P) -> Decimal:
        """Return the number that the bands measure."""
        if params.basis == "total":
            return scorecard.total(params.dimensions, facts)
        return Decimal(getattr(facts, params.basis))

    def scores(self, facts: GradeFacts, params: P) -> dict[str, Decimal]:
        """Return the score of each dimension and, under ``total``, the weighted one."""
        found = {d.key: d.score(facts) for d in params.dimensions}
        return {**found, "total": scorecard.total(params.dimensions, facts)} if found else {}

    def decide(self, facts: GradeFacts, params: P) -> Decision:
        """Return the code of the grade with its reasons.

        First those that carry it and the exceptions that applied, then what better tiers lack.
        """
        carried: list[Reason] = []
        lacking: list[Reason] = []
        place = len(params.tiers) - 1
        for i, tier in enumerate(params.tiers):
            lines = list(self._conditions(tier, facts, params))
            if all(line.holds for line in lines):
                place, carried = i, lines
                break
            lacking += [line for line in lines if not line.holds]
        exceptional: list[Reason] = []
        for rule in params.exceptions:
            if rule.holds(facts):
                place = rule.apply(place, params.codes().index(rule.tier))
                exceptional.append(self._exception(rule, facts, params))
        code = params.tiers[place].code
        return Decision(code, (*carried, *exceptional, *lacking))

    def _conditions(self, tier: Tier, facts: GradeFacts, params: P) -> Iterator[Reason]:
        figure = self.figure(facts, params)
        names = {"tier": tier.name}
        if tier.lower is not None:
            args = {**names, "sign": tier.sign, "limit": shown(tier.lower)}
            text = _BASIS_TEXT.get(params.basis, N_("{tier}：分级指标 {sign} {limit}"))
            yield Reason(text, tier.reached(figure), shown(figure), args)
        elif tier.upper is not None:
            args = {**names, "limit": shown(tier.upper)}
            yield Reason(N_("{tier}：未达到更高级别（上限 {limit}）"), True, shown(figure), args)
        for dimension in params.dimensions:
            if dimension.key in tier.minimum:
                least, score = tier.minimum[dimension.key], dimension.score(facts)
                args = {**names, "name": dimension.name, "limit": shown(least)}
                yield Reason(N_("{tier}：{name}得分 ≥ {limit}"), score >= least, shown(score), args)
        if tier.max_overdue_days is not None:
            args = {**names, "days": str(tier.max_overdue_days)}
            holds = facts.overdue_days <= tier.max_overdue_days
            text = N_("{tier}：无逾期超 {days} 天应收")
            yield Reason(text, holds, shown(facts.overdue_days), args)

    def _exception(self, rule: Exceptional, facts: GradeFacts, params: P) -> Reason:
        texts = {
            "at_least": N_("例外“{why}”：至少为{tier}"),
            "at_most": N_("例外“{why}”：至多为{tier}"),
            "exactly": N_("例外“{why}”：定为{tier}"),
        }
        args = {"why": rule.why, "tier": params.label(rule.tier)}
        return Reason(texts[rule.effect], True, shown(getattr(facts, rule.source)), args)

    def sql(self, params: P) -> str:
        """Return the outcome of ``decide`` as SQL over the facts' columns."""
        scored = params.basis == "total"
        figure = scorecard.total_sql(params.dimensions) if scored else params.basis
        whens = []
        for number, tier in enumerate(params.tiers[:-1], 1):
            tests = list(self._tests(tier, figure, params)) or ["TRUE"]
            whens.append(f"WHEN {' AND '.join(tests)} THEN {number}")
        last = str(len(params.tiers))
        place = f"(CASE {' '.join(whens)} ELSE {last} END)" if whens else last
        for rule in params.exceptions:
            place = rule.sql(place, params.codes().index(rule.tier))
        codes = ", ".join(literal(code) for code in params.codes())
        return f"(ARRAY[{codes}])[{place}]"

    def _tests(self, tier: Tier, figure: str, params: P) -> Iterator[str]:
        if tier.lower is not None:
            yield f"{figure} {'>=' if tier.lower_inclusive else '>'} {literal(tier.lower)}"
        for dimension in params.dimensions:
            if dimension.key in tier.minimum:
                yield f"{dimension.sql()} >= {literal(tier.minimum[dimension.key])}"
        if tier.max_overdue_days is not None:
            yield f"overdue_days <= {tier.max_overdue_days}"

    def describe(self, params: P, say: Say = str) -> str:
        """Return the standard in words, one clause for each tier."""
        what = say(N_("总分") if params.basis == "total" else SOURCES[params.basis])
        clauses = []
        for tier in params.tiers:
            bounds = []
            if tier.lower is not None:
                bounds.append(f"{tier.sign} {shown(tier.lower)}")
            if tier.upper is not None:
                bounds.append(f"{'≤' if tier.upper_inclusive else '<'} {shown(tier.upper)}")
            clauses.append(
                say(N_("{tier}：{what} {bounds}，{service}")).format(
                    tier=say(tier.name), what=what, bounds=say(N_(" 且 ")).join(bounds),
                    service=say(tier.entitlement.service),
                )
            )  # fmt: skip
        return say(N_("；")).join(clauses)


_BASIS_TEXT: dict[str, str] = {
    "annual_spend": N_("{tier}：近 12 月消费 {sign} {limit}"),
    "total": N_("{tier}：综合得分 {sign} {limit}"),
    "orders": N_("{tier}：近 12 月订单数 {sign} {limit}"),
}


def whole(items: "list[dict[str, object]]") -> tuple[Dimension, ...]:
    """Return dimensions from plain values, for the defaults that ship."""
    return cast("tuple[Dimension, ...]", tuple(Dimension.model_validate(item) for item in items))
