"""Rules of working together, pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

FUNCTIONS = ("sales", "marketing", "service", "technology", "product", "other")
GRADES = ("vip", "gold", "silver", "bronze", "standard")


Functions = Annotated[tuple[str, ...], Field(json_schema_extra={"offers": "functions"})]


class CompositionParams(Params):
    """The functions of which each kind of team needs at least one member."""

    required: Mapping[str, Functions] = Field(
        json_schema_extra={"offers": "team_kinds"},
        default={
            "crm": ("sales", "marketing", "service", "technology"),
            "experience": ("service", "product", "technology"),
        },
    )

    def problems(self) -> list[Problem]:
        """Refuse kinds and functions that do not exist."""
        found = [
            Problem(f"required.{kind}", N_("没有这种团队：{name}"), {"name": kind})
            for kind in self.required
            if kind not in {"crm", "experience"}
        ]
        return found + [
            Problem(f"required.{kind}", N_("没有这种职能：{name}"), {"name": name})
            for kind, names in self.required.items()
            for name in names
            if name not in FUNCTIONS
        ]


class CompositionFacts(Facts):
    """The kind of team and the functions its members bring."""

    kind: str
    functions: tuple[str, ...] = ()


class TeamComposition(Policy[CompositionFacts, CompositionParams]):
    """A cross-functional team is complete when each required function sits in it (ORG-011)."""

    id = "teamwork.team_composition"
    title = N_("协作小组组成要求")
    statement = N_("客户关系管理团队至少各有一名销售、市场、服务与技术人员；缺少时持续提示。")
    source = "ORG-011, ORG-012"
    subject = "teamwork.team"
    icon = "users-group"
    Facts = CompositionFacts
    Params = CompositionParams

    def decide(self, facts: CompositionFacts, params: CompositionParams) -> Decision:
        """Return the functions that are missing."""
        wanted = params.required.get(facts.kind, ())
        reasons = tuple(
            Reason(N_("有{name}人员"), name in facts.functions, name, {"name": name})
            for name in wanted
        )
        return Decision([name for name in wanted if name not in facts.functions], reasons)


class AlignmentParams(Params):
    """Days between alignment meetings by grade, and how late one may be before it is flagged."""

    days: Mapping[str, int | None] = Field(
        default={"vip": 30, "gold": 90, "silver": None, "bronze": None, "standard": None}
    )
    grace_days: int = Field(default=3, ge=0, le=60)

    def problems(self) -> list[Problem]:
        """Refuse unknown grades and impossible intervals."""
        found = [
            Problem(f"days.{name}", N_("没有这个分级：{name}"), {"name": name})
            for name in self.days
            if name not in GRADES
        ]
        return found + [
            Problem(f"days.{name}", N_("应为 1 到 730 天，当前 {found}"), {"found": days})
            for name, days in self.days.items()
            if days is not None and not 1 <= days <= 730
        ]


class AlignmentFacts(Facts):
    """A customer's grade, the day it was last talked over (or known), and today."""

    grade: str
    since: dt.date
    today: dt.date


class AlignmentSchedule(Policy[AlignmentFacts, AlignmentParams]):
    """How often sales and customer success meet over a key account (ORG-018)."""

    id = "teamwork.alignment_schedule"
    title = N_("重点客户对齐会议周期")
    statement = N_(
        "重点客户按分级定期召开销售与客户成功对齐会议，逾期 {grace_days} 个工作日提醒召集人及其主管。"
    )
    source = "ORG-018"
    subject = "customers.customer"
    icon = "calendar-event"
    Facts = AlignmentFacts
    Params = AlignmentParams

    def decide(self, facts: AlignmentFacts, params: AlignmentParams) -> Decision:
        """Return the day by which they should meet, or None where the grade asks for none."""
        days = params.days.get(facts.grade)
        if days is None:
            return Decision(None, (Reason(N_("该分级不要求对齐会议"), False, facts.grade),))
        due = facts.since + dt.timedelta(days=days)
        reason = Reason(N_("每 {days} 天一次"), facts.today <= due, due.isoformat(), {"days": days})
        return Decision(due.isoformat(), (reason,))


class ConflictParams(Params):
    """Which actions may meet, and how many days apart they still do."""

    window_days: int = Field(default=0, ge=0, le=30)
    channels: tuple[str, ...] = Field(default=("visit",), json_schema_extra={"offers": "channels"})


class Move(Facts):
    """One department's action on a customer."""

    unit: int | None
    person: int | None
    channel: str
    day: dt.date


class ConflictFacts(Facts):
    """An action and those of others near it."""

    move: Move
    others: tuple[Move, ...] = ()


class ConflictOfAction(Policy[ConflictFacts, ConflictParams]):
    """Two departments must not do the same with one customer at the same time (ORG-020)."""

    id = "teamwork.conflict_of_action"
    title = N_("行动冲突提醒")
    statement = N_("不同部门在 {window_days} 天之内对同一客户采取同类行动时，提醒双方协调。")
    source = "ORG-020"
    subject = "customers.customer"
    icon = "alert-triangle"
    Facts = ConflictFacts
    Params = ConflictParams

    def decide(self, facts: ConflictFacts, params: ConflictParams) -> Decision:
        """Return the indices of the others that conflict."""
        mine, found = facts.move, []
        watched = mine.channel in params.channels
        for index, one in enumerate(facts.others):
            apart = abs((one.day - mine.day).days)
            strangers = one.unit != mine.unit and one.person != mine.person
            near = apart <= params.window_days and one.channel in params.channels
            if watched and near and strangers:
                found.append(index)
        text = N_("{window} 天内没有其他部门的同类行动")
        reason = Reason(text, not found, str(len(found)), {"window": params.window_days})
        return Decision(found, (reason,))


