"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class TeamworkConfig(PackageConfig):
    """Teamwork: see README.md."""

    name = "zhike.teamwork"
    label = "teamwork"
    verbose_name = _("协作与改进")
