"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class SurveysConfig(PackageConfig):
    """Surveys: see README.md."""

    name = "zhike.surveys"
    label = "surveys"
    verbose_name = _("满意度")
