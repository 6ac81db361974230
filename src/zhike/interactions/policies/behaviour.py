"""Which behaviour of contacts may be kept, and for how long (DAT-008)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason

AHEAD_MINUTES = 10  # between two clocks


class BehaviourFacts(Facts):
    """An event that another system reports.

    Attributes:
        kind: page_view, download, open or form; minutes_old: since it happened, negative = ahead;
        consented: the contact's consent to this purpose stood then and stands now.
    """

    kind: str
    minutes_old: float
    consented: bool


class BehaviourParams(Params):
    """What is kept and until when."""

    kinds: tuple[str, ...] = Field(
        default=("page_view", "download", "open", "form"),
        title=N_("记录的行为"),
        json_schema_extra={"offers": "behaviours"},
    )
    retention_days: int = Field(default=180, ge=1, le=1095, title=N_("保存（天）"))
    late_days: int = Field(default=30, ge=0, le=365, title=N_("补报期限（天）"))


class BehaviourRule(Policy[BehaviourFacts, BehaviourParams]):
    """Only with consent, only recent, only for a time."""

    id = "interactions.behaviour_record"
    title = N_("浏览与互动行为记录")
    statement = N_(
        "只记录已同意“行为分析”的联系人的浏览与互动行为；发生超过 {late_days} 天的不再接收；"
        "保存 {retention_days} 天，到期或撤回同意后删除。"
    )
    owner_role = "crm_supervisor"
    source = "DAT-008; 个人信息保护法第十三条、第十九条"
    subject = "interactions.behaviour"
    icon = "activity"
    Facts = BehaviourFacts
    Params = BehaviourParams

    def decide(self, facts: BehaviourFacts, params: BehaviourParams) -> Decision:
        """Return whether the event is kept."""
        days = min(params.late_days, params.retention_days)
        reasons = (
            Reason(N_("联系人已同意行为分析且未撤回"), facts.consented),
            Reason(N_("这类行为在记录范围内"), facts.kind in params.kinds, facts.kind),
            Reason(
                N_("发生在最近 {days} 天内，且不晚于现在"),
                -AHEAD_MINUTES <= facts.minutes_old <= days * 24 * 60, "", {"days": days},
            ),
        )  # fmt: skip
        return Decision(all(one.holds for one in reasons), reasons)
