"""Where every address leads."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("zhike.api.urls")),
    path("", include("zhike.web.urls")),
]
