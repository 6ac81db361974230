"""Addresses of the pages of communication."""

from django.urls import path

from zhike.web.views.communication import effect, guides, inquiries, visits

urlpatterns = [
    path("guides/<int:pk>/", guides.show),
    path("templates/<int:pk>/preview/", guides.preview),
    path("inquiries/", inquiries.desk),
    path("visits/<int:pk>/", visits.coach),
    path("effect/", effect.show),
]
