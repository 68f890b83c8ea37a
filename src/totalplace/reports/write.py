"""Write a plan's files into a folder: all of them whole, or none.

Flow: reports.page, reports.workbook, reports.json_document -> THIS -> cli
In: a frozen Plan, the assumptions as rows, the map's shapes. Out: the paths written.
Every file is made in memory, written beside its place under a temporary name, and renamed only
when all are safely on the disk; a failure leaves what was there before.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from totalplace.errors import InputError, Problem
from totalplace.footprints.results import Plan
from totalplace.reports.json_document import plan_to_json
from totalplace.reports.map import MapShapes
from totalplace.reports.page import plan_page
from totalplace.reports.workbook import plan_workbook


def write_plan(
    plan: Plan,
    folder: str | Path,
    *,
    assumptions: Sequence[Mapping[str, object]] = (),
    maps: Sequence[MapShapes] = (),
) -> list[Path]:
    """Write ``plan.html``, ``plan.xlsx`` and ``plan.json`` into a folder, made if need be.

    Args:
        plan: The plan.
        folder: Where to write.
        assumptions: Rows of the registry the plan was made with (``Registry.to_rows()``).
        maps: Ways to draw the country, in the order shown; none leaves the maps out.

    Returns:
        The paths written, in that order.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    page = plan_page(plan, assumptions=assumptions, maps=maps)
    files = {
        "plan.html": page.encode("utf-8"),
        "plan.xlsx": plan_workbook(plan, assumptions=assumptions, maps=maps),
        "plan.json": plan_to_json(plan).encode("utf-8"),
    }
    return write_whole(folder, files)


def write_whole(folder: str | Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write several files into a folder, all or none.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    folder = Path(folder)
    temporaries: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            temporaries[folder / name] = Path(temporary)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).chmod(0o644)
        for path, temporary_path in temporaries.items():
            temporary_path.replace(path)
    except OSError as error:
        raise InputError(
            Problem(
                what=f"cannot write here ({error.strerror or error})",
                where=str(folder),
                fix="Choose another folder with --out, or make room. "
                "Nothing was half-written: what was there before is as it was.",
            )
        ) from error
    finally:
        for temporary_path in temporaries.values():
            temporary_path.unlink(missing_ok=True)
    return list(temporaries)
