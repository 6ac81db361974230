"""Who may take a customer from the pool, and how many (SEG-044)."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason
from zhike.pool.policies.recycling import GRADES

Count = Annotated[int, Field(ge=0, le=100_000)]
MOST = 100_000


class ClaimingFacts(Facts):
    """The claimer's counts from the ledger, and the customer in the pool.

    ``holding`` counts owned customers that use capacity; ``waits_until`` is the moment before which
    this person may not claim it (previous owner, or new data).
    """

    grade: str
    holding: int
    claimed_today: int
    now: dt.datetime
    entered_at: dt.datetime
    is_previous_owner: bool = False
    is_new_data: bool = False


class ClaimingParams(Params):
    """Limits. None stands for no limit.

    ``capacity`` customers at a time, ``capacity_by_role`` for some roles; customers with an order
    in the last ``won_days`` and those of ``exempt_grades`` do not use capacity;
    ``daily_claims`` and ``daily_views`` by person; a previous owner waits
    ``previous_owner_days``; with ``gather_new`` customers without owner enter their pool by
    themselves; new data is shown ``new_data_hours`` before it can be claimed; the grades of
    ``approval_grades`` need a second person.
    """

    capacity: Annotated[int | None, Field(ge=0, le=MOST, title=N_("同时负责上限（家）"))] = 200
    capacity_by_role: Annotated[
        Mapping[str, Count],
        Field(title=N_("按角色的上限"), json_schema_extra={"offers": "roles"}),
    ] = {"sales_manager": 300}
    won_days: Annotated[int, Field(ge=0, le=3660, title=N_("成交多少天内不占名额"))] = 365
    exempt_grades: Annotated[
        tuple[str, ...], Field(title=N_("不占名额的分级"), json_schema_extra={"offers": "grades"})
    ] = ("vip",)
    daily_claims: Annotated[int | None, Field(ge=0, le=MOST, title=N_("每天领取上限"))] = 10
    daily_views: Annotated[int | None, Field(ge=0, le=MOST, title=N_("每天查看上限"))] = 50
    previous_owner_days: Annotated[int, Field(ge=0, le=3660, title=N_("前负责人等待（天）"))] = 30
    gather_new: Annotated[bool, Field(title=N_("无负责人的新客户自动进入公海"))] = False
    new_data_hours: Annotated[int, Field(ge=0, le=720, title=N_("新数据公示（小时）"))] = 2
    approval_grades: Annotated[
        tuple[str, ...], Field(title=N_("领取须审批的分级"), json_schema_extra={"offers": "grades"})
    ] = (
        "vip",
        "gold",
    )

    def problems(self) -> list[Problem]:
        """Return unknown grades."""
        return [
            Problem(name, N_("没有“{word}”这一项"), {"word": word})
            for name in ("exempt_grades", "approval_grades")
            for word in getattr(self, name)
            if word not in GRADES
        ]

    def capacity_of(self, roles: "set[str]") -> int | None:
        """Return the capacity of a person with these roles: the largest that one of them gives."""
        given = [self.capacity_by_role[role] for role in roles if role in self.capacity_by_role]
        return max(given) if given else self.capacity


class Claiming(Policy[ClaimingFacts, ClaimingParams]):
    """Claims from the pool have limits that claim, release and claim again do not evade."""

    id = "pool.claiming"
    title = N_("公海领取规则")
    statement = N_(
        "每人最多同时负责 {capacity} 家客户，每天最多领取 {daily_claims} 家、查看 {daily_views} 家；"
        "前负责人 {previous_owner_days} 天内不得再领，较高分级的客户须经审批。"
    )
    owner_role = "crm_supervisor"
    source = "SEG-044"
    subject = "customers.customer"
    icon = "recycle"
    Facts = ClaimingFacts
    Params = ClaimingParams

    def decide(self, facts: ClaimingFacts, params: ClaimingParams) -> Decision:
        """Return allow, ask (a second person approves) or refuse, with every condition."""
        return self.of(facts, params, params.capacity)

    def of(self, facts: ClaimingFacts, params: ClaimingParams, capacity: int | None) -> Decision:
        """Return the decision for a person whose own capacity is known."""
        lines = []
        if capacity is not None:
            room = facts.holding < capacity or facts.grade in params.exempt_grades
            text = N_("同时负责不超过 {limit} 家")
            lines.append(Reason(text, room, str(facts.holding), {"limit": capacity}))
        if params.daily_claims is not None:
            few = facts.claimed_today < params.daily_claims
            text = N_("每天领取不超过 {limit} 家")
            most = {"limit": params.daily_claims}
            lines.append(Reason(text, few, str(facts.claimed_today), most))
        if facts.is_previous_owner:
            until = facts.entered_at + dt.timedelta(days=params.previous_owner_days)
            text = N_("前负责人在 {until} 之前不得再领")
            args = {"until": f"{until:%Y-%m-%d}"}
            lines.append(Reason(text, facts.now >= until, "", args))
        if facts.is_new_data:
            until = facts.entered_at + dt.timedelta(hours=params.new_data_hours)
            text = N_("新数据公示到 {until} 后才能领取")
            args = {"until": f"{until:%m-%d %H:%M}"}
            lines.append(Reason(text, facts.now >= until, "", args))
        if not all(line.holds for line in lines):
            return Decision("refuse", tuple(lines))
        return Decision("ask" if facts.grade in params.approval_grades else "allow", tuple(lines))
