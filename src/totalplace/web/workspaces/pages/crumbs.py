"""What stands above the pages inside a workspace.

Flow: workspaces.pages -> THIS -> web.page
"""

from __future__ import annotations

from django.urls import reverse

from totalplace.web.workspaces.models import Partnership

WORKSPACES = (("Workspaces", "/workspaces"),)


def crumbs_of(partnership: Partnership) -> tuple[tuple[str, str], ...]:
    """The workspaces, and this one."""
    return (*WORKSPACES, (partnership.name, reverse("workspace", args=[partnership.pk])))
