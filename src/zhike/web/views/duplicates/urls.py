"""Addresses of data quality's frame and of duplicates."""

from django.urls import path

from zhike.web.views import data_quality
from zhike.web.views.duplicates import check, workbench

duplicates = [
    path("quality/", data_quality.home),
    path("quality/duplicates/", workbench.show),
    path("quality/duplicates/scan/", workbench.scan),
    path("quality/duplicates/scan/progress/", workbench.progress),
    path("quality/duplicates/<int:pk>/", workbench.show),
    path("quality/duplicates/<int:pk>/merge/", workbench.merge),
    path("quality/duplicates/<int:pk>/ignore/", workbench.judge, {"step": "ignore"}),
    path("quality/duplicates/<int:pk>/relate/", workbench.judge, {"step": "relate"}),
    path("quality/duplicates/<int:pk>/reopen/", workbench.judge, {"step": "reopen"}),
    path("quality/merges/", workbench.merges),
    path("quality/merges/<int:pk>/undo/", workbench.undo),
    path("quality/check/", check.show),
    path("quality/check/<str:kind>/", check.live),
]
