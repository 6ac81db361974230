"""What counts as the effect of a contact, and as keeping a plan (COM-012, COM-014)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class EffectFacts(Facts):
    """Days from a contact of ours to what followed; None = nothing followed."""

    reply_after: float | None = None
    progress_after: float | None = None
    order_after: float | None = None


class EffectParams(Params):
    """Days within which something counts as following from a contact."""

    reply_days: int = Field(default=7, ge=1, le=90, title=N_("回应（天内）"))
    progress_days: int = Field(default=30, ge=1, le=365, title=N_("进展（天内）"))
    order_days: int = Field(default=30, ge=1, le=365, title=N_("订单（天内）"))
    plan_days: int = Field(default=3, ge=0, le=30, title=N_("计划前后（天内）算按计划完成"))


class EffectWindow(Policy[EffectFacts, EffectParams]):
    """What follows soon enough is the contact's effect."""

    id = "interactions.contact_effect"
    title = N_("沟通效果口径")
    statement = N_(
        "主动沟通后 {reply_days} 天内客户来访或回复计为有回应，{progress_days} 天内生命周期前进计为有进展，"
        "{order_days} 天内下单计为带来订单；在计划时间前后 {plan_days} 天内完成计为按计划完成。"
    )
    owner_role = "crm_supervisor"
    source = "COM-012, COM-014; 客户沟通效果评估"
    subject = "interactions.interaction"
    icon = "chart-bar"
    Facts = EffectFacts
    Params = EffectParams

    def decide(self, facts: EffectFacts, params: EffectParams) -> Decision:
        """Return ``{"replied", "progressed", "ordered"}``."""
        parts = (
            ("replied", facts.reply_after, params.reply_days, N_("{days} 天内有回应")),
            ("progressed", facts.progress_after, params.progress_days, N_("{days} 天内有进展")),
            ("ordered", facts.order_after, params.order_days, N_("{days} 天内有订单")),
        )
        outcome, reasons = {}, []
        for name, after, days, text in parts:
            holds = after is not None and 0 <= after <= days
            outcome[name] = holds
            reasons.append(
                Reason(text, holds, "" if after is None else f"{after:g}", {"days": days})
            )
        return Decision(outcome, tuple(reasons))
