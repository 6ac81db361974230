"""What a need is about: products of the catalogue and opportunities of its customer (NEED-001)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.catalog.models import Product
from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Via
from zhike.needs.models.need import Need
from zhike.sales.models import Opportunity


class NeedProduct(Record):
    """A product that a need is about."""

    scope = Via("need")

    need = kinds.Link(_("客户需求"), Need, models.CASCADE, related_name="product_links")
    product = kinds.Link(_("产品"), Product, models.PROTECT, related_name="need_links")

    class Meta(Record.Meta):
        verbose_name = _("需求涉及的产品")
        constraints = [
            models.UniqueConstraint(fields=["need", "product"], name="needs_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.product_id}"


class NeedOpportunity(Record):
    """An opportunity that a need belongs to; seen by whoever may see the opportunity."""

    scope = Via("opportunity")

    need = kinds.Link(_("客户需求"), Need, models.CASCADE, related_name="opportunity_links")
    opportunity = kinds.Link(_("商机"), Opportunity, models.PROTECT, related_name="need_links")

    class Meta(Record.Meta):
        verbose_name = _("需求关联的商机")
        constraints = [
            models.UniqueConstraint(fields=["need", "opportunity"], name="needs_opportunity_once")
        ]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.opportunity_id}"
