"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class ExchangeConfig(PackageConfig):
    """Exchange: see README.md."""

    name = "zhike.exchange"
    label = "exchange"
    verbose_name = _("导入导出")
