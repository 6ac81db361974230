"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class LoyaltyConfig(PackageConfig):
    """Loyalty: see README.md."""

    name = "zhike.loyalty"
    label = "loyalty"
    verbose_name = _("关怀与忠诚")
