"""The WSGI entry point that Granian serves."""

import faulthandler
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from zhike.site import database

faulthandler.enable()  # a crash in native code says where
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.site.settings")

application = get_wsgi_application()
_ = get_resolver().url_patterns  # every page is loaded now, not at the first request
gc.freeze()  # what the start has made stays: the collector need not walk through it in a request
database.connect()
