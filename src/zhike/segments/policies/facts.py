"""What every scheme decides on, and how one fact is tested, in Python and in SQL.

The columns of ``queries.facts`` carry the names of these fields, so that an expression compiled
here classes a million rows in the database exactly as ``decide`` classes one.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from zhike.kernel.policies import N_, Facts, Problem, Reason, Say

Number = Annotated[Decimal, Field(max_digits=16, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
NumberSource = Literal[
    "annual_spend", "prior_spend", "growth", "orders", "orders_ever", "days_since_first_order",
    "days_since_order", "days_since_contact", "contacts", "cooperation_years", "purchase_volume",
    "team_size",
]  # fmt: skip
TextSource = Literal["grade", "size", "position", "lifecycle"]
Source = Literal[NumberSource, TextSource]
TEXT_SOURCES: frozenset[str] = frozenset(get_args(TextSource))
NEVER = 99_999
SOURCES: dict[str, str] = {
    "annual_spend": N_("近 12 月消费"),
    "prior_spend": N_("前 12 月消费"),
    "growth": N_("消费同比（%）"),
    "orders": N_("近 12 月订单数"),
    "orders_ever": N_("累计订单数"),
    "days_since_first_order": N_("距首单天数"),
    "days_since_order": N_("距最近下单天数"),
    "days_since_contact": N_("距最近联系天数"),
    "contacts": N_("近 12 月沟通次数"),
    "cooperation_years": N_("合作年限"),
    "purchase_volume": N_("年采购总量"),
    "team_size": N_("协作团队人数"),
    "grade": N_("分级"),
    "size": N_("规模"),
    "position": N_("行业地位"),
    "lifecycle": N_("手工生命周期"),
}
WORDS: dict[str, dict[str, str]] = {
    "grade": {"vip": "VIP", "gold": N_("金卡"), "silver": N_("银卡"), "bronze": N_("铜卡"),
              "standard": N_("普通")},
    "size": {"large": N_("大型"), "medium": N_("中型"), "small": N_("小型"), "micro": N_("微型")},
    "position": {"leader": N_("行业龙头"), "strong": N_("区域领先"), "ordinary": N_("一般")},
    "lifecycle": {"prospect": N_("潜在"), "interested": N_("意向"), "customer": N_("成交"),
                  "loyal": N_("忠诚"), "lost": N_("流失")},
}  # fmt: skip
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "is": "=", "not": "≠"}
_SQL_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "is": "=", "not": "<>"}


class ClassFacts(Facts):
    """One customer on one day. Money in yuan, exact; the day's own orders and contacts count.

    ``growth`` compares the last twelve months with the twelve before, in percent, 0 where nothing
    was bought before. ``days_since_…`` is 99,999 where it never happened. ``current`` is the stage
    of the lifecycle model that the customer holds, "" before the first.
    """

    annual_spend: Decimal = Decimal(0)
    prior_spend: Decimal = Decimal(0)
    growth: Decimal = Decimal(0)
    orders: int = 0
    orders_ever: int = 0
    days_since_first_order: int = NEVER
    days_since_order: int = NEVER
    days_since_contact: int = NEVER
    contacts: int = 0
    cooperation_years: Decimal = Decimal(0)
    purchase_volume: Decimal = Decimal(0)
    team_size: int = 0
    grade: str = "standard"
    size: str = ""
    position: str = ""
    lifecycle: str = "prospect"
    current: str = ""


CONDITION = N_("{label}：{name} {sign} {limit}")


class Part(BaseModel):
    """Base of the pieces of parameters: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(Part):
    """One condition on one fact: a number against ``value``, a code against ``word``."""

    source: Source = Field(title=N_("数据"), json_schema_extra={"choices": {**SOURCES}})
    operator: Literal["ge", "gt", "le", "lt", "is", "not"] = Field(
        default="ge", title=N_("比较"), json_schema_extra={"choices": {**SIGNS}}
    )
    value: Number | None = Field(default=None, title=N_("数值"))
    word: Annotated[str, Field(max_length=20)] | None = Field(default=None, title=N_("取值"))

    def problems(self, path: str) -> list[Problem]:
        """Return what is wrong although each value is fine."""
        if self.source not in TEXT_SOURCES:
            return [] if self.value is not None else [Problem(f"{path}.value", N_("必填"))]
        found = []
        if self.operator not in {"is", "not"}:
            found.append(Problem(f"{path}.operator", N_("文字只能用 = 或 ≠ 比较")))
        allowed = WORDS[self.source]
        if self.word not in allowed:
            args = {"options": "、".join(allowed)}
            found.append(Problem(f"{path}.word", N_("应为 {options} 之一"), args))
        return found

    def holds(self, facts: ClassFacts) -> bool:
        """Tell whether the condition holds."""
        found: Any = getattr(facts, self.source)
        if self.source in TEXT_SOURCES:
            return bool((found == self.word) == (self.operator == "is"))
        limit: Any = self.value
        answers: dict[str, bool] = {
            "ge": found >= limit, "gt": found > limit, "le": found <= limit, "lt": found < limit,
            "is": found == limit, "not": found != limit,
        }  # fmt: skip
        return answers[self.operator]

    def sql(self) -> str:
        """Return the condition over the columns of the facts."""
        wanted = self.word if self.source in TEXT_SOURCES else self.value
        return f"{self.source} {_SQL_SIGNS[self.operator]} {literal(wanted or 0)}"

    def limit(self) -> str:
        """Return what is compared with, in words."""
        if self.source in TEXT_SOURCES:
            return WORDS[self.source].get(self.word or "", self.word or "")
        return shown(self.value)

    def words(self, say: Say) -> str:
        """Return the condition as the clause says it."""
        return f"{say(SOURCES[self.source])} {SIGNS[self.operator]} {say(self.limit())}"

    def reason(self, label: str, facts: ClassFacts, text: str = CONDITION) -> Reason:
        """Return the condition with what was found, under a sentence such as ``CONDITION``."""
        found = getattr(facts, self.source)
        value = WORDS[self.source].get(found, found) if self.source in TEXT_SOURCES else found
        args = {"label": label, "name": SOURCES[self.source], "sign": SIGNS[self.operator],
                "limit": self.limit()}  # fmt: skip
        return Reason(text, self.holds(facts), shown(value), args)


def literal(value: Decimal | int | str) -> str:
    """Return a value as an SQL literal."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return format(Decimal(value), "f")


def shown(value: Any) -> str:
    """Return a fact as text: grouped, without needless decimals; "—" where there is none."""
    if isinstance(value, Decimal | int):
        if value == NEVER:
            return "—"
        text = f"{Decimal(value):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value or "") or "—"
