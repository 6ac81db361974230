"""Every address of the product that answers with HTML."""

from django.urls import include, path

urlpatterns = [path("rulebook/", include("zhike.web.views.rulebook.urls"))]
