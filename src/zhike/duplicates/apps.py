"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class DuplicatesConfig(PackageConfig):
    """Duplicates: see README.md."""

    name = "zhike.duplicates"
    label = "duplicates"
    verbose_name = _("查重合并")
