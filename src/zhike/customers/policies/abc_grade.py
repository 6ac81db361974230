"""B2B 客户分级: A, B, C on company size, standing in the trade and years of cooperation."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from zhike.customers.policies.facts import GradeFacts, Number, literal, shown
from zhike.customers.policies.tiers import Entitlement, GradedParams
from zhike.kernel.policies import N_, Decision, Policy, Problem, Reason, Say

Size = Literal["large", "medium", "small", "micro"]
Position = Literal["leader", "strong", "ordinary"]
CLASSES = {"a": "A 级", "b": "B 级", "c": "C 级"}


class AbcParams(GradedParams):
    """A: any of the sizes or standings. B: cooperation over some years. C: everybody else."""

    a_sizes: Annotated[tuple[Size, ...], Field(title=N_("A 级的企业规模"), max_length=4)] = (
        "large",
    )
    a_positions: Annotated[
        tuple[Position, ...], Field(title=N_("A 级的行业地位"), max_length=3)
    ] = ("leader",)
    b_years: Annotated[Number, Field(title=N_("B 级的合作年限（年）"), ge=0, le=200)] = Decimal(5)
    b_years_inclusive: Annotated[bool, Field(title=N_("B 级含该年限"))] = False
    a: Annotated[Entitlement, Field(title=N_("A 级服务标准"))] = Entitlement(
        service="定制化服务", response_minutes=120, contact_days=14, named_contact=True
    )
    b: Annotated[Entitlement, Field(title=N_("B 级服务标准"))] = Entitlement(
        service="优惠政策", response_minutes=480, contact_days=30, discount=Decimal(5)
    )
    c: Annotated[Entitlement, Field(title=N_("C 级服务标准"))] = Entitlement(service="基础服务")

    def codes(self) -> list[str]:
        """Return a, b, c."""
        return list(CLASSES)

    def label(self, code: str) -> str:
        """Return A 级, B 级 or C 级."""
        return CLASSES.get(code, code)

    def entitlements(self) -> dict[str, Entitlement]:
        """Return the entitlement of each class."""
        return {"a": self.a, "b": self.b, "c": self.c}

    def problems(self) -> list[Problem]:
        """Return a fault where nobody could reach A."""
        if not self.a_sizes and not self.a_positions:
            return [Problem("a_sizes", N_("A 级至少需要一个条件"))]
        return []


class AbcGradePolicy(Policy[GradeFacts, AbcParams]):
    """The highest class whose condition holds; the explanation shows all that hold (SEG-027)."""

    id: ClassVar[str] = "customers.abc_grade"
    title = N_("B2B 客户分级标准")
    source = "SEG-023…027"
    subject = "customers.customer"
    icon = "medal"
    Facts = GradeFacts
    Params = AbcParams

    def decide(self, facts: GradeFacts, params: AbcParams) -> Decision:
        """Return a, b or c with each condition and whether it holds."""
        lines = list(self._conditions(facts, params))
        met = [code for code, line in lines if line.holds]
        code = min(met, default="c")
        reasons = [line for _code, line in lines]
        if len(set(met)) > 1:
            names = "、".join(CLASSES[one] for one in sorted(set(met)))
            text = N_("同时符合 {names}，取最高的 {best}")
            reasons.append(
                Reason(text, True, CLASSES[code], {"names": names, "best": CLASSES[code]})
            )
        if code == "c":
            reasons.append(Reason(N_("C 级：新客户和中小型客户"), True))
        return Decision(code, tuple(reasons))

    def _conditions(self, facts: GradeFacts, params: AbcParams) -> Iterator[tuple[str, Reason]]:
        yield "a", Reason(N_("A 级：大型客户"), facts.size in params.a_sizes, shown(facts.size))
        leads = facts.position in params.a_positions
        yield "a", Reason(N_("A 级：行业龙头"), leads, shown(facts.position))
        years, limit = facts.cooperation_years, params.b_years
        holds = years >= limit if params.b_years_inclusive else years > limit
        args = {"sign": "≥" if params.b_years_inclusive else ">", "limit": shown(limit)}
        yield "b", Reason(N_("B 级：合作年限 {sign} {limit} 年"), holds, shown(years), args)

    def sql(self, params: AbcParams) -> str:
        """Return the outcome of ``decide`` as SQL over the facts' columns."""
        tests = []
        for column, words in (("size", params.a_sizes), ("position", params.a_positions)):
            if words:
                tests.append(f"{column} IN ({', '.join(literal(word) for word in words)})")
        sign = ">=" if params.b_years_inclusive else ">"
        years = f"cooperation_years {sign} {literal(params.b_years)}"
        return f"CASE WHEN {' OR '.join(tests)} THEN 'a' WHEN {years} THEN 'b' ELSE 'c' END"

    def describe(self, params: AbcParams, say: Say = str) -> str:
        """Return the standard in words."""
        reached = N_(
            "A 级：大型客户或行业龙头，{a}；B 级：合作年限达到 {years} 年，{b}；C 级：新客户和中小型客户，{c}"
        )
        passed = N_(
            "A 级：大型客户或行业龙头，{a}；B 级：合作年限超过 {years} 年，{b}；C 级：新客户和中小型客户，{c}"
        )
        return say(reached if params.b_years_inclusive else passed).format(
            a=say(params.a.service), b=say(params.b.service), c=say(params.c.service),
            years=shown(params.b_years),
        )  # fmt: skip
