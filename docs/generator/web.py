"""The settings of the web application, from the table that reads them.

Flow: web.config -> THIS -> reference page
"""

from __future__ import annotations

from generator.markdown import grid


def web_settings_page() -> str:
    """Every environment variable, its default and what it does."""
    from totalplace.web.config import PREFIX, SETTINGS

    return "\n\n".join(
        [
            "# Settings of the web application",
            "Environment variables, read when a process starts. "
            "[How to run it](../how-to/run-the-web-application.md).",
            grid(
                ["variable", "default", "what it does"],
                (
                    [f"`{PREFIX}{one.name}`", f"`{one.default}`" if one.default else "", one.help]
                    for one in SETTINGS
                ),
            ),
        ]
    )
