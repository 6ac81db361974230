"""Every address of the product that answers with HTML.

Hand-made pages: one ``path(...)`` line in the section of your area. They stand before the generated
ones, so a page may take the address of a generated one. See docs/how-to/add-a-page.md.
"""

from django.urls import path

from zhike.web.resource_urls import generated
from zhike.web.views import batch, components, health, notices, preferences, search, shortcuts

PathList = list  # each section is its own list, so that areas do not meet in one place

# --- identity: sign-in, first run, me, settings ---------------------------------------------------
identity: PathList = []

# --- trust: rights, history of everything, audit --------------------------------------------------
trust: PathList = []

# --- customers: 360, duplicates, grading ----------------------------------------------------------
customers: PathList = []

# --- interactions: workbench, to-dos, logging a visit ---------------------------------------------
interactions: PathList = []

# --- rulebook: documents, policies ----------------------------------------------------------------
rulebook: PathList = []

# --- exchange: import, export ---------------------------------------------------------------------
exchange: PathList = []

# --- the frame: search, notices, preferences, help, health ----------------------------------------
frame: PathList = [
    path("healthz", health.healthz),
    path("search/", search.show),
    path("palette/", search.palette),
    path("notices/", notices.show),
    path("notices/read/", notices.read),
    path("me/theme/", preferences.theme),
    path("me/language/", preferences.language),
    path("batches/<slug:name>/", batch.progress),
    path("help/shortcuts/", shortcuts.show),
    path("components/", components.components),
]

urlpatterns = [
    *identity, *trust, *customers, *interactions, *rulebook, *exchange, *frame, *generated,
]  # fmt: skip
