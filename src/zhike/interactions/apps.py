"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class InteractionsConfig(PackageConfig):
    """Interactions: see README.md."""

    name = "zhike.interactions"
    label = "interactions"
    verbose_name = _("沟通与待办")
