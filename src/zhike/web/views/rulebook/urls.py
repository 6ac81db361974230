"""Addresses of the rule book."""

from django.urls import path

from zhike.web.views.rulebook import center, documents, editor, policies, signing

urlpatterns = [
    path("", center.index),
    path("documents/new/", editor.new_document),
    path("documents/<int:pk>/", documents.page),
    path("documents/<int:pk>/print/", documents.print_page),
    path("documents/<int:pk>/draft/", editor.draft),
    path("documents/<int:pk>/coverage/", signing.coverage),
    path("documents/<int:pk>/signatures.xlsx", signing.export),
    path("editions/<int:pk>/edit/", editor.edit),
    path("editions/<int:pk>/sign/", signing.sign),
    path("editions/<int:pk>/remind/", signing.remind),
    path("editions/<int:pk>/<slug:step>/", editor.step),
    path("policies/<str:policy_id>/", policies.page),
    path("policies/<str:policy_id>/draft/", policies.draft),
    path("versions/<int:pk>/save/", policies.save),
    path("versions/<int:pk>/<slug:step>/", policies.step),
]
