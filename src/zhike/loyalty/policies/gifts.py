"""What may be given to whom, and who has to agree (LOY-014)."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Problem, Reason

RECIPIENTS = ("private", "foreign", "state", "institution", "government", "other")


class GiftFacts(Facts):
    """One gift beside what the person and the customer had already in the year, in yuan.

    ``recipient`` is the strictest standing that was ever stated for the customer.
    """

    value: Decimal
    recipient: str
    customer_name: str = ""
    person_year: Decimal = Decimal(0)
    customer_year: Decimal = Decimal(0)


class GiftParams(Params):
    """Limits in yuan with tax.

    Attributes:
        per_gift, per_person, per_customer: the most for one gift, a person and a customer in a
        calendar year; ask_above: from more than this on a second person approves;
        forbidden: standings that get nothing; forbidden_names: words in a customer's name that
        show such a standing whatever was stated; receipt_above: from more than this on a receipt
        is needed before the gift counts as given.
    """

    per_gift: Decimal = Field(title=N_("单次上限（元）"), default=Decimal(500), gt=0)
    per_person: Decimal = Field(title=N_("每人每年上限（元）"), default=Decimal(1000), gt=0)
    per_customer: Decimal = Field(title=N_("每客户每年上限（元）"), default=Decimal(3000), gt=0)
    ask_above: Decimal = Field(title=N_("须审批的金额（元）"), default=Decimal(200), ge=0)
    receipt_above: Decimal = Field(title=N_("须凭据的金额（元）"), default=Decimal(0), ge=0)
    forbidden: Annotated[
        tuple[str, ...],
        Field(title=N_("不得馈赠的单位性质"), json_schema_extra={"offers": "recipients"}),
    ] = (
        "state",
        "institution",
        "government",
    )
    forbidden_names: Annotated[tuple[str, ...], Field(title=N_("不得馈赠的名称字样"))] = (
        "大学", "学院", "医院", "研究院", "研究所", "人民政府", "委员会", "管理局",
    )  # fmt: skip

    def problems(self) -> list[Problem]:
        """Refuse limits that contradict each other, and unknown standings."""
        found = [
            Problem("forbidden", N_("没有这种单位性质：{name}"), {"name": name})
            for name in self.forbidden
            if name not in RECIPIENTS
        ]
        if self.per_gift > self.per_person:
            text = N_("单次限额不应高于每人每年限额 {limit}")
            found.append(Problem("per_gift", text, {"limit": self.per_person}))
        if self.per_person > self.per_customer:
            text = N_("每人每年限额不应高于每客户每年限额 {limit}")
            found.append(Problem("per_person", text, {"limit": self.per_customer}))
        return found


class GiftLimits(Policy[GiftFacts, GiftParams]):
    """Nothing to public bodies, little to anybody, and above a value a second person decides."""

    id = "loyalty.gift_limits"
    title = N_("礼品与招待限额")
    statement = N_(
        "单次不超过 {per_gift} 元，每人每年不超过 {per_person} 元，每客户每年不超过 {per_customer} 元；"
        "超过 {ask_above} 元由另一人审批；机关、事业单位与国有企业一律不得收受。"
    )
    source = "LOY-014"
    subject = "loyalty.gift"
    icon = "gift"
    Facts, Params = GiftFacts, GiftParams

    def decide(self, facts: GiftFacts, params: GiftParams) -> Decision:
        """Return ``allow``, ``ask`` or ``refuse``."""
        word = next((w for w in params.forbidden_names if w in facts.customer_name), "")
        person = facts.person_year + facts.value
        customer = facts.customer_year + facts.value
        limits = (
            Reason(
                N_("收受人单位不在禁止范围"), facts.recipient not in params.forbidden,
                facts.recipient,
            ),
            Reason(N_("客户名称不含公共机构字样"), not word, word),
            Reason(
                N_("单次不超过 {limit} 元"), facts.value <= params.per_gift, str(facts.value),
                {"limit": params.per_gift},
            ),
            Reason(
                N_("该收受人全年累计不超过 {limit} 元"), person <= params.per_person, str(person),
                {"limit": params.per_person},
            ),
            Reason(
                N_("该客户全年累计不超过 {limit} 元"), customer <= params.per_customer,
                str(customer), {"limit": params.per_customer},
            ),
        )  # fmt: skip
        small = Reason(
            N_("不超过 {limit} 元，无需审批"), facts.value <= params.ask_above, str(facts.value),
            {"limit": params.ask_above},
        )  # fmt: skip
        if not all(one.holds for one in limits):
            return Decision("refuse", (*limits, small))
        return Decision("allow" if small.holds else "ask", (*limits, small))
