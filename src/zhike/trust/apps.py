"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class TrustConfig(PackageConfig):
    """Trust: see README.md."""

    name = "zhike.trust"
    label = "trust"
    verbose_name = _("权限与审计")
