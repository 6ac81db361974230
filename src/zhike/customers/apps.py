"""The package as a Django application."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.apps import PackageConfig


class CustomersConfig(PackageConfig):
    """Customers: see README.md."""

    name = "zhike.customers"
    label = "customers"
    verbose_name = _("客户")
