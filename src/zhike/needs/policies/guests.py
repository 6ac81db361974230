"""What a contact of a customer may do on the co-creation board, and for how long (NEED-013)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class GuestFacts(Facts):
    """What a contact is about to do: ``propose``, ``remark`` or ``vote``, and how often today."""

    step: str
    today: int


class GuestParams(Params):
    """Limits of the link; how the contact proves himself is the rule ``quality.outside``.

    Attributes:
        link_days: how long a link is good; session_hours: after which the digits are asked again;
        proposals, remarks, votes: of one contact in a day; per_hour: requests of one address.
    """

    link_days: int = Field(default=30, ge=1, le=365, title=N_("链接有效期（天）"))
    session_hours: int = Field(default=4, ge=1, le=72, title=N_("验证后免重验（小时）"))
    proposals: int = Field(default=5, ge=1, le=100, title=N_("每日提案上限"))
    remarks: int = Field(default=20, ge=1, le=500, title=N_("每日评论上限"))
    votes: int = Field(default=50, ge=1, le=500, title=N_("每日投票上限"))
    per_hour: int = Field(default=120, ge=10, le=5_000, title=N_("同一地址每小时请求上限"))


class GuestRules(Policy[GuestFacts, GuestParams]):
    """Customers take part by a link that ends, within limits, and are read before others see it."""

    id = "needs.guests"
    title = N_("客户参与共创")
    statement = N_(
        "客户联系人凭 {link_days} 天内有效、可随时收回的链接参与共创，每 {session_hours} 小时核对一次身份；"
        "每人每日至多提案 {proposals} 项、评论 {remarks} 条、投票 {votes} 次；提案与评论经审核后才对其他客户公开。"
    )
    owner_role = "crm_supervisor"
    source = "NEED-013; 客户共创平台"
    subject = "needs.idea"
    icon = "bulb"
    Facts = GuestFacts
    Params = GuestParams

    def decide(self, facts: GuestFacts, params: GuestParams) -> Decision:
        """Return ``allow`` or ``wait`` (the day's number is used up)."""
        most = {"propose": params.proposals, "remark": params.remarks, "vote": params.votes}
        within = facts.today < most.get(facts.step, 0)
        reason = Reason(
            N_("当日次数少于 {most}"), within, str(facts.today), {"most": most.get(facts.step, 0)}
        )
        return Decision("allow" if within else "wait", (reason,))
