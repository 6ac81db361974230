"""Every address of the product that answers with HTML.

Hand-made pages: one ``path(...)`` line in the section of your area. They stand before the generated
ones, so a page may take the address of a generated one. See docs/how-to/add-a-page.md.
"""

from django.urls import include, path

from zhike.web.exchange_urls import exchange_paths
from zhike.web.identity_urls import identity, trust
from zhike.web.resource_urls import generated
from zhike.web.views import (
    approvals,
    automation,
    batch,
    components,
    customer,
    figures,
    health,
    logging,
    notices,
    preferences,
    search,
    shortcuts,
    teamwork,
    todos,
    workbench,
)
from zhike.web.views.duplicates.urls import duplicates
from zhike.web.views.needs.guests import entrance
from zhike.web.views.quality.urls import quality

PathList = list  # each section is its own list, so that areas do not meet in one place

# --- duplicates and data quality, classes and segments -------------------------------------------
stewardship: PathList = [
    *duplicates,
    *quality,
    path("", include("zhike.web.views.segments.urls")),
]

# --- interactions: workbench, to-dos, logging a visit ---------------------------------------------
interactions: PathList = [
    path("", workbench.home),
    path("todos/", todos.agenda),
    path("todos/new/", todos.create),
    path("todos/reassign/", todos.reassign),
    path("todos/<int:pk>/complete/", todos.complete),
    path("todos/<int:pk>/reopen/", todos.reopen),
    path("todos/<int:pk>/postpone/", todos.postpone),
    path("todos/<int:pk>/drop/", todos.drop),
    path("todos/<int:pk>/ask/", todos.ask),
    path("approvals/", approvals.show),
    path("approvals/<str:source>/<int:pk>/", approvals.decide),
    path("colleagues/", logging.colleagues),
    path("communication/", include("zhike.web.views.communication.urls")),
    path("log/", logging.choose),
    path("log/<int:pk>/", logging.log),
    path("customers/customer/<int:pk>/log/", logging.log),
    path("customers/customer/<int:pk>/log/more/", logging.more),
    path("customers/customer/<int:pk>/timeline/", customer.show_timeline),
    path("customers/customer/<int:pk>/star/", logging.star),
    path("interactions/interaction/<int:pk>/comment/", logging.comment),
    path("interactions/interaction/<int:pk>/attachment/", logging.attachment),
    path("interactions/visitphoto/<int:pk>/image/", logging.photo),
]

# --- teamwork: improvement, processes, reports -----------------------------------------------------
together: PathList = [
    path("improvement/", teamwork.improvement),
    path("improvement/queue/", teamwork.queue),
    path("teamwork/process/<int:pk>/", teamwork.process),
    path("teamwork/statusreport/<int:pk>/", teamwork.report),
    path("teamwork/statusreport/<int:pk>/pdf/", teamwork.report_pdf),
]

# --- rulebook: documents, policies ----------------------------------------------------------------
rulebook: PathList = [path("rulebook/", include("zhike.web.views.rulebook.urls"))]

# --- the public pool, the conflict desk ----------------------------------------------------------
pool: PathList = [path("pool/", include("zhike.web.views.pool.urls"))]
# --- needs: centre, ranking, documents, board -----------------------------------------------------
needs: PathList = [
    path("needs/", include("zhike.web.views.needs.urls")),
    path("b/<str:token>/", entrance),
]
# --- loyalty: care, gifts, the relation of a customer ----------------------------------------------
loyalty: PathList = [path("", include("zhike.web.views.loyalty.urls"))]

# --- exchange: import, export ---------------------------------------------------------------------
exchange: PathList = exchange_paths

# --- the frame: search, notices, preferences, help, health ----------------------------------------
frame: PathList = [
    path("healthz", health.healthz),
    path("search/", search.show),
    path("palette/", search.palette),
    path("notices/", notices.show),
    path("notices/read/", notices.read),
    path("notices/<int:pk>/ask/", automation.ask),
    path("automation/", automation.show),
    path("me/theme/", preferences.theme),
    path("me/language/", preferences.language),
    path("batches/<slug:name>/", batch.progress),
    path("help/shortcuts/", shortcuts.show),
    path("metrics/", figures.show),
    path("components/", components.components),
]

urlpatterns = [
    *frame, *identity, *trust, *stewardship, *pool, *interactions, *together, *rulebook, *needs, *loyalty,
    *exchange, *generated,
]  # fmt: skip
