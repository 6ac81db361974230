"""Who counts as lost, and how we try to win them back (LOY-021)."""

from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason


class LostFacts(Facts):
    """A customer's stage, and the days since its last order; None = it never ordered."""

    lifecycle: str
    quiet_days: int | None = None


class WinBackParams(Params):
    """``quiet_days``: without an order for so long; ``contact_days``: days of the contacts."""

    quiet_days: int = Field(title=N_("未下单视为流失（天）"), default=365, ge=30, le=3650)
    contact_days: Annotated[tuple[int, ...], Field(title=N_("挽回联系的日子（天）"))] = (1, 7, 21)

    def problems(self) -> list[Problem]:
        """Refuse contacts that are not in order."""
        days = self.contact_days
        if not days or sorted(set(days)) != list(days) or days[0] < 0 or days[-1] > 365:
            return [Problem("contact_days", N_("联系日应从小到大、互不相同，在 0 到 365 之间"))]
        return []


class WinBackRule(Policy[LostFacts, WinBackParams]):
    """Lost is who is marked so, or has not ordered for long after ordering once."""

    id = "loyalty.win_back"
    title = N_("流失客户挽回")
    statement = N_("生命周期为流失，或曾下单而 {quiet_days} 天未再下单的客户列入挽回名单。")
    source = "LOY-021"
    subject = "customers.customer"
    icon = "refresh"
    Facts, Params = LostFacts, WinBackParams

    def decide(self, facts: LostFacts, params: WinBackParams) -> Decision:
        """Return ``lost``, ``quiet`` or None."""
        marked = facts.lifecycle == "lost"
        quiet = facts.quiet_days is not None and facts.quiet_days >= params.quiet_days
        found = "" if facts.quiet_days is None else str(facts.quiet_days)
        reasons = (
            Reason(N_("生命周期为流失"), marked, facts.lifecycle),
            Reason(
                N_("已 {days} 天未下单"), quiet, found, {"days": params.quiet_days},
            ),
        )  # fmt: skip
        return Decision("lost" if marked else "quiet" if quiet else None, reasons)
