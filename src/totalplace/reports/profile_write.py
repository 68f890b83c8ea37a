"""Write a profile's files into a folder: all of them whole, or none.

Flow: reports.profile_json and its kin -> THIS -> cli
"""

from __future__ import annotations

from pathlib import Path

from totalplace.reports.profile_json import profile_to_json
from totalplace.reports.profile_text import profile_text
from totalplace.reports.write import write_whole
from totalplace.scenarios.profile import Profile


def write_profile(place: Profile, folder: str | Path) -> list[Path]:
    """Write ``profile.txt`` and ``profile.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    return write_whole(
        folder,
        {
            "profile.txt": profile_text(place).encode("utf-8"),
            "profile.json": profile_to_json(place).encode("utf-8"),
        },
    )
