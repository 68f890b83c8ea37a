"""The jobs as Django knows them.

Flow: web.settings -> THIS -> Django
"""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The tables of jobs."""

    name = "totalplace.web.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
