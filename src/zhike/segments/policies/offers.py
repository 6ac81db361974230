"""What a developing customer is recommended: a product, personal or value-added service (SEG-038)."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason

KINDS = {"product": N_("产品推荐"), "personal": N_("个性化服务"), "added": N_("增值服务")}


class OfferFacts(Facts):
    """Mean satisfaction 0…100, None where nobody asked, and orders of the last twelve months."""

    satisfaction: Decimal | None = None
    orders: int = 0


class OfferParams(Params):
    """Below which satisfaction service comes first, and from how many orders on we offer more."""

    personal_below: int = Field(default=80, ge=0, le=100, title=N_("个性化服务：满意度低于"))
    added_orders: int = Field(default=3, ge=1, le=100, title=N_("增值服务：近一年订单数达到"))


class DevelopmentOffer(Policy[OfferFacts, OfferParams]):
    """First make good what displeases, then reward loyalty, else widen what is bought."""

    id: ClassVar[str] = "segments.development_offer"
    title = N_("发展期推荐")
    statement = N_(
        "满意度低于 {personal_below} 分的客户先提供个性化服务；近一年订单达到 {added_orders} 单的提供增值服务；"
        "其余推荐产品。推荐内容写在策略卡上，作为待办交给客户负责人。"
    )
    source = "SEG-038"
    subject = "customers.customer"
    icon = "gift"
    Facts = OfferFacts
    Params = OfferParams

    def decide(self, facts: OfferFacts, params: OfferParams) -> Decision:
        """Return ``personal``, ``added`` or ``product``."""
        sad = facts.satisfaction is not None and facts.satisfaction < params.personal_below
        loyal = facts.orders >= params.added_orders
        found = "" if facts.satisfaction is None else f"{facts.satisfaction.normalize():f}"
        reasons = (
            Reason(N_("满意度低于 {limit} 分"), sad, found, {"limit": params.personal_below}),
            Reason(
                N_("近一年订单达到 {limit} 单"), loyal, str(facts.orders),
                {"limit": params.added_orders},
            ),
        )  # fmt: skip
        return Decision("personal" if sad else "added" if loyal else "product", reasons)

    def sql(self) -> str:
        """Return ``decide`` over the columns ``satisfaction`` and ``orders``."""
        return (
            "CASE WHEN satisfaction < %(personal_below)s THEN 'personal' "
            "WHEN orders >= %(added_orders)s THEN 'added' ELSE 'product' END"
        )
