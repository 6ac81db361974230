"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class RulebookConfig(PackageConfig):
    """Rulebook: see README.md."""

    name = "zhike.rulebook"
    label = "rulebook"
    verbose_name = _("制度中心")
