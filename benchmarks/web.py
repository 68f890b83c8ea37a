"""How quickly pages answer: twenty visitors at once on loopback, with and without a solve.

Flow: totalplace serve -> THIS -> the terminal
`python -m benchmarks.web [--seconds 60] [--visitors 20] [--solve] [--wide] [--members]`. Each
visitor asks for the next page as soon as the last one came, on a line that stays open, as a browser
does: packed pages are taken, and nothing is kept from one visit to the next. It starts a service of
its own in a folder of its own, and ends it. Only this machine is asked. One thread plays all
visitors, so that it takes little of the processors that it measures; what the service takes is
told beside it, because that does not depend on who else uses the machine.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import selectors
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
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

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
PATIENCE_S = 60.0


def main() -> None:
    """Serve, warm, measure, tell."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--visitors", type=int, default=20)
    options.add_argument("--solve", action="store_true", help="keep a solve running meanwhile")
    options.add_argument("--wide", action="store_true", help="every authority, none asked before")
    options.add_argument("--members", action="store_true", help="visitors with a session")
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
            wait_for(port, "/ready")
            pages = (*PAGES, plan_page(port, PLAN))
            if asked.wide:
                pages = (*every_place(port), *pages)
            else:
                warm(port, pages)
            if asked.solve:
                threading.Thread(target=keep_solving, args=(port,), daemon=True).start()
                time.sleep(5)
            cookie = member(port) if asked.members else ""
            before, mine = used_s(service.pid), time.process_time()
            visits = visit(port, pages, asked.seconds, asked.visitors, cookie)
            used, mine = used_s(service.pid) - before, time.process_time() - mine
            kind = ", a solve running" if asked.solve else ""
            print(f"{asked.visitors} visitors, {asked.seconds:.0f} s{kind}; {GOAL}")
            tell(visits, asked.seconds)
            print(
                f"processor time of a page: {1000 * used / max(1, visits.number):.2f} ms of the "
                f"service, {1000 * mine / max(1, visits.number):.2f} ms of the visitors"
            )
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(60)


@dataclass(slots=True)
class Visits:
    """How long each page took, in ms, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(map(len, self.took.values()))


@dataclass(slots=True)
class Line:
    """One visitor's open line, and what has come of the page they wait for."""

    socket: socket.socket
    turn: int
    page: str = ""
    began: float = 0.0
    come: bytearray = field(default_factory=bytearray)

    def ask(self, pages: tuple[str, ...], cookie: str) -> None:
        """Ask for the next page."""
        self.page = pages[self.turn % len(pages)]
        self.turn += 1
        self.come.clear()
        self.began = time.perf_counter()
        words = f"GET {self.page} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
        self.socket.sendall(f"{words}{cookie}\r\n".encode())

    def status(self) -> int | None:
        """The status of the answer once all of it has come; 0: the line was closed."""
        end = self.come.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.come[:end]).lower()
        length = re.search(rb"content-length: (\d+)", head)
        assert length, head
        return int(head[9:12]) if len(self.come) >= end + 4 + int(length[1]) else None


def visit(
    port: int, pages: tuple[str, ...], seconds: float, visitors: int, cookie: str = ""
) -> Visits:
    """Have visitors ask for pages, one after another each, and note how long they took."""
    visits = Visits({page: [] for page in pages})
    end = time.perf_counter() + seconds
    with selectors.DefaultSelector() as lines:

        def open_line(turn: int) -> None:
            line = Line(socket.create_connection(("127.0.0.1", port)), turn)
            lines.register(line.socket, selectors.EVENT_READ, line)
            line.ask(pages, cookie)

        for number in range(visitors):
            open_line(number * 7)
        while time.perf_counter() < end:
            ready = lines.select(PATIENCE_S)
            if not ready:
                visits.errors.append(f"nothing came for {PATIENCE_S:.0f} s")
                break
            for key, _ in ready:
                line: Line = key.data
                more = line.socket.recv(1 << 18)
                line.come += more
                status = line.status() if more else 0
                if status is None:
                    continue
                visits.took[line.page].append(1000 * (time.perf_counter() - line.began))
                if status != 200:
                    visits.errors.append(f"{status} {line.page}")
                if status and b"connection: close" not in bytes(line.come[:2000]).lower():
                    line.ask(pages, cookie)
                else:  # a worker that has answered enough is replaced, and says so
                    lines.unregister(line.socket)
                    line.socket.close()
                    open_line(line.turn)
        for key in list(lines.get_map().values()):
            key.data.socket.close()
    return visits


