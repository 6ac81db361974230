"""The addresses of imports and exports."""

from django.urls import path

from zhike.web.views import exports, imports

exchange_paths = [
    path("exchange/", imports.overview, name="exchange"),
    path("exchange/<int:batch_id>/", imports.show, name="import-batch"),
    path("exchange/<int:batch_id>/progress/", imports.progress, name="import-progress"),
    path("exchange/<int:batch_id>/mapping/", imports.choose_mapping, name="import-mapping"),
    path("exchange/<int:batch_id>/cell/", imports.correct, name="import-cell"),
    path("exchange/<int:batch_id>/start/", imports.run_import, name="import-run"),
    path("exchange/<int:batch_id>/undo/", imports.undo, name="import-undo"),
    path("exchange/<int:batch_id>/discard/", imports.discard, name="import-discard"),
    path("exchange/<int:batch_id>/errors/", imports.errors, name="import-errors"),
    path("exchange/exports/<int:export_id>/", exports.show, name="export-file"),
    path("exchange/exports/<int:export_id>/download/", exports.download, name="export-download"),
    path("<slug:package>/<slug:entity>/import/", imports.start, name="import-start"),
    path("<slug:package>/<slug:entity>/import/template/", imports.template, name="import-template"),
    path("<slug:package>/<slug:entity>/export/", exports.start, name="export-start"),
]
