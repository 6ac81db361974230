"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class SalesConfig(PackageConfig):
    """Sales: see README.md."""

    name = "zhike.sales"
    label = "sales"
    verbose_name = _("订单与回款")
