"""Addresses of classes, segments and the lifecycle."""

from django.urls import path

from zhike.web.views.segments import builder, capacity, cards, effect, lifecycle, schemes

urlpatterns = [
    path("segments/", schemes.overview),
    path("segments/schemes/", schemes.overview),
    path("segments/run/", schemes.run),
    path("segments/schemes/<str:scheme>/", schemes.scheme),
    path("segments/groups/<str:name>/", schemes.group),
    path("segments/classes/<str:scheme>/<slug:code>/", cards.show),
    path("segments/classes/<str:scheme>/<slug:code>/write/", cards.write),
    path("customers/customer/<int:pk>/classes/", cards.why),
    path("segments/lifecycle/", lifecycle.show),
    path("segments/effect/", effect.show),
    path("segments/capacity/", capacity.show),
    path("segments/capacity/apply/", capacity.apply),
    path("segments/segment/new/", builder.new),
    path("segments/segment/<int:pk>/edit/", builder.edit),
    path("segments/builder/part/", builder.part),
    path("segments/builder/count/", builder.count),
]
