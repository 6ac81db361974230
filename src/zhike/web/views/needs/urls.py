"""Addresses of the hand-made pages of needs."""

from django.urls import path

from zhike.web.views.needs import board, centre, documents, guests, heard

urlpatterns = [
    path("", centre.centre),
    path("ranking/", centre.ranking),
    path("heard/", heard.heard),
    path("heard/<int:pk>/confirm/", heard.confirm),
    path("heard/<int:pk>/dismiss/", heard.dismiss),
    path("board/", board.board),
    path("board/invite/", guests.invite),
    path("board/<int:pk>/vote/", board.vote),
    path("board/<int:pk>/remark/", board.remark),
    path("needsdocument/<int:pk>/text/", documents.edit),
    path("needsdocument/<int:pk>/print/", documents.print_page),
    path("needsdocument/<int:pk>/word/", documents.word),
]
