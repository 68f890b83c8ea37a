"""The sets of own figures as Django knows them.

Flow: web.settings -> THIS -> Django
"""

from __future__ import annotations

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """The table of sets."""

    name = "totalplace.web.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every change of a set written to the trail of its partnership."""
        from auditlog.registry import auditlog

        from totalplace.web.figures.models import FigureSet

        auditlog.register(FigureSet, include_fields=["title", "file_name", "sha256", "count"])
