"""Say which layout a file's headings come nearest to, and what they lack of it.

Flow: headings of a file nobody recognised -> THIS -> a reader's ``near``
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

ENOUGH = 0.6  # of a layout's headings must be there, or the likeness is chance


def nearly(found: Collection[str], layouts: Mapping[str, Collection[str]]) -> str | None:
    """Words for the layout with most of its headings there; None if none has enough.

    Args:
        found: Headings of the file.
        layouts: Headings of each layout, by what messages call it.
    """
    have = set(found)
    share = {title: len(have & set(names)) / len(names) for title, names in layouts.items()}
    title = max(share, key=lambda key: share[key])
    missing = [name for name in layouts[title] if name not in have]
    if share[title] < ENOUGH or not missing:
        return None
    return f"{title}, but there is no column {', '.join(map(repr, missing))}"
