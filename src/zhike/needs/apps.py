"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class NeedsConfig(PackageConfig):
    """Needs: see README.md."""

    name = "zhike.needs"
    label = "needs"
    verbose_name = _("客户需求")