def tell(visits: Visits, seconds: float) -> None:
    """Print how long pages took."""
    print(f"{'page':48}{'pages':>8}{'middle':>9}{'95th':>9}")
    kinds: dict[str, list[float]] = {}
    for page, each in visits.took.items():
        name = page if len(visits.took) < 20 else f"/{page.split('/')[1]}/..."
        kinds.setdefault(name, []).extend(each)
    for name, each in kinds.items():
        print(f"{name[:46]:48}{told(sorted(each))}")
    print(f"{'all':48}{told(sorted(ms for each in kinds.values() for ms in each))}")
    print(
        f"{visits.number / seconds:.0f} pages a second; "
        f"{len(visits.errors)} errors {visits.errors[:3]}"
    )


def told(ms: list[float]) -> str:
    """Number, median and 95th percentile of sorted times."""
    if not ms:
        return f"{0:8}"
    tail = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
    return f"{len(ms):8,}{statistics.median(ms):7.0f}ms{tail:7.0f}ms"


def used_s(parent: int) -> float:
    """Processor seconds of a process and all below it but those that solve."""
    tick = os.sysconf("SC_CLK_TCK")
    rows: dict[int, tuple[int, float, int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows[int(place.parent.name)] = (
            int(words[1]),
            (int(words[11]) + int(words[12])) / tick,
            int(words[16]),
        )
    family = {parent}
    while more := {pid for pid, (up, _, _) in rows.items() if up in family} - family:
        family |= more
    return sum(rows[pid][1] for pid in family if rows[pid][2] <= 0)  # those that solve are nicer


def warm(port: int, pages: tuple[str, ...]) -> None:
    """Ask until every process has read what it needs."""
    for _ in range(6):
        for page in pages:
            fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=120), page)


def every_place(port: int) -> tuple[str, ...]:
    """The addresses of every authority of today."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/places") as page:
        found = re.findall(r'href="(/places/E\d{8})"', page.read().decode())
    return tuple(dict.fromkeys(found))


def member(port: int) -> str:
    """The header of a visitor who has a session, because they asked for a plan."""
    jar = CookieJar()
    ask(port, {**PLAN, "seed": "7"}, jar)
    return "Cookie: " + "; ".join(f"{one.name}={one.value}" for one in jar) + "\r\n"


def fetch(line: http.client.HTTPConnection, page: str) -> int:
    """Ask for one page; its status."""
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


def ask(port: int, asked: dict[str, str], jar: CookieJar | None = None) -> str:
    """Ask for a plan as a stranger; the address of its job."""
    cookies = urllib.request.HTTPCookieProcessor(CookieJar() if jar is None else jar)
    opener = urllib.request.build_opener(cookies)
    address = f"http://127.0.0.1:{port}/plan/new"
    with opener.open(f"{address}?service={asked['service']}") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token
    sent = urllib.parse.urlencode({**asked, "csrfmiddlewaretoken": token[1]}).encode()
    with opener.open(address, sent) as answer:
        found = re.search(r"/jobs/[0-9a-f-]{36}", answer.url)
    assert found, answer.url
    return found[0]


def keep_solving(port: int) -> None:
    """One solve after another, each a question of its own, until the service ends."""
    seed = 100
    while True:
        seed += 1
        try:
            plan_page(port, {**PLAN, "seed": str(seed)})
        except (OSError, http.client.HTTPException):
            return


if __name__ == "__main__":
    main()
