"""客户生命周期模型 (SEG-036): identify, develop, mature, churn, each with entry and exit rules.

A customer stays in its stage until one of the exit conditions holds; then it goes to the first
stage, in the order of the parameters, whose entry conditions all hold.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Problem, Reason, Say
from zhike.segments.policies.facts import ClassFacts, Part, Test, literal
from zhike.segments.policies.scheme import ClassName, Scheme, SchemeParams, TestLimits

ENTERING = N_("进入{label}：{name} {sign} {limit}")
LEAVING = N_("退出{label}：{name} {sign} {limit}")
Tests = Annotated[tuple[Test, ...], Field(max_length=8)]


class Stage(Part):
    """The rules of one stage. Without entry conditions everybody may enter."""

    code: Annotated[str, Field(max_length=20)] = Field(title=N_("阶段"))
    entry: Tests = Field(default=(), title=N_("进入（同时满足）"))
    exit: Tests = Field(default=(), title=N_("退出（满足其一）"))

    def enters(self, facts: ClassFacts) -> bool:
        """Tell whether all entry conditions hold."""
        return all(test.holds(facts) for test in self.entry)

    def leaves(self, facts: ClassFacts) -> bool:
        """Tell whether one of the exit conditions holds."""
        return any(test.holds(facts) for test in self.exit)

    def entry_sql(self) -> str:
        """Return the entry conditions over the columns of the facts."""
        return " AND ".join(test.sql() for test in self.entry) or "TRUE"

    def exit_sql(self) -> str:
        """Return the exit conditions over the columns of the facts."""
        return " OR ".join(test.sql() for test in self.exit) or "FALSE"


def _tests(*tests: tuple[str, str, int]) -> tuple[Test, ...]:
    return tuple(Test.model_validate({"source": s, "operator": o, "value": v}) for s, o, v in tests)


class LifecycleParams(SchemeParams):
    """The stages as the customer runs through them, and their rules in order of trial."""

    classes: Annotated[
        tuple[ClassName, ...], Field(min_length=2, max_length=8, title=N_("类别"))
    ] = (
        ClassName(code="identify", name=N_("识别")),
        ClassName(code="develop", name=N_("发展")),
        ClassName(code="mature", name=N_("成熟")),
        ClassName(code="churn", name=N_("流失")),
    )
    stages: Annotated[tuple[Stage, ...], Field(min_length=2, max_length=8, title=N_("进出规则（按先后）"))] = (
        Stage(
            code="churn",
            entry=_tests(("orders_ever", "ge", 1), ("days_since_order", "gt", 365)),
            exit=_tests(("days_since_order", "le", 90)),
        ),
        Stage(
            code="mature",
            entry=_tests(
                ("orders", "ge", 6), ("cooperation_years", "ge", 1), ("days_since_order", "le", 180)
            ),
            exit=_tests(("orders", "lt", 3), ("days_since_order", "gt", 270)),
        ),
        Stage(
            code="develop",
            entry=_tests(("orders_ever", "ge", 1), ("days_since_order", "le", 365)),
            exit=_tests(("days_since_order", "gt", 365), ("orders", "ge", 6)),
        ),
        Stage(code="identify", entry=(), exit=_tests(("orders_ever", "ge", 1))),
    )  # fmt: skip
    tests: TestLimits = Field(
        # The entries nest on purpose: the order of the stages decides between them.
        default=TestLimits(most_overlap=Decimal(100)),
        title=N_("五项检验的界限"),
    )
    recent_days: Annotated[int, Field(ge=30, le=730)] = Field(
        default=90, title=N_("迁移统计期（天）")
    )
    partner_team: Annotated[int, Field(ge=1, le=20)] = Field(
        default=2, title=N_("伙伴关系：协作团队人数"),
        description=N_("成熟期客户由交易型转为伙伴型的标志之一"),
    )  # fmt: skip
    partner_years: Annotated[int, Field(ge=1, le=50)] = Field(
        default=3, title=N_("伙伴关系：合作年限")
    )

    def problems(self) -> list[Problem]:
        """Return unknown or missing stages, faulty conditions, and no way in for somebody."""
        found = super().problems()
        known, given = set(self.codes()), [stage.code for stage in self.stages]
        for place, stage in enumerate(self.stages):
            if stage.code not in known or stage.code in given[:place]:
                args = {"name": stage.code}
                found.append(
                    Problem(f"stages.{place}.code", N_("没有这个阶段或重复：{name}"), args)
                )
            for part in ("entry", "exit"):
                for number, test in enumerate(getattr(stage, part)):
                    found += test.problems(f"stages.{place}.{part}.{number}")
        if known - set(given):
            args = {"names": "、".join(self.label(code) for code in known - set(given))}
            found.append(Problem("stages", N_("缺少进出规则：{names}"), args))
        elif self.stages[-1].entry:
            found.append(Problem("stages", N_("最后一个阶段不应有进入条件，否则有客户无处可去")))
        return found


class LifecycleModel(Scheme[LifecycleParams]):
    """The stage of a customer, from the stage it holds and its facts."""

    id: ClassVar[str] = "segments.lifecycle_model"
    title = N_("客户生命周期模型")
    source = "SEG-036, SEG-041"
    icon = "route"
    Params = LifecycleParams

    def decide(self, facts: ClassFacts, params: LifecycleParams) -> Decision:
        """Return the stage: the one held, unless it is left; else the first that may be entered."""
        by_code = {stage.code: stage for stage in params.stages}
        held = by_code.get(facts.current)
        lines: list[Reason] = []
        if held:
            label = params.label(held.code)
            lines = [test.reason(label, facts, LEAVING) for test in held.exit]
            if not held.leaves(facts):
                stays = Reason(
                    N_("尚未满足退出条件，留在{label}"), holds=True, args={"label": label}
                )
                return Decision(held.code, (stays, *lines))
        for stage in params.stages:
            label = params.label(stage.code)
            entry = [test.reason(label, facts, ENTERING) for test in stage.entry]
            if stage.enters(facts):
                free = Reason(N_("{label}：其余客户"), holds=True, args={"label": label})
                return Decision(stage.code, (*(entry or [free]), *lines))
        return Decision("", tuple(lines))

    def sql(self, params: LifecycleParams) -> str:
        """Return ``decide`` over the columns of the facts, of which ``current`` is one."""
        stays = " ".join(
            f"WHEN current = {literal(s.code)} AND NOT ({s.exit_sql()}) THEN {literal(s.code)}"
            for s in params.stages
        )
        enters = " ".join(f"WHEN {s.entry_sql()} THEN {literal(s.code)}" for s in params.stages)
        return f"CASE {stays} {enters} ELSE '' END"

    def fitting(self, facts: ClassFacts, params: LifecycleParams) -> list[str]:
        """Return every stage that has entry conditions and whose conditions hold."""
        held = {s.code for s in params.stages if s.entry and s.enters(facts)}
        return [code for code in params.codes() if code in held]

    def fitting_sql(self, params: LifecycleParams) -> str:
        """Return how many stages fit."""
        parts = [f"CASE WHEN {s.entry_sql()} THEN 1 ELSE 0 END" for s in params.stages if s.entry]
        return f"({' + '.join(parts) or '0'})"

    def sources(self, params: LifecycleParams) -> Sequence[str]:
        """Return the facts of all conditions, and the stage held."""
        found = [t.source for s in params.stages for t in (*s.entry, *s.exit)]
        return list(dict.fromkeys([*found, "current"]))

    def describe(self, params: LifecycleParams, say: Say = str) -> str:
        """Return the rules in words."""
        parts = []
        for stage in params.stages:
            way_in = say(N_(" 且 ")).join(test.words(say) for test in stage.entry)
            way_out = say(N_(" 或 ")).join(test.words(say) for test in stage.exit)
            parts.append(
                say(N_("{name}：进入 {way_in}，退出 {way_out}")).format(
                    name=say(params.label(stage.code)),
                    way_in=way_in or say(N_("其余客户")), way_out=way_out or say(N_("不退出")),
                )
            )  # fmt: skip
        return say(N_("；")).join(parts)
