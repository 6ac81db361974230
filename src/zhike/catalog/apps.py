"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class CatalogConfig(PackageConfig):
    """The product catalogue: see README.md."""

    name = "zhike.catalog"
    label = "catalog"
    verbose_name = _("产品目录")
