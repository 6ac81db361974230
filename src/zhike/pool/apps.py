"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class PoolConfig(PackageConfig):
    """Pool: see README.md."""

    name = "zhike.pool"
    label = "pool"
    verbose_name = _("公海")
