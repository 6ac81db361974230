"""Rules of signing in and of passwords, pure.

The numbers come from the multi-level protection scheme (GB/T 22239, 等保) and, as the other
profile, from OWASP ASVS 5.0, which forbids composition rules.
"""

import datetime as dt
import math
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

LONGEST_PASSWORD = 128


class SignInParams(Params):
    """Numbers of the rule; the two profiles are never mixed."""

    profile: Literal["mlps", "asvs"] = "mlps"
    mlps_length: int = Field(default=10, ge=8, le=64)
    mlps_classes: int = Field(default=3, ge=2, le=4)
    max_age_days: int = Field(default=90, ge=1, le=365)
    remembered: int = Field(default=5, ge=0, le=24)
    asvs_length: int = Field(default=12, ge=8, le=64)
    one_time_hours: int = Field(default=72, ge=1, le=336)
    tries: int = Field(default=5, ge=2, le=20)
    address_tries: int = Field(default=5, ge=2, le=200)
    window_minutes: int = Field(default=15, ge=1, le=120)
    lock_minutes: int = Field(default=15, ge=1, le=30)
    longest_lock_minutes: int = Field(default=30, ge=1, le=30)
    idle_minutes: int = Field(default=30, ge=1, le=480)
    absolute_hours: int = Field(default=12, ge=1, le=24)

    def problems(self) -> list[Problem]:
        """Refuse limits that contradict each other."""
        found = []
        if self.lock_minutes > self.longest_lock_minutes:
            found.append(Problem("lock_minutes", N_("锁定时长不能超过最长锁定时长")))
        if self.idle_minutes > self.absolute_hours * 60:
            found.append(Problem("idle_minutes", N_("空闲时长不能超过最长登录时长")))
        return found


class SignInFacts(Facts):
    """Seconds since each counted failure of the last day, per account and per address."""

    account_failures: Sequence[float] = ()
    address_failures: Sequence[float] = ()


class SignInRules(Policy[SignInFacts, SignInParams]):
    """When an attempt to sign in is heard at all."""

    id: ClassVar[str] = "identity.sign_in_rules"
    title: ClassVar[str] = N_("登录与口令规则")
    statement: ClassVar[str] = N_(
        "{window_minutes} 分钟内失败 {tries} 次锁定 {lock_minutes} 分钟，逐次加倍，最长 "
        "{longest_lock_minutes} 分钟；空闲 {idle_minutes} 分钟或登录满 {absolute_hours} "
        "小时须重新登录。"
    )
    owner_role: ClassVar[str] = "security_administrator"
    source: ClassVar[str] = "GB/T 22239-2019 8.1.4.1; OWASP ASVS 5.0 6.2, 6.3"
    subject: ClassVar[str] = "identity.user"
    icon: ClassVar[str] = "lock"
    Facts = SignInFacts
    Params = SignInParams

    def decide(self, facts: SignInFacts, params: SignInParams) -> Decision:
        """Return whether an attempt is heard, and the seconds to wait if not."""
        account = _wait(facts.account_failures, params.tries, params)
        address = _wait(facts.address_failures, params.address_tries, params)
        minutes = {"window": params.window_minutes, "tries": params.tries}
        return Decision(
            {"allowed": not (account or address), "wait_seconds": max(account, address)},
            (
                Reason(N_("该账号 {window} 分钟内失败少于 {tries} 次"), not account, args=minutes),
                Reason(
                    N_("该地址 {window} 分钟内失败少于 {tries} 次"),
                    not address,
                    args={**minutes, "tries": params.address_tries},
                ),
            ),
        )


def _wait(failures: Sequence[float], tries: int, params: SignInParams) -> int:
    """Return the seconds until the last lock ends; each full round of tries locks twice as long."""
    locks, left = 0, 0.0
    recent: list[float] = []
    for age in sorted(failures, reverse=True):
        recent = [one for one in recent if one - age < params.window_minutes * 60]
        recent.append(age)
        if len(recent) >= tries:
            minutes = min(params.lock_minutes * 2**locks, params.longest_lock_minutes)
            locks, recent, left = locks + 1, [], minutes * 60 - age
    return max(0, math.ceil(left))


class PasswordFacts(Facts):
    """A password that somebody wants; ``names`` are the words it must not contain."""

    password: str
    names: Sequence[str] = ()
    leaked: bool = False
    former: bool = False


def judge_password(facts: PasswordFacts, params: SignInParams) -> list[Reason]:
    """Return every condition of the profile in force with whether the password meets it."""
    text = facts.password
    mlps = params.profile == "mlps"
    length = params.mlps_length if mlps else params.asvs_length
    folded = text.casefold()
    named = any(len(name) >= 3 and name.casefold() in folded for name in facts.names)
    lines = [
        Reason(N_("不少于 {length} 个字符"), len(text) >= length, args={"length": length}),
        Reason(
            N_("不超过 {most} 个字符"),
            len(text) <= LONGEST_PASSWORD,
            args={"most": LONGEST_PASSWORD},
        ),
        Reason(N_("不包含账号、手机或邮箱"), not named),
        Reason(N_("不在已泄露的常用口令之列"), not facts.leaked),
    ]
    if mlps:
        classes = {"classes": params.mlps_classes}
        enough = character_classes(text) >= params.mlps_classes
        lines += [
            Reason(N_("大写、小写、数字、符号至少 {classes} 类"), enough, args=classes),
            Reason(
                N_("不与最近 {count} 次相同"), not facts.former, args={"count": params.remembered}
            ),
        ]
    else:
        lines.append(Reason(N_("不与当前密码相同"), not facts.former))
    return lines


def character_classes(text: str) -> int:
    """Count which of capital letters, small letters, digits and others occur."""
    return sum(
        (
            any(c.isascii() and c.isupper() for c in text),
            any(c.isascii() and c.islower() for c in text),
            any(c.isdigit() for c in text),
            any(not (c.isascii() and c.isalnum()) and not c.isdigit() for c in text),
        )
    )


class CoverageParams(Params):
    """From which day of a year the official days of the next one should be known."""

    warn_month: int = Field(default=11, ge=1, le=12)
    warn_day: int = Field(default=1, ge=1, le=28)


class CoverageFacts(Facts):
    """The day, and the years of which the official days are known."""

    today: dt.date
    known_years: Sequence[int] = ()


class CalendarCoverage(Policy[CoverageFacts, CoverageParams]):
    """Which years the working calendar lacks; an unknown year falls back to weekends."""

    id: ClassVar[str] = "identity.calendar_coverage"
    title: ClassVar[str] = N_("工作日历补充提醒")
    statement: ClassVar[str] = N_(
        "每年 {warn_month} 月 {warn_day} 日起，次年的法定节假日安排未录入时提醒系统管理员；"
        "未录入的年份按周末休息计算。"
    )
    owner_role: ClassVar[str] = "system_administrator"
    source: ClassVar[str] = "Regulation on Public Holidays (State Council, 2024)"
    subject: ClassVar[str] = "identity.calendarday"
    icon: ClassVar[str] = "calendar-event"
    Facts = CoverageFacts
    Params = CoverageParams

    def decide(self, facts: CoverageFacts, params: CoverageParams) -> Decision:
        """Return the missing years, the nearest first."""
        year = facts.today.year
        due = facts.today >= dt.date(year, params.warn_month, params.warn_day)
        wanted = [year, year + 1] if due else [year]
        reasons = [
            Reason(N_("{year} 年的节假日安排已录入"), one in facts.known_years, args={"year": one})
            for one in wanted
        ]
        return Decision([one for one in wanted if one not in facts.known_years], reasons)
