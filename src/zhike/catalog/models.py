"""What the company sells: one entry for each product or service."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.kernel import kinds
from zhike.kernel.records import Searchable
from zhike.kernel.scope import Granted


class Product(Searchable):
    """An entry of the catalogue; ``measure`` is the unit in which it is sold (kg, drum, hour)."""

    scope = Granted()
    title_field = "name"
    link_keys = ("code", "name")
    search_fields = ("name", "code", "category")

    code = kinds.Code(_("产品编码"), max_length=40, unique=True)
    name = kinds.Text(_("产品名称"), max_length=100)
    category = kinds.Text(_("产品类别"), max_length=60, blank=True)
    measure = kinds.Text(_("计量单位"), max_length=20)
    note = kinds.LongText(_("产品说明"), blank=True)

    class Meta(Searchable.Meta):
        verbose_name = _("产品")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["category", "code"], name="catalog_product_category"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
