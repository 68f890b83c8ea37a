"""Photograph every page of the web application, on a desk and on a telephone.

Flow: totalplace serve on a data folder of its own -> Chromium -> THIS -> docs/images/web/,
docs/how-to/find-your-way.md
Run by hand, after pages changed; it is not part of `make check`, because it needs a browser
(``apt-get install chromium``) and some minutes::

    python docs/screenshots.py

Everything it asks for goes to the service it started, on this machine. The page of the
documentation is written from the same list, so that no picture lacks its words.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
IMAGES = HERE / "images" / "web"
WORDS = HERE / "how-to" / "find-your-way.md"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESK, TELEPHONE = 1120, 360  # px wide
TALLEST = {DESK: 1900, TELEPHONE: 1300}
QUALITY = 42  # of WebP
LARGEST = 3_000_000  # bytes, of all together
PLAN = "service=social-work&arrangement=shared-management&funding=grant"


class Shot(NamedTuple):
    """One page: its file, where it is, what to press first, what is seen on it."""

    name: str
    address: str
    press: str
    title: str
    seen: str


SHOTS = (
    Shot("start", "/", "", "Start", "four questions and a search for a place."),
    Shot("places", "/places?find=tower", "", "Find a place",
         "what was looked for, what was found, and every council by region."),
    Shot("place", "/places/E09000030", "", "A place on one page",
         "the answer in words, then every headline measure with its interval."),
    Shot("compare", "/compare?area=Camden&area=Islington", "", "Compare places",
         "the same measures of two councils side by side."),
    Shot("watch", "/places/E09000030/watch", "", "Early warning",
         "control charts of a council's workforce and safeguarding figures."),
    Shot("money", "/places/E09000030/money", "", "The money of a place",
         "who pays, for what and for which outcome, as a picture and a table."),
    Shot("unit-costs", "/places/E09000030/money/unit-costs", "", "Unit costs",
         "what a year's spend comes to per child, beside England."),
    Shot("overlap", "/places/E09000030/money/overlap", "", "What is paid for twice",
         "functions that several bodies pay for, priced as ranges."),
    Shot("gap", "/places/E09000007/money/gap?cut=15", "Work it out", "Close a gap",
         "which joint options and which choices close it, and who bears it."),
    Shot("split", "/places/E10000016/split", "", "Divide a county",
         "a list to choose the new authority of each district."),
    Shot("measures", "/measures", "", "Measures", "the catalogue, with words to look for."),
    Shot("measure", "/measures/lait.AVG_Attain8_Score?area=Tower+Hamlets", "", "One measure",
         "two maps in five classes, the ranked figures with intervals, the years."),
    Shot("short-list", "/measures/short-list", "", "The short list",
         "the few measures most worth watching, and why."),
    Shot("frameworks", "/measures/frameworks", "", "Measures and frameworks",
         "what other outcome frameworks count, and whether it is the same."),
    Shot("plan-form", "/plan/new?service=fostering&only=South+West", "", "Ask for a plan",
         "for which councils, how it may be shared, what must hold."),
    Shot("plan", f"/plan/result?{PLAN}", "Work it out", "A plan",
         "the verdict, how sure it is, what was refused, what moves it most."),
    Shot("stability", f"/plan/stability?{PLAN}", "Work it out", "How steady a plan is",
         "a map of pairs: a line from council to council, thick where they share often."),
    Shot("assumption", f"/evidence/team.director?{PLAN}&value=0.65", "Work it out",
         "What an assumption flips",
         "the best plan at each value, a curve of its worth, partnerships that come and go."),
    Shot("assumptions", "/evidence", "", "Assumptions", "every one with its range and source."),
    Shot("propose", "/propose?service=social-work&area=Camden&area=Islington&funding=grant", "",
         "Propose", "councils ticked on a list and a map, and the answer beside them."),
    Shot("sources", "/sources", "", "Sources and data quality",
         "every file with its hash, and why figures are missing."),
)  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The application on a free port and a data folder of its own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-c", "from totalplace.cli.app import main; main()",
        "serve", "--data", str(folder), "--port", str(port),
    ]  # fmt: skip
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=clean, stdout=log, stderr=log)
    try:
        for _ in range(240):
            if _answers(f"{address}/ready"):
                break
            time.sleep(0.5)
        else:
            raise SystemExit(f"It did not start: {(folder / 'log').read_text()[-2000:]}")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def photograph(browser: Browser, address: str, shot: Shot, width: int) -> bytes:
    """One page as WebP, from its top down as far as is worth showing."""
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(shot.address)
    button = page.get_by_role("button", name=shot.press, exact=True) if shot.press else None
    if button is not None and page.get_by_text("has not been worked out here yet").count():
        button.first.click()
        page.wait_for_url(lambda url: "/jobs/" not in url and "/new" not in url)
    content = _webp(page, width)
    context.close()
    return content


def _webp(page: Page, width: int) -> bytes:
    tall = min(TALLEST[width], page.evaluate("document.documentElement.scrollHeight"))
    session = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "width": width, "height": tall, "scale": 0.75 if width == DESK else 1}
    taken = session.send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": clip},
    )
    return base64.b64decode(taken["data"])


def words() -> str:
    """The page of the documentation."""
    parts = [
        "# Find your way in the web application\n",
        "Start it with `totalplace serve` and open the address it prints. Every page has an",
        "address that stays, works without JavaScript and with the keyboard alone, and can be",
        "taken away as a spreadsheet or, where it is a paper, as a Word file. The search at the",
        "top of every page takes a name, a code or a postcode.\n",
        "The pictures are made by `python docs/screenshots.py`; some pages go on below them.\n",
    ]
    for shot in SHOTS:
        parts += [
            f"## {shot.title}\n",
            f"`{shot.address}`\n",
            f"![{shot.title}, on a wide screen: {shot.seen}](../images/web/{shot.name}.webp)\n",
            f"![{shot.title}, on a telephone: {shot.seen}]"
            f"(../images/web/{shot.name}-telephone.webp){{ width=240 }}\n",
        ]
    return "\n".join(parts)


def main() -> None:
    """Make all of it anew."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("Needs a browser: apt-get install chromium")
    made: dict[str, bytes] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for shot in SHOTS:
            made[f"{shot.name}.webp"] = photograph(browser, address, shot, DESK)
            made[f"{shot.name}-telephone.webp"] = photograph(browser, address, shot, TELEPHONE)
        browser.close()
    size = sum(map(len, made.values()))
    if size > LARGEST:
        raise SystemExit(f"{size:,} bytes of pictures; at most {LARGEST:,}. Lower QUALITY.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.glob("*.webp"):
        old.unlink()
    for name, content in made.items():
        (IMAGES / name).write_bytes(content)
    WORDS.write_text(words(), encoding="utf-8")
    sys.stdout.write(f"{len(made)} pictures, {size:,} bytes\n")


if __name__ == "__main__":
    main()
