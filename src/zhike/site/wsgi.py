"""The WSGI entry point that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.site.settings")

application = get_wsgi_application()
