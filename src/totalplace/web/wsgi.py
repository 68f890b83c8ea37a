"""The application as web servers know it.

Flow: web.urls -> THIS -> gunicorn, or any other WSGI server
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.web.settings")
application = get_wsgi_application()