class ReportParams(Params):
    """When the report of the past month is drawn up and by when it should be signed."""

    day_of_month: int = Field(default=1, ge=1, le=28)
    sign_within_days: int = Field(default=3, ge=1, le=20)
    roles: tuple[str, ...] = Field(
        default=("crm_supervisor", "sales_manager", "experience_officer"),
        json_schema_extra={"offers": "roles"},
    )


class ReportFacts(Facts):
    """Today."""

    today: dt.date


class UpwardReport(Policy[ReportFacts, ReportParams]):
    """The periodic report of customer relations to the superior (ORG-021)."""

    id = "teamwork.upward_report"
    title = N_("客户关系管理情况报告")
    statement = N_(
        "每月 {day_of_month} 日由系统按实际数据生成上月客户关系管理情况报告，"
        "责任人在 {sign_within_days} 个工作日内签发，报送上级并归档。"
    )
    source = "ORG-021"
    subject = "teamwork.statusreport"
    icon = "report"
    Facts = ReportFacts
    Params = ReportParams

    def decide(self, facts: ReportFacts, params: ReportParams) -> Decision:
        """Return the period to report on, or None before its day."""
        if facts.today.day < params.day_of_month:
            return Decision(None, (Reason(N_("未到生成日"), False, str(facts.today)),))
        last = facts.today.replace(day=1) - dt.timedelta(days=1)
        period = {"starts_on": last.replace(day=1).isoformat(), "ends_on": last.isoformat()}
        return Decision(period, (Reason(N_("已到生成日"), True, str(facts.today)),))


class SuggestionParams(Params):
    """Working days within which a suggestion is answered, and the credit for an adopted one."""

    answer_days: int = Field(default=10, ge=1, le=120)
    credit: int = Field(default=10, ge=0, le=1_000)


class SuggestionFacts(Facts):
    """Whether the suggestion was taken up."""

    adopted: bool


class SuggestionCredit(Policy[SuggestionFacts, SuggestionParams]):
    """Every suggestion is answered, and a good one is honoured (ORG-033)."""

    id = "teamwork.suggestion_credit"
    title = N_("改进建议答复与激励")
    statement = N_("改进建议在 {answer_days} 个工作日内答复；采纳的建议计 {credit} 积分。")
    source = "ORG-033"
    subject = "teamwork.suggestion"
    icon = "bulb"
    Facts = SuggestionFacts
    Params = SuggestionParams

    def decide(self, facts: SuggestionFacts, params: SuggestionParams) -> Decision:
        """Return the credit."""
        reason = Reason(N_("建议被采纳"), facts.adopted, str(params.credit))
        return Decision(params.credit if facts.adopted else 0, (reason,))


class TierParams(Params):
    """Roles of the upper two tiers; everybody else records on the front line.

    Attributes:
        leaders, managers: role codes; whoever holds one of both is a leader; days: how many days
        back the pages of both count.
    """

    leaders: tuple[str, ...] = Field(
        title=N_("高层角色"),
        default=("crm_owner", "marketing_director"),
        json_schema_extra={"offers": "roles"},
    )
    managers: tuple[str, ...] = Field(
        title=N_("中层角色"),
        default=("crm_supervisor", "sales_manager", "experience_officer"),
        json_schema_extra={"offers": "roles"},
    )
    days: int = Field(title=N_("统计期间（天）"), default=30, ge=7, le=366)

    def problems(self) -> list[Problem]:
        """Refuse a role in two tiers."""
        return [
            Problem("managers", N_("角色 {name} 不能同时属于两层"), {"name": name})
            for name in self.managers
            if name in self.leaders
        ]


class TierFacts(Facts):
    """The role codes that a person holds today."""

    roles: tuple[str, ...] = ()


class RolloutTiers(Policy[TierFacts, TierParams]):
    """Leaders promote, managers run, the front line records: each with its home page (ORG-017)."""

    id = "teamwork.rollout_tiers"
    title = N_("三层推进分工")
    statement = N_(
        "高层推动、中层执行、基层应用：按角色分层，各层的工作台显示本层的事项，统计最近 {days} 天。"
    )
    source = "ORG-017"
    subject = "identity.role"
    icon = "layout-dashboard"
    Facts = TierFacts
    Params = TierParams

    def decide(self, facts: TierFacts, params: TierParams) -> Decision:
        """Return ``leader``, ``manager`` or ``front``."""
        leads = any(code in params.leaders for code in facts.roles)
        runs = any(code in params.managers for code in facts.roles)
        tier = "leader" if leads else "manager" if runs else "front"
        reasons = (
            Reason(N_("担任高层角色"), leads, "", {}),
            Reason(N_("担任中层角色"), runs, "", {}),
        )
        return Decision(tier, reasons)
