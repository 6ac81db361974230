"""Every address below ``/api/v1/`` leads to one view; the registry knows the rest."""

from django.urls import re_path

from zhike.api.views import entry

urlpatterns = [re_path(r"^(?P<path>(?s:.*))$", entry, name="api")]
