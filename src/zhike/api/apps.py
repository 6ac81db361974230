"""The delivery package as a Django application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Api: see README.md."""

    name = "zhike.api"
    label = "api"
