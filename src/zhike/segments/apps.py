"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class SegmentsConfig(PackageConfig):
    """Segments: see README.md."""

    name = "zhike.segments"
    label = "segments"
    verbose_name = _("分类与细分")
