"""How quickly pages answer: twenty visitors at once on loopback, with and without a solve.

Flow: totalplace serve -> THIS -> the terminal
`python -m benchmarks.web [--seconds 60] [--visitors 20] [--solve]`. Each visitor asks for the next
page as soon as the last one came. It starts a service of its own in a folder of its own, and ends
it. Only this machine is asked.
"""

from __future__ import annotations

import argparse
import http.client
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

PLAN = {
    "service": "fostering",
    "arrangement": "joint-buying",
    "inside": "region",
    "funding": "a grant",
}
PAGES = (
    "/places/E09000030",
    "/places/E08000035",
    "/places/E10000014",
    "/measures/lait.AVG_Attain8_Score",
    "/measures/referrals.rereferral_percent",
)
GOAL = "goals: 150 ms in the middle, 400 ms at the 95th percentile, no errors"


def main() -> None:
    """Serve, warm, measure, tell."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--visitors", type=int, default=20)
    options.add_argument("--solve", action="store_true", help="keep a solve running meanwhile")
    asked = options.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="totalplace-bench-") as data:
        serve = [sys.executable, "-c", "from totalplace.cli.app import main; main()", "serve"]
        service = subprocess.Popen(
            [*serve, "--data", data, "--port", str(port)], stderr=subprocess.DEVNULL
        )
        try:
            measure(port, asked.seconds, asked.visitors, solve=asked.solve)
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(60)


def measure(port: int, seconds: float, visitors: int, *, solve: bool) -> None:
    """Ask for pages from many threads and print how long they took."""
    wait_for(port, "/ready")
    result = plan_page(port, PLAN)
    pages = (*PAGES, result)
    for _ in range(4):  # both processes have read what they need
        for page in pages:
            fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=120), page)
    end = time.monotonic() + seconds
    took: dict[str, list[float]] = {page: [] for page in pages}
    errors: list[str] = []
    lock = threading.Lock()

    def visit(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        turn = first
        while time.monotonic() < end:
            page = pages[turn % len(pages)]
            turn += 1
            began = time.perf_counter()
            status = fetch(line, page)
            with lock:
                took[page].append(1000 * (time.perf_counter() - began))
                if status != 200:
                    errors.append(f"{status} {page}")

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(visitors)]
    if solve:
        threads.append(threading.Thread(target=keep_solving, args=(port, end)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = sorted(ms for each in took.values() for ms in each)
    print(f"{visitors} visitors, {seconds:.0f} s{', a solve running' if solve else ''}; {GOAL}")
    print(f"{'page':48}{'pages':>8}{'middle':>9}{'95th':>9}")
    for page, each in took.items():
        print(f"{page[:46]:48}{told(sorted(each))}")
    print(f"{'all':48}{told(everything)}")
    print(f"{len(everything) / seconds:.0f} pages a second; {len(errors)} errors {errors[:3]}")


def told(ms: list[float]) -> str:
    """Number, median and 95th percentile of sorted times."""
    if not ms:
        return f"{0:8}"
    tail = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
    return f"{len(ms):8,}{statistics.median(ms):7.0f}ms{tail:7.0f}ms"


def fetch(line: http.client.HTTPConnection, page: str) -> int:
    """Ask for one page on a line that stays open; its status."""
    line.request("GET", page)
    with line.getresponse() as answer:
        answer.read()
        return answer.status


def wait_for(port: int, page: str) -> None:
    """Wait until a page answers 200."""
    while True:
        try:
            if fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=30), page) == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)


def plan_page(port: int, asked: dict[str, str]) -> str:
    """Have a plan worked out; the address of its result, below the root."""
    job = ask(port, asked)
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{job}?format=json") as answer:
            found = re.search(rb'"result": "([^"]+)"', answer.read())
        if found:
            return found[1].decode()
        time.sleep(0.5)


def ask(port: int, asked: dict[str, str]) -> str:
    """Ask for a plan as a stranger; the address of its job."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{port}/plan/new"
    with opener.open(f"{address}?service={asked['service']}") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token
    sent = urllib.parse.urlencode({**asked, "csrfmiddlewaretoken": token[1]}).encode()
    with opener.open(address, sent) as answer:
        found = re.search(r"/jobs/[0-9a-f-]{36}", answer.url)
    assert found, answer.url
    return found[0]


def keep_solving(port: int, end: float) -> None:
    """One solve after another, each a question of its own."""
    seed = 1
    while time.monotonic() < end:
        seed += 1
        plan_page(port, {**PLAN, "seed": str(seed)})


if __name__ == "__main__":
    main()
