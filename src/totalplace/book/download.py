"""Fetch one file over HTTP: resume, retry, and never leave half of it under its own name.

Flow: publisher's address -> THIS -> book.pull
In: an address and a path. Out: a complete ``.part`` file for the caller to check and rename.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from totalplace.errors import InputError

MAX_BYTES = 512 * 1024 * 1024
_CHUNK = 64 * 1024
_WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}

BytesFn = Callable[[int, int | None], None]  # bytes so far, bytes in all if the server says


class DownloadError(InputError):
    """The address did not give the file; the message says what it did instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait and how often to try."""

    timeout_s: float = 30.0  # for each answer and each piece
    whole_s: float = 900.0  # for one file, tries and waits included
    tries: int = 4
    first_wait_s: float = 1.0  # doubled after each failed try


class _Again(Exception):  # noqa: N818 (a signal between two functions, never seen outside)
    """This try failed in a way that another may mend."""


def fetch(
    address: str,
    part: Path,
    *,
    patience: Patience,
    progress_fn: BytesFn | None = None,
) -> None:
    """Download ``address`` into ``part``, going on from what an earlier try left there.

    A partial file is continued only when the server can prove that the file is unchanged (by its
    ETag or Last-Modified, kept beside it); otherwise it is fetched afresh.

    Args:
        address: An http or https address.
        part: The temporary file; complete when this returns.
        patience: Timeouts, tries and waits.
        progress_fn: Told the bytes so far.

    Raises:
        DownloadError: Not found, refused, a web page, too large, or still failing after all tries.
    """
    if not address.startswith(("https://", "http://")):
        raise DownloadError(f"{address}: only http and https addresses can be downloaded.")
    deadline = time.monotonic() + patience.whole_s
    wait = patience.first_wait_s
    reason = ""
    for attempt in range(patience.tries):
        if attempt:
            time.sleep(max(0.0, min(wait, deadline - time.monotonic())))
            wait *= 2
        try:
            _try_once(address, part, patience.timeout_s, deadline, progress_fn)
        except _Again as error:
            reason = str(error)
            if time.monotonic() >= deadline:
                break
        else:
            _tag(part).unlink(missing_ok=True)
            return
    raise DownloadError(
        f"{address}: gave up after {attempt + 1} tries; {reason}. What arrived is kept and will be "
        "continued next time. Try again later, or download the file by hand."
    )


def _tag(part: Path) -> Path:
    """Where the server's word for this version of the file is kept."""
    return part.with_name(part.name + ".tag")


def _try_once(
    address: str, part: Path, timeout_s: float, deadline: float, progress_fn: BytesFn | None
) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": "totalplace"})
    have = part.stat().st_size if part.exists() else 0
    tag = _tag(part).read_text("utf-8") if _tag(part).exists() else ""
    if have and tag:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag)
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            _receive(answer, part, have, deadline, progress_fn)
    except urllib.error.HTTPError as error:
        _judge_status(address, part, error.code)
    except TimeoutError as error:
        raise _Again(f"no answer within {timeout_s:g} seconds") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _Again(f"no answer within {timeout_s:g} seconds") from error
        raise _Again(f"the server could not be reached ({error.reason})") from error
    except (http.client.HTTPException, ConnectionError) as error:
        raise _Again("the connection broke off") from error


def _judge_status(address: str, part: Path, status: int) -> None:
    if status == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        _discard(part)
        raise _Again("the partial file no longer fits the one at the address")
    if status in _WORTH_ANOTHER_TRY:
        raise _Again(f"the server answered {status}")
    meaning = "there is no such file" if status in (404, 410) else "the server refused"
    raise DownloadError(
        f"{address}: {meaning} (answer {status}). The publisher may have moved it: see its "
        "landing page, then download by hand or give the new address with --addresses."
    )


def _receive(
    answer: http.client.HTTPResponse,
    part: Path,
    have: int,
    deadline: float,
    progress_fn: BytesFn | None,
) -> None:
    headers: Message = answer.headers
    if headers.get_content_type() == "text/html":
        raise DownloadError(
            f"{answer.url}: the address answered with a web page, not a file. The publisher may "
            "have moved it: see its landing page."
        )
    resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT and headers.get(
        "Content-Range", ""
    ).startswith(f"bytes {have}-")
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT and not resumed:
        _discard(part)
        raise _Again("the server sent another piece than was asked for")
    if not resumed:
        have = 0
        _tag(part).write_text(headers.get("ETag") or headers.get("Last-Modified") or "", "utf-8")
    length = headers.get("Content-Length")
    total = have + int(length) if length and length.isdigit() else None
    if total is not None and total > MAX_BYTES:
        raise _too_large(answer.url, part)
    with part.open("ab" if resumed else "wb") as out:
        while chunk := answer.read1(_CHUNK):
            out.write(chunk)
            have += len(chunk)
            if have > MAX_BYTES:
                raise _too_large(answer.url, part)
            if progress_fn:
                progress_fn(have, total)
            if time.monotonic() > deadline:
                raise _Again("the file came too slowly")
    if total is not None and have != total:
        raise _Again(f"only {have:,} of {total:,} bytes arrived")


def _too_large(address: str, part: Path) -> DownloadError:
    _discard(part)
    return DownloadError(f"{address}: the file is over {MAX_BYTES // 2**20} MB, so it was refused.")


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag(part).unlink(missing_ok=True)
