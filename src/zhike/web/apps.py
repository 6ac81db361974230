"""The delivery package as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Web: see README.md."""

    name = "zhike.web"
    label = "web"
