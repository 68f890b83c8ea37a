"""Write a profile's files into a folder: all of them whole, or none.

Flow: reports.profile_page, profile_workbook, profile_paper, profile_json -> THIS -> cli
"""

from __future__ import annotations

from pathlib import Path

from totalplace.reports.profile_json import profile_to_json
from totalplace.reports.profile_page import profile_page
from totalplace.reports.profile_paper import profile_paper
from totalplace.reports.profile_workbook import profile_workbook
from totalplace.reports.write import write_whole
from totalplace.scenarios.account import Profile


def write_profile(place: Profile, folder: str | Path) -> list[Path]:
    """Write ``profile.html``, ``.xlsx``, ``.docx`` and ``.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    return write_whole(
        folder,
        {
            "profile.html": profile_page(place).encode("utf-8"),
            "profile.xlsx": profile_workbook(place),
            "profile.docx": profile_paper(place),
            "profile.json": profile_to_json(place).encode("utf-8"),
        },
    )
