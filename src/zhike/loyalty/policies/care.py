"""On which occasions whom we greet, and when we do not (LOY-011, LOY-012, LOY-013)."""

import string
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from zhike.chinese.almanac import FESTIVALS, Keeping
from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

GRADES = ("vip", "gold", "silver", "bronze", "standard")
KINDS = ("birthday", "festival", "anniversary", "founding", "important")
CHANNELS = ("wecom", "call", "sms", "mail", "visit")
WORDS = frozenset({"name", "salutation", "company", "occasion", "years"})
Turn = Literal["before", "after"]


class OccasionRule(Params):
    """One kind of occasion: whose grade is greeted, how many days before, by which channel."""

    kind: Annotated[str, Field(title=N_("由头"), json_schema_extra={"offers": "occasions"})]
    grades: Annotated[
        tuple[str, ...], Field(title=N_("适用分级"), json_schema_extra={"offers": "grades"})
    ] = GRADES
    days_before: int = Field(title=N_("提前（天）"), default=1, ge=0, le=30)
    channel: Annotated[
        str, Field(title=N_("方式"), json_schema_extra={"offers": "care_channels"})
    ] = "wecom"


class CareParams(Params):
    """What the business decides about care.

    Attributes:
        occasions: one line for each kind; festivals: codes of those that are kept;
        birthday_calendar: which birthday counts of a person who has both;
        leap_day, short_month, leap_month: the day before or after on which a date is kept in a
        year without it (29 February, 腊月三十 in a month of 29 days, a leap month);
        gap_days: days between two cares of one person; per_year: most cares of a person in a year;
        ceiling_days, ceiling: so many contacts by us in so many days leave no room for care;
        lifecycles_left_out: stages that get none; greetings: kind -> words with {name},
        {salutation}, {company}, {occasion}, {years}.
    """

    occasions: Annotated[tuple[OccasionRule, ...], Field(title=N_("关怀由头"))] = (
        OccasionRule(kind="birthday", days_before=1, channel="wecom"),
        OccasionRule(kind="festival", grades=("vip", "gold"), days_before=2, channel="wecom"),
        OccasionRule(kind="anniversary", grades=("vip", "gold", "silver"), days_before=3),
        OccasionRule(kind="founding", grades=("vip", "gold"), days_before=3, channel="call"),
        OccasionRule(kind="important", days_before=2, channel="wecom"),
    )
    festivals: Annotated[
        tuple[str, ...], Field(title=N_("节日"), json_schema_extra={"offers": "festivals"})
    ] = (
        "spring",
        "dragon_boat",
        "mid_autumn",
    )
    birthday_calendar: Annotated[Literal["lunar", "solar", "both"], Field(title=N_("生日历法"))] = (
        "lunar"
    )
    leap_day: Annotated[Turn, Field(title=N_("2 月 29 日生日"))] = "before"
    short_month: Annotated[Turn, Field(title=N_("农历小月三十生日"))] = "before"
    leap_month: Annotated[Turn, Field(title=N_("闰月生日"))] = "before"
    gap_days: int = Field(title=N_("同一人两次关怀间隔（天）"), default=7, ge=0, le=365)
    per_year: int = Field(title=N_("同一人每年上限（次）"), default=8, ge=1, le=100)
    ceiling_days: int = Field(title=N_("统计已联系的期间（天）"), default=7, ge=1, le=90)
    ceiling: int = Field(title=N_("期间内联系上限（次）"), default=5, ge=1, le=100)
    lifecycles_left_out: Annotated[
        tuple[str, ...],
        Field(title=N_("不关怀的生命周期"), json_schema_extra={"offers": "lifecycles"}),
    ] = ("lost",)
    greetings: Annotated[
        Mapping[str, str], Field(title=N_("问候语"), json_schema_extra={"offers": "occasions"})
    ] = {
        "birthday": N_("{salutation}您好，祝您生日快乐，身体康健，诸事顺遂！"),
        "festival": N_("{salutation}您好，值此{occasion}，祝您和家人安康，也祝{company}业务兴旺。"),
        "anniversary": N_("{salutation}您好，与{company}合作已满 {years} 年，感谢您一路的信任。"),
        "founding": N_("{salutation}您好，欣逢{company}成立纪念日，谨致祝贺，祝基业长青。"),
        "important": N_("{salutation}您好，今天是{occasion}，谨致问候与祝福。"),
    }

    def problems(self) -> list[Problem]:
        """Refuse unknown kinds, grades, channels, festivals and words in greetings."""
        kinds = [one.kind for one in self.occasions]
        found = [
            Problem(f"occasions.{n}.kind", N_("没有这种由头，或重复：{name}"), {"name": kind})
            for n, kind in enumerate(kinds)
            if kind not in KINDS or kind in kinds[:n]
        ]
        for n, one in enumerate(self.occasions):
            if one.channel not in CHANNELS:
                text = N_("没有这种联系方式：{name}")
                found.append(Problem(f"occasions.{n}.channel", text, {"name": one.channel}))
            found += [
                Problem(f"occasions.{n}.grades", N_("没有这个分级：{name}"), {"name": grade})
                for grade in one.grades
                if grade not in GRADES
            ]
        found += [
            Problem("festivals", N_("没有这个节日：{name}"), {"name": code})
            for code in self.festivals
            if code not in FESTIVALS
        ]
        return found + self._greeting_problems()

    def _greeting_problems(self) -> list[Problem]:
        found = []
        for kind, text in self.greetings.items():
            try:
                words = {word for _t, word, _f, _c in string.Formatter().parse(text) if word}
            except ValueError:
                words = {"{"}
            found += [
                Problem(f"greetings.{kind}", N_("祝福语中不能使用：{name}"), {"name": word})
                for word in sorted(words - WORDS)
            ]
        return found

    @property
    def keeping(self) -> Keeping:
        """Return how dates are kept in years without them."""
        return Keeping(self.leap_day, self.short_month, self.leap_month)

    def rule_of(self, kind: str) -> OccasionRule | None:
        """Return the line of a kind."""
        return next((one for one in self.occasions if one.kind == kind), None)


