"""What happens when a look-alike is entered, how often one may ask, and for how long a merge can be undone."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class EntryFacts(Facts):
    """The most probable look-alike of what is being saved.

    Attributes:
        score: probability 0…1; same_code: the credit code is the same; confirmed: the person saw the
        look-alike and gave a reason; lately: how often the person asked within the hour.
    """

    score: float = 0
    same_code: bool = False
    confirmed: bool = False
    lately: int = 0


class EntryParams(Params):
    """Lines of the check at entry.

    Attributes:
        warn_from: from this probability a look-alike is shown while typing; confirm_from: from this
        one saving asks for a reason; same_code_refused: a credit code in use cannot be confirmed away;
        shown: how many look-alikes are shown; asked_per_hour: checks of one person in an hour.
    """

    warn_from: float = Field(title=N_("提示的匹配概率"), default=0.50, gt=0, le=1)
    confirm_from: float = Field(title=N_("须填理由的匹配概率"), default=0.80, gt=0, le=1)
    same_code_refused: Annotated[bool, Field(title=N_("信用代码相同不得另建"))] = True
    shown: int = Field(title=N_("最多列出（条）"), default=5, ge=1, le=20)
    asked_per_hour: int = Field(title=N_("每人每小时查重上限（次）"), default=300, ge=10, le=10_000)


class EntryPolicy(Policy[EntryFacts, EntryParams]):
    """DAT-024, DAT-025: warn, ask for a reason, refuse; and how often one may ask."""

    id = "duplicates.entry_check"
    title = N_("录入查重")
    statement = N_(
        "录入时匹配概率达到 {warn_from} 即提示，达到 {confirm_from} 须填写理由才能保存，信用代码相同不得另建；"
        "查重结果对无权查看者只显示客户存在、状态与所属部门，每人每小时最多查 {asked_per_hour} 次，全部留痕。"
    )
    owner_role = "crm_supervisor"
    source = "DAT-024, DAT-025"
    subject = "customers.customer"
    icon = "copy"
    Facts, Params = EntryFacts, EntryParams

    def decide(self, facts: EntryFacts, params: EntryParams) -> Decision:
        """Return limit, refuse, confirm, warn or allow."""
        share = f"{facts.score:.0%}"
        if facts.lately >= params.asked_per_hour:
            text = N_("一小时内查重次数已达上限")
            return Decision("limit", (Reason(text, True, str(facts.lately)),))
        if facts.same_code and params.same_code_refused:
            return Decision("refuse", (Reason(N_("信用代码已用于在用客户"), True, share),))
        if facts.score >= params.confirm_from:
            text = N_("已填写理由") if facts.confirmed else N_("很可能已有这家客户")
            return Decision("allow" if facts.confirmed else "confirm", (Reason(text, True, share),))
        if facts.score >= params.warn_from:
            return Decision("warn", (Reason(N_("有相近的客户"), True, share),))
        return Decision("allow", (Reason(N_("没有相近的客户"), True, share),))


class MergeFacts(Facts):
    """When a merge was made and when somebody wants to take it back."""

    merged_on: dt.date
    today: dt.date


class MergeParams(Params):
    """Attributes: undo_days: how long a merge can be taken back."""

    undo_days: int = Field(title=N_("合并可撤销（天）"), default=30, ge=1, le=365)


class MergePolicy(Policy[MergeFacts, MergeParams]):
    """DAT-026: a merge is undone within a set period."""

    id = "duplicates.merge_undo"
    title = N_("合并与撤销")
    statement = N_("合并后 {undo_days} 天内可撤销，之后发生的修改保留并列明。")
    owner_role = "crm_supervisor"
    source = "DAT-026"
    subject = "customers.customer"
    icon = "arrow-back-up"
    Facts, Params = MergeFacts, MergeParams

    def decide(self, facts: MergeFacts, params: MergeParams) -> Decision:
        """Return whether the merge may still be undone."""
        last = facts.merged_on + dt.timedelta(days=params.undo_days)
        holds = facts.today <= last
        return Decision(holds, (Reason(N_("撤销期限"), holds, last.isoformat()),))
