"""How a relation with a new customer begins (LOY-016)."""

from typing import Annotated, Literal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class StepRule(Params):
    """One step: its code, its words, and the days from the start."""

    code: str
    title: Annotated[str, Field(title=N_("步骤名称"))]
    days: int = Field(title=N_("第几天"), ge=0, le=730)


class EstablishingFacts(Facts):
    """What has just happened: ``created`` (a customer was entered) or ``ordered``."""

    happened: str
    first_order: bool = False
    started: bool = False


class EstablishingParams(Params):
    """``starts``: what begins the checklist; ``steps``: in their order."""

    starts: Annotated[Literal["created", "first_order", "by_hand"], Field(title=N_("清单起点"))] = (
        "first_order"
    )
    steps: Annotated[tuple[StepRule, ...], Field(title=N_("建立关系的步骤"))] = (
        StepRule(code="welcome", title=N_("欢迎致意"), days=1),
        StepRule(code="team", title=N_("介绍服务团队"), days=3),
        StepRule(code="first_visit", title=N_("首次拜访"), days=14),
        StepRule(code="expectations", title=N_("确认双方期望"), days=21),
        StepRule(code="review_30", title=N_("30 天回顾"), days=30),
        StepRule(code="review_60", title=N_("60 天回顾"), days=60),
        StepRule(code="review_90", title=N_("90 天回顾"), days=90),
    )

    def problems(self) -> list[Problem]:
        """Refuse an empty list and a code that stands twice."""
        codes = [one.code for one in self.steps]
        if not codes:
            return [Problem("steps", N_("至少需要一个步骤"))]
        return [
            Problem(f"steps.{n}.code", N_("代码重复：{name}"), {"name": code})
            for n, code in enumerate(codes)
            if not code or len(code) > 32 or code in codes[:n]
        ]


class Establishing(Policy[EstablishingFacts, EstablishingParams]):
    """A new customer is welcomed, introduced, visited, asked, and reviewed three times."""

    id = "loyalty.establishing"
    title = N_("客户关系建立清单")
    statement = N_(
        "新客户按清单建立关系：欢迎、介绍团队、首次拜访、确认期望，30、60、90 天各回顾一次。"
    )
    source = "LOY-016"
    subject = "customers.customer"
    icon = "list-check"
    Facts, Params = EstablishingFacts, EstablishingParams

    def decide(self, facts: EstablishingFacts, params: EstablishingParams) -> Decision:
        """Return ``start`` or ``wait``."""
        due = (
            facts.happened == "created"
            if params.starts == "created"
            else params.starts == "first_order"
            and facts.happened == "ordered"
            and facts.first_order
        )
        reasons = (
            Reason(N_("发生了制度规定的起点"), due, params.starts),
            Reason(N_("清单尚未开始"), not facts.started),
        )
        return Decision("start" if all(one.holds for one in reasons) else "wait", reasons)
