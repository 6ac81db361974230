"""Limits on reading masked values in clear."""

from typing import ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class RevealParams(Params):
    """How many values a person may reveal in a day."""

    free_a_day: int = Field(default=20, ge=0, le=10_000)
    most_a_day: int = Field(default=200, ge=1, le=100_000)

    def problems(self) -> list[Problem]:
        """Refuse a limit below the free number."""
        if self.free_a_day > self.most_a_day:
            return [Problem("free_a_day", N_("免说明次数不能超过每日上限"))]
        return []


class RevealFacts(Facts):
    """How many values the person revealed today, and whether he says what for."""

    today: int
    purpose_given: bool


class RevealRules(Policy[RevealFacts, RevealParams]):
    """When a masked value is shown in clear; every time is audited."""

    id: ClassVar[str] = "trust.reveal_rules"
    title: ClassVar[str] = N_("查看明文规则")
    statement: ClassVar[str] = N_(
        "每人每日查看明文 {free_a_day} 次以内免说明用途；"
        "超过须填写用途并通知主管；达到 {most_a_day} 次停止并通知安全管理员。"
    )
    owner_role: ClassVar[str] = "security_administrator"
    source: ClassVar[str] = "GB/T 35273-2020 7.1, 7.2"
    icon: ClassVar[str] = "eye"
    Facts = RevealFacts
    Params = RevealParams

    def decide(self, facts: RevealFacts, params: RevealParams) -> Decision:
        """Return ``show``, ``ask`` (a purpose is missing), ``show_and_tell`` or ``stop``."""
        reasons = (
            Reason(
                N_("今日查看明文少于 {n} 次"),
                facts.today < params.most_a_day,
                str(facts.today),
                {"n": params.most_a_day},
            ),
            Reason(
                N_("今日查看明文少于 {n} 次，免说明用途"),
                facts.today < params.free_a_day,
                str(facts.today),
                {"n": params.free_a_day},
            ),
            Reason(N_("已填写用途"), facts.purpose_given),
        )
        if facts.today >= params.most_a_day:
            return Decision("stop", reasons)
        if facts.today < params.free_a_day:
            return Decision("show", reasons)
        return Decision("show_and_tell" if facts.purpose_given else "ask", reasons)
