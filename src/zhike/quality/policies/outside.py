"""What people outside may do: correct their own data by a link, and fill in public forms."""

from typing import ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class OutsideParams(Params):
    """Limits of links and public pages.

    Attributes:
        link_hours: how long a link is good; digits: how many last digits of the telephone prove
        that it is he; attempts: wrong digits before the link dies; form_seconds: a form that is
        sent faster was not filled in by a person; form_hours: and one older than this is no longer
        taken; per_hour: requests that one address may send in an hour.
    """

    link_hours: int = Field(title=N_("链接有效（小时）"), default=72, ge=1, le=720)
    digits: int = Field(title=N_("核对电话末几位"), default=4, ge=4, le=8)
    attempts: int = Field(title=N_("答错作废（次）"), default=5, ge=1, le=10)
    form_seconds: int = Field(title=N_("填写最短（秒）"), default=3, ge=0, le=60)
    form_hours: int = Field(title=N_("填写最长（小时）"), default=12, ge=1, le=72)
    per_hour: int = Field(title=N_("同一地址每小时上限（次）"), default=20, ge=1, le=1_000)


class OutsideFacts(Facts):
    """A public form as it arrives.

    Attributes:
        trap: whether the field that people do not see was filled; seconds: since the page was
        shown, None where its stamp is missing or forged; sum_right: the sum, None = not asked;
        consented: whether the consent was given.
    """

    trap: bool
    seconds: float | None
    sum_right: bool | None = None
    consented: bool = True


class OutsideRules(Policy[OutsideFacts, OutsideParams]):
    """When something from a public page is taken for a person's (DAT-005, DAT-029)."""

    id: ClassVar[str] = "quality.outside"
    title: ClassVar[str] = N_("自助更新与在线表单")
    statement: ClassVar[str] = N_(
        "自助更新链接 {link_hours} 小时内有效、只能使用一次，须核对电话末 {digits} 位，答错 {attempts} 次作废；"
        "在线表单填写不足 {form_seconds} 秒或超过 {form_hours} 小时不予受理，同一地址每小时最多 {per_hour} 次。"
    )
    source: ClassVar[str] = "DAT-005, DAT-029"
    icon: ClassVar[str] = "shield-check"
    Facts = OutsideFacts
    Params = OutsideParams

    def decide(self, facts: OutsideFacts, params: OutsideParams) -> Decision:
        """Return ``take``, ``ask`` (tell what to mend) or ``spam``."""
        seconds = facts.seconds
        waited = seconds is not None and seconds >= params.form_seconds
        fresh = seconds is not None and seconds <= params.form_hours * 3600
        sum_right = facts.sum_right is not False
        reasons = (
            Reason(N_("没有填写隐藏栏"), not facts.trap),
            Reason(
                N_("填写不少于 {n} 秒"), waited, f"{seconds or 0:.0f}", {"n": params.form_seconds}
            ),
            Reason(N_("页面在 {n} 小时内打开"), fresh, "", {"n": params.form_hours}),
            Reason(N_("算术题答对"), sum_right),
            Reason(N_("已同意同意书"), facts.consented),
        )
        if facts.trap or seconds is None or not waited:
            return Decision("spam", reasons)
        return Decision("take" if fresh and sum_right and facts.consented else "ask", reasons)
