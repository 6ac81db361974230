"""Addresses of the hand-made pages of care and relations."""

from django.urls import path

from zhike.web.views.loyalty import care, gifts, relation

urlpatterns = [
    path("loyalty/", care.coming),
    path("loyalty/gifts/", gifts.report),
    path("customers/customer/<int:pk>/relation/", relation.show),
]
