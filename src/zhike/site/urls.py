"""Where every address leads."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("zhike.api.urls")),
    path("", include("zhike.web.urls")),
]

handler400 = "zhike.web.views.errors.bad_request"
handler403 = "zhike.web.views.errors.forbidden"
handler404 = "zhike.web.views.errors.not_found"
handler500 = "zhike.web.views.errors.server_error"
