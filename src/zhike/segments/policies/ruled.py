"""Schemes of rules in order: the first rule that holds gives the class (SEG-011, 012, 014)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Problem, Reason, Say
from zhike.segments.policies.facts import ClassFacts, Part, Test, literal
from zhike.segments.policies.scheme import ClassName, Scheme, SchemeParams


class Rule(Part):
    """All conditions together give the class."""

    outcome: Annotated[str, Field(max_length=20)] = Field(title=N_("归入"))
    conditions: Annotated[tuple[Test, ...], Field(min_length=1, max_length=8)] = Field(
        title=N_("条件（同时满足）")
    )

    def holds(self, facts: ClassFacts) -> bool:
        """Tell whether all conditions hold."""
        return all(test.holds(facts) for test in self.conditions)

    def sql(self) -> str:
        """Return the conditions over the columns of the facts."""
        return " AND ".join(test.sql() for test in self.conditions)


class RuledParams(SchemeParams):
    """Rules from first to last, and the class of whoever meets none ("" = no class)."""

    rules: Annotated[
        tuple[Rule, ...], Field(min_length=1, max_length=24, title=N_("规则（按先后）"))
    ]
    otherwise: Annotated[str, Field(max_length=20)] = Field(default="", title=N_("其余客户归入"))

    def problems(self) -> list[Problem]:
        """Return unknown classes, classes that nobody can reach, and faulty conditions."""
        found = super().problems()
        known = set(self.codes())
        for place, rule in enumerate(self.rules):
            if rule.outcome not in known:
                found.append(Problem(f"rules.{place}.outcome", N_("没有这个类别：{name}"),
                                     {"name": rule.outcome}))  # fmt: skip
            for number, test in enumerate(rule.conditions):
                found += test.problems(f"rules.{place}.conditions.{number}")
        if self.otherwise and self.otherwise not in known:
            args = {"name": self.otherwise}
            found.append(Problem("otherwise", N_("没有这个类别：{name}"), args))
        reached = {rule.outcome for rule in self.rules} | {self.otherwise}
        for place, one in enumerate(self.classes):
            if one.code not in reached:
                args = {"name": one.name}
                found.append(Problem(f"classes.{place}", N_("没有规则通往“{name}”"), args))
        return found


class RuledScheme(Scheme[RuledParams]):
    """Decides by the rules; the explanation shows each rule up to the one that held."""

    Params = RuledParams

    def decide(self, facts: ClassFacts, params: RuledParams) -> Decision:
        """Return the class, first the reasons that carried it, then what better rules lacked."""
        lacking: list[Reason] = []
        for rule in params.rules:
            label = params.label(rule.outcome)
            lines = [test.reason(label, facts) for test in rule.conditions]
            if rule.holds(facts):
                return Decision(rule.outcome, (*lines, *lacking))
            lacking += [line for line in lines if not line.holds]
        name = params.label(params.otherwise) if params.otherwise else N_("不归类")
        rest = Reason(N_("其余客户：{name}"), holds=True, args={"name": name})
        return Decision(params.otherwise, (rest, *lacking))

    def sql(self, params: RuledParams) -> str:
        """Return the rules as one CASE."""
        whens = " ".join(f"WHEN {rule.sql()} THEN {literal(rule.outcome)}" for rule in params.rules)
        return f"CASE {whens} ELSE {literal(params.otherwise)} END"

    def fitting(self, facts: ClassFacts, params: RuledParams) -> list[str]:
        """Return every class that one of its rules gives."""
        held = {rule.outcome for rule in params.rules if rule.holds(facts)}
        return [code for code in params.codes() if code in held]

    def fitting_sql(self, params: RuledParams) -> str:
        """Return how many classes fit."""
        parts = []
        for code in params.codes():
            tests = [f"({rule.sql()})" for rule in params.rules if rule.outcome == code]
            if tests:
                parts.append(f"CASE WHEN {' OR '.join(tests)} THEN 1 ELSE 0 END")
        return f"({' + '.join(parts)})"

    def sources(self, params: RuledParams) -> Sequence[str]:
        """Return the facts of all conditions."""
        found = [test.source for rule in params.rules for test in rule.conditions]
        return list(dict.fromkeys(found))

    def describe(self, params: RuledParams, say: Say = str) -> str:
        """Return the rules in words."""
        parts = [
            say(N_("{name}：{rule}")).format(
                name=say(params.label(rule.outcome)),
                rule=say(N_(" 且 ")).join(test.words(say) for test in rule.conditions),
            )
            for rule in params.rules
        ]
        rest = say(params.label(params.otherwise) if params.otherwise else N_("不归类"))
        return say(N_("；")).join([*parts, say(N_("其余：{name}")).format(name=rest)])


def _rule(outcome: str, *tests: tuple[str, str, int]) -> Rule:
    conditions = [{"source": s, "operator": o, "value": v} for s, o, v in tests]
    return Rule.model_validate({"outcome": outcome, "conditions": conditions})


def _classes(*pairs: tuple[str, str]) -> tuple[ClassName, ...]:
    return tuple(ClassName(code=code, name=name) for code, name in pairs)


class GrowthParams(RuledParams):
    """New, growing, mature, declining; who never bought has no class."""

    classes: Annotated[tuple[ClassName, ...], Field(min_length=2, max_length=12, title=N_("类别"))] = (
        _classes(("new", N_("新客户")), ("growing", N_("成长期")), ("mature", N_("成熟期")),
                 ("declining", N_("衰退期")))
    )  # fmt: skip
    rules: Annotated[
        tuple[Rule, ...], Field(min_length=1, max_length=24, title=N_("规则（按先后）"))
    ] = (
        _rule("declining", ("orders_ever", "ge", 1), ("days_since_order", "gt", 270)),
        _rule("new", ("days_since_first_order", "le", 365), ("days_since_order", "le", 270)),
        _rule(
            "declining",
            ("prior_spend", "gt", 0),
            ("growth", "lt", -30),
            ("days_since_order", "le", 270),
            ("days_since_first_order", "gt", 365),
        ),
        _rule(
            "growing",
            ("prior_spend", "gt", 0),
            ("growth", "ge", 20),
            ("days_since_order", "le", 270),
            ("days_since_first_order", "gt", 365),
        ),
        _rule(
            "growing",
            ("prior_spend", "le", 0),
            ("days_since_order", "le", 270),
            ("days_since_first_order", "gt", 365),
        ),
        _rule(
            "mature",
            ("prior_spend", "gt", 0),
            ("growth", "ge", -30),
            ("growth", "lt", 20),
            ("days_since_order", "le", 270),
            ("days_since_first_order", "gt", 365),
        ),
    )


class GrowthScheme(RuledScheme):
    """SEG-011."""

    id: ClassVar[str] = "segments.growth"
    title = N_("生命周期分类")
    source = "SEG-011"
    icon = "trending-up"
    Params = GrowthParams


class ResourceParams(RuledParams):
    """Core, target, potential, lost with the reference mix 20/40/30/10 (SEG-013)."""

    classes: Annotated[
        tuple[ClassName, ...], Field(min_length=2, max_length=12, title=N_("类别"))
    ] = (
        ClassName(code="core", name=N_("核心客户"), share=Decimal(20)),
        ClassName(code="target", name=N_("目标客户"), share=Decimal(40)),
        ClassName(code="potential", name=N_("潜在客户"), share=Decimal(30)),
        ClassName(code="lost", name=N_("流失客户"), share=Decimal(10)),
    )
    rules: Annotated[
        tuple[Rule, ...], Field(min_length=1, max_length=24, title=N_("规则（按先后）"))
    ] = (
        _rule("lost", ("orders_ever", "ge", 1), ("days_since_order", "gt", 365)),
        _rule("core", ("annual_spend", "ge", 500_000), ("days_since_order", "le", 365)),
        _rule("target", ("annual_spend", "lt", 500_000), ("days_since_order", "le", 365)),
        _rule(
            "target",
            ("orders_ever", "lt", 1),
            ("purchase_volume", "ge", 1_000_000),
            ("days_since_contact", "le", 90),
        ),
    )
    otherwise: Annotated[str, Field(max_length=20)] = Field(
        default="potential", title=N_("其余客户归入")
    )
    alert_points: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = (
        Field(default=Decimal(10), title=N_("偏离提醒（百分点）"),
              description=N_("实际占比偏离基准超过此值时提醒；不填则不提醒"))
    )  # fmt: skip


class ResourceScheme(RuledScheme):
    """SEG-012, SEG-013."""

    id: ClassVar[str] = "segments.resource"
    title = N_("资源分类")
    source = "SEG-012, SEG-013"
    icon = "chart-pie"
    Params = ResourceParams


class RelationshipParams(RuledParams):
    """Loyal, closed, intending, potential."""

    classes: Annotated[tuple[ClassName, ...], Field(min_length=2, max_length=12, title=N_("类别"))] = (
        _classes(("loyal", N_("忠诚客户")), ("closed", N_("成交客户")), ("intending", N_("意向客户")),
                 ("potential", N_("潜在客户")))
    )  # fmt: skip
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=24, title=N_("规则（按先后）"))] = (
        _rule("loyal", ("cooperation_years", "ge", 2), ("orders", "ge", 4),
              ("days_since_order", "le", 180)),
        _rule("intending", ("orders_ever", "lt", 1), ("days_since_contact", "le", 180)),
        _rule("potential", ("orders_ever", "lt", 1), ("days_since_contact", "gt", 180)),
    )  # fmt: skip
    otherwise: Annotated[str, Field(max_length=20)] = Field(
        default="closed", title=N_("其余客户归入")
    )


class RelationshipScheme(RuledScheme):
    """SEG-014; ``Customer.lifecycle`` stays what a colleague says (docs/decisions/0011)."""

    id: ClassVar[str] = "segments.relationship"
    title = N_("关系分类")
    source = "SEG-014"
    icon = "heart-handshake"
    Params = RelationshipParams
