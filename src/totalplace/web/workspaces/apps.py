"""The workspaces as Django knows them.

Flow: web.settings -> THIS -> Django
"""

from __future__ import annotations

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Accounts, partnerships, and the trail of what was changed."""

    name = "totalplace.web.workspaces"
    label = "workspaces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have changes and sign-ins written to the trail."""
        from totalplace.web.workspaces import trail

        trail.watch()
