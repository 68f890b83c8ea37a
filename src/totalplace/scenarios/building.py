"""Build a place book with its places: the one step that needs both packages.

Flow: book.build + places.derive -> THIS -> cli, the public face
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import polars as pl

from totalplace.book.build import BuildReport, build_book
from totalplace.book.gather import ProgressFn
from totalplace.places.derive import derive
from totalplace.publishers import postcodes


def build(
    folder: Path | str,
    path: Path | str,
    *,
    progress_fn: ProgressFn | None = None,
    executor: Executor | None = None,
) -> BuildReport:
    """Build the book of a folder of published files, places included.

    Args:
        folder: Where the published files are.
        path: Where the book is to appear.
        progress_fn: Called as (files done, files in all, file).
        executor: Where files are read; this process when None.

    Raises:
        PublishedFileError: Any file is bad; every problem is listed.
        BookError: The book cannot be written.
    """
    return build_book(
        folder, path, derive_fn=derive_with_source, progress_fn=progress_fn, executor=executor
    )


def derive_with_source(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables about places, and a row of ``source`` for the postcodes they are drawn from."""
    drawn_from = postcodes.source()
    row = pl.DataFrame([{"source_id": drawn_from.source_id, **asdict(drawn_from)}])
    return {**derive(tables), "source": row}


@contextmanager
def workers(count: int = 1) -> Iterator[Executor | None]:
    """Processes to read files in; none for one, which is the usual choice.

    Handing millions of rows from process to process costs about what reading beside each other
    saves, and polars uses every core as it is: more processes pay for a folder of many workbooks.

    Args:
        count: How many.
    """
    if count < 2:
        yield None
        return
    # Started afresh, not forked: polars keeps threads, which a fork would leave locked.
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C goes to the process that started the workers, which ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
