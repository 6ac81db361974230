"""Addresses of data quality, inside the frame at /quality/, and of its two public pages."""

from django.urls import path

from zhike.web.views.quality import campaigns, dictionary, gaps, inbox, overview, public

quality = [
    path("quality/overview/", overview.show),
    path("quality/customer/<int:pk>/", overview.customer),
    path("quality/gaps/", gaps.show),
    path("quality/gaps/<slug:step>/", gaps.handle),
    path("quality/dictionary/", dictionary.show),
    path("quality/governance/", dictionary.governed),
    path("quality/codes/", dictionary.codes),
    path("quality/codes/<int:pk>/map/", dictionary.map_code),
    path("quality/codes/<int:pk>/apply/", dictionary.apply),
    path("quality/campaigns/", campaigns.show),
    path("quality/campaigns/<int:pk>/", campaigns.worklist),
    path("quality/campaigns/<int:pk>/done/", campaigns.done),
    path("quality/inbox/", inbox.show),
    path("quality/requests/<int:pk>/", inbox.correction),
    path("quality/submissions/<int:pk>/", inbox.submission),
    path("quality/links/<int:pk>/", inbox.link),
    path("u/<str:token>/", public.update),
    path("f/<slug:slug>/", public.form),
]
