"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class IdentityConfig(PackageConfig):
    """Identity: see README.md."""

    name = "zhike.identity"
    label = "identity"
    verbose_name = _("人员与组织")