class CareFacts(Facts):
    """What the rule looks at for one occasion.

    Attributes:
        consent: given, withdrawn or "" where nothing was ever taken down; gap: days to the
        neighbouring care of the person, None = none; this_year: cares of the person in the year of
        the occasion; contacts: contacts by us in the days of the ceiling.
    """

    kind: str
    grade: str
    lifecycle: str = "customer"
    has_person: bool = True
    consent: str = ""
    gap: int | None = None
    this_year: int = 0
    contacts: int = 0


class CareRule(Policy[CareFacts, CareParams]):
    """Greet where the occasion and the grade are named, the person agreed, and it is not too much."""

    id = "loyalty.care_rule"
    title = N_("客户关怀规则")
    statement = N_(
        "按由头与客户分级提前生成关怀待办；没有同意或已撤回的不打扰，"
        "同一人两次关怀至少间隔 {gap_days} 天、一年至多 {per_year} 次，"
        "{ceiling_days} 天内已联系 {ceiling} 次的暂缓。"
    )
    source = "LOY-011, LOY-012, LOY-013"
    subject = "customers.customer"
    icon = "cake"
    Facts, Params = CareFacts, CareParams

    def decide(self, facts: CareFacts, params: CareParams) -> Decision:
        """Return ``care``, or ``leave`` with what stands against it."""
        rule = params.rule_of(facts.kind)
        grades = rule.grades if rule else ()
        gap = "" if facts.gap is None else str(facts.gap)
        reasons = (
            Reason(N_("规则包含这种由头"), rule is not None, facts.kind),
            Reason(N_("客户分级在规则范围内"), facts.grade in grades, facts.grade),
            Reason(
                N_("客户所处阶段适合关怀"),
                facts.lifecycle not in params.lifecycles_left_out, facts.lifecycle,
            ),
            Reason(N_("有明确的联系人"), facts.has_person),
            Reason(N_("联系人已同意接受关怀"), facts.consent == "given", facts.consent),
            Reason(
                N_("与前后一次关怀间隔不少于 {days} 天"),
                facts.gap is None or facts.gap >= params.gap_days, gap, {"days": params.gap_days},
            ),
            Reason(
                N_("当年关怀不超过 {times} 次"), facts.this_year < params.per_year,
                str(facts.this_year), {"times": params.per_year},
            ),
            Reason(
                N_("{days} 天内联系少于 {times} 次"), facts.contacts < params.ceiling,
                str(facts.contacts), {"days": params.ceiling_days, "times": params.ceiling},
            ),
        )  # fmt: skip
        return Decision("care" if all(one.holds for one in reasons) else "leave", reasons)
