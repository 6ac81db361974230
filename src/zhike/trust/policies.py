"""Limits on reading masked values in clear."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from zhike.kernel.actor import LEVELS, OPEN_LEVELS
from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class RevealParams(Params):
    """How many values a person may reveal in a day."""

    free_a_day: int = Field(title=N_("每日免说明次数"), default=20, ge=0, le=10_000)
    most_a_day: int = Field(title=N_("每日上限（次）"), default=200, ge=1, le=100_000)

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


CLEARED = {
    "confidential": ("crm_owner", "marketing_director", "crm_supervisor"),
    "secret": ("crm_owner",),
}


Codes = Annotated[tuple[str, ...], Field(json_schema_extra={"offers": "roles"})]


class ConfidentialityParams(Params):
    """Roles that pass each level, door by door; public and internal are open to everybody.

    Attributes:
        view, export, print: level -> codes of the roles; owner_sees: owners and account teams see
        their own customers at any level (never: export or print them).
    """

    view: Mapping[str, Codes] = Field(title=N_("可以查看的角色"), default=CLEARED)
    export: Mapping[str, Codes] = Field(title=N_("可以导出的角色"), default=CLEARED)
    print: Mapping[str, Codes] = Field(title=N_("可以打印的角色"), default=CLEARED)
    owner_sees: Annotated[bool, Field(title=N_("负责人与团队可见本人的客户"))] = True

    def problems(self) -> list[Problem]:
        """Refuse unknown levels, and a role that may take out what it may not see."""
        found = []
        for door in ("view", "export", "print"):
            for level, codes in getattr(self, door).items():
                if level not in LEVELS or level in OPEN_LEVELS:
                    text = N_("应为 confidential 或 secret，当前是 {level}")
                    found.append(Problem(f"{door}.{level}", text, {"level": level}))
                unseen = sorted(set(codes) - set(self.view.get(level, ())))
                if unseen:
                    text = N_("这些角色不能查看此级别：{roles}")
                    found.append(Problem(f"{door}.{level}", text, {"roles": "、".join(unseen)}))
        return found

    def levels(self, door: str, roles: set[str]) -> frozenset[str]:
        """Return the levels that a person in these roles passes at a door."""
        named = getattr(self, door)
        return OPEN_LEVELS | {level for level, codes in named.items() if roles & set(codes)}


class ConfidentialityFacts(Facts):
    """A record's level, the door, the reader's roles, and whether the record is his own."""

    level: str
    door: str
    roles: tuple[str, ...] = ()
    own: bool = False


class Confidentiality(Policy[ConfidentialityFacts, ConfidentialityParams]):
    """Who passes which level of confidentiality at which door (DAT-028)."""

    id: ClassVar[str] = "trust.confidentiality"
    title: ClassVar[str] = N_("客户信息保密")
    statement: ClassVar[str] = N_(
        "客户信息分公开、内部、秘密、机密四级。公开与内部按角色授权使用；"
        "秘密与机密只有指定角色可以查看、导出、打印，负责人与协作团队可以查看本人的客户。"
    )
    owner_role: ClassVar[str] = "security_administrator"
    source: ClassVar[str] = "DAT-028"
    subject: ClassVar[str] = "customers.customer"
    icon: ClassVar[str] = "lock"
    Facts = ConfidentialityFacts
    Params = ConfidentialityParams

    def decide(self, facts: ConfidentialityFacts, params: ConfidentialityParams) -> Decision:
        """Return ``pass`` or ``withhold``."""
        cleared = facts.level in params.levels(facts.door, set(facts.roles))
        own = facts.own and params.owner_sees and facts.door == "view"
        reasons = (
            Reason(N_("角色可以通过此保密级别"), cleared, facts.level),
            Reason(N_("是本人负责或协作的客户，且只是查看"), own, facts.door),
        )
        return Decision("pass" if cleared or own else "withhold", reasons)
