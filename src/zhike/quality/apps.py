"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class QualityConfig(PackageConfig):
    """Quality: see README.md."""

    name = "zhike.quality"
    label = "quality"
    verbose_name = _("数据质量")
