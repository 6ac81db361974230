"""The facts every grading standard decides on, and how a fact is compared, in Python and in SQL.

The columns of the facts query (``customers.queries.facts``) carry the names of these fields, so an
expression compiled here decides a million rows in the database exactly as ``decide`` decides one.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from zhike.kernel.policies import N_, Facts

Number = Annotated[Decimal, Field(max_digits=16, decimal_places=2)]
Score = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
NumberSource = Literal[
    "annual_spend",
    "orders",
    "repeat_orders",
    "cooperation_years",
    "purchase_volume",
    "purchase_share",
    "receivable",
    "overdue_days",
    "days_since_order",
]
TextSource = Literal["size", "position", "lifecycle"]
Source = Literal[NumberSource, TextSource]
TEXT_SOURCES: frozenset[str] = frozenset(get_args(TextSource))
SOURCES: dict[str, str] = {
    "annual_spend": N_("近 12 月消费"),
    "orders": N_("近 12 月订单数"),
    "repeat_orders": N_("近 12 月复购次数"),
    "cooperation_years": N_("合作年限"),
    "purchase_volume": N_("年采购总量"),
    "purchase_share": N_("占客户采购总量（%）"),
    "receivable": N_("应收"),
    "overdue_days": N_("最长逾期天数"),
    "days_since_order": N_("距最近下单天数"),
    "size": N_("规模"),
    "position": N_("行业地位"),
    "lifecycle": N_("生命周期"),
}
ALLOWED_TEXT: dict[str, frozenset[str]] = {
    "size": frozenset({"", "large", "medium", "small", "micro"}),
    "position": frozenset({"", "leader", "strong", "ordinary"}),
    "lifecycle": frozenset({"prospect", "interested", "customer", "loyal", "lost"}),
}


class GradeFacts(Facts):
    """One customer on one day. Money in yuan (or the standard's own currency), exact.

    ``cooperation_years`` counts whole years and, behind the point, the days since the last
    anniversary: exactly five years are 5, a day more is over 5. Without an order
    ``days_since_order`` is 99,999.
    """

    annual_spend: Decimal = Decimal(0)
    orders: int = 0
    repeat_orders: int = 0
    cooperation_years: Decimal = Decimal(0)
    purchase_volume: Decimal = Decimal(0)
    purchase_share: Decimal = Decimal(0)
    receivable: Decimal = Decimal(0)
    overdue_days: int = 0
    days_since_order: int = 99_999
    size: str = ""
    position: str = ""
    lifecycle: str = "prospect"


class Part(BaseModel):
    """Base of the pieces of parameters: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def literal(value: Decimal | int | str) -> str:
    """Return a value as an SQL literal."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return format(Decimal(value), "f")


def shown(value: Any) -> str:
    """Return a fact as text for an explanation: grouped, without needless decimals."""
    if isinstance(value, Decimal | int):
        text = f"{Decimal(value):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value) or "—"
