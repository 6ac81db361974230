"""Addresses of the pool's hand-made pages; the generated ones stand beside them."""

from django.urls import path

from zhike.web.views.pool import browse, customer, desk, tonight, transfers

urlpatterns = [
    path("", browse.show),
    path("claim/", browse.take),
    path("open/<int:pk>/", browse.look),
    path("tonight/", tonight.show),
    path("transfer/", transfers.plan),
    path("customer/<int:pk>/release/", customer.release),
]

__all__ = ["desk", "urlpatterns"]
