"""Pulling files from a server on loopback that is sometimes slow, wrong, broken or cut off."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tiny_publication import HEADER, READERS

from totalplace.book.download import Patience
from totalplace.book.pull import Address, load_addresses, pull
from totalplace.errors import InputError

GOOD = (HEADER + "\n" + "tiny,2025-01-01,E08000038,370,Barnsley,authority,2024,1\n").encode()
BIG = GOOD + b"".join(
    f"tiny,2025-01-01,E08000038,370,Barnsley,authority,{year},1\n".encode()
    for year in range(1000, 2000)
)
QUICK = Patience(timeout_s=0.2, whole_s=5, tries=3, first_wait_s=0.01)
NO_PROXY = "127.0.0.1"


class Publisher(BaseHTTPRequestHandler):
    """Answers by path; counts how often each was asked, and what ranges were."""

    protocol_version = "HTTP/1.1"
    asked: dict[str, int]
    ranges: list[tuple[str, str | None]]
    release: threading.Event

    def log_message(self, *ignored) -> None:
        pass

    def do_GET(self) -> None:
        cls = type(self)
        count = cls.asked[self.path] = cls.asked.get(self.path, 0) + 1
        cls.ranges.append((self.path, self.headers.get("Range")))
        name = self.path.strip("/")
        getattr(self, f"give_{name}", self.give_nothing)(count)

    def give(self, body: bytes, *, status: int = 200, say: int | None = None, **headers) -> None:
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("content_type", "text/csv"))
        self.send_header("Content-Length", str(len(body) if say is None else say))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        if say is not None:
            self.close_connection = True

    def give_good(self, count: int) -> None:
        self.give(GOOD)

    def give_nothing(self, count: int) -> None:
        self.give(b"no", status=404)

    def give_forbidden(self, count: int) -> None:
        self.give(b"no", status=403)

    def give_page(self, count: int) -> None:
        self.give(b"<!DOCTYPE html><html>Moved</html>", content_type="text/html; charset=utf-8")

    def give_disguised(self, count: int) -> None:
        self.give(b"\n<html>Moved</html>")

    def give_other(self, count: int) -> None:
        self.give(b"a,b\n1,2\n")

    def give_bad_cell(self, count: int) -> None:
        self.give(GOOD.replace(b",1\n", b",1O\n"))

    def give_flaky(self, count: int) -> None:
        self.give(b"sorry", status=500) if count < 3 else self.give(GOOD)

    def give_busy(self, count: int) -> None:
        self.give(b"sorry", status=503)

    def give_slow(self, count: int) -> None:
        if count == 1:
            self.release.wait(2)
        self.give(GOOD)

    def give_asleep(self, count: int) -> None:
        self.release.wait(2)
        self.close_connection = True

    def give_stalls(self, count: int) -> None:
        """Half, then silence; whole when asked again."""
        if count == 1:
            self.give(GOOD[:40], say=len(GOOD), ETag='"v1"')
            self.wfile.flush()
            self.release.wait(2)
        else:
            self.give_range(BIG if self.path == "/big" else GOOD, '"v1"')

    def give_cut(self, count: int) -> None:
        """Always cut short, and never says which version it is."""
        self.give(GOOD[:40], say=len(GOOD))

    def give_big(self, count: int) -> None:
        """Cut short twice, resumable."""
        if count == 1:
            self.give(BIG[:9000], say=len(BIG), ETag='"v1"')
        else:
            self.give_range(BIG, '"v1"', upto=20000 if count == 2 else None)

    def give_changed(self, count: int) -> None:
        """Cut short, and another version by the next try."""
        if count == 1:
            self.give(BIG[:9000], say=len(BIG), ETag='"v1"')
        else:
            self.give_range(GOOD, '"v2"')

    def give_liar(self, count: int) -> None:
        """Answers a range with another range."""
        if count == 1:
            self.give(BIG[:9000], say=len(BIG), ETag='"v1"')
        elif self.headers.get("Range"):
            self.give(BIG[5:], status=206, Content_Range=f"bytes 5-{len(BIG) - 1}/{len(BIG)}")
        else:
            self.give(BIG)

    def give_range(self, body: bytes, tag: str, upto: int | None = None) -> None:
        asked = self.headers.get("Range")
        if not asked or self.headers.get("If-Range") != tag:
            self.give(body, ETag=tag)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        self.give(
            body[start:upto],
            status=206,
            say=len(body) - start,
            ETag=tag,
            Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}",
        )


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address) -> None:
        """A client that hangs up early is what some of these tests are about."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Publisher]]:
    monkeypatch.setenv("no_proxy", NO_PROXY)
    handler = type(
        "Handler", (Publisher,), {"asked": {}, "ranges": [], "release": threading.Event()}
    )
    httpd = Server(("127.0.0.1", 0), handler)
    handler.root = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield handler
    handler.release.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def entry(server: type[Publisher], name: str, **changes) -> Address:
    return Address(
        **{
            "id": name,
            "title": "Tiny figures",
            "publisher": "Nobody",
            "landing_page": "https://example.org/tiny",
            "publication": "tiny",
            "save_as": f"tiny/{name}.csv",
            "address": f"{server.root}/{name}",
            **changes,
        }
    )


def get(server: type[Publisher], folder: Path, name: str, **changes):
    return pull(folder, addresses=[entry(server, name, **changes)], patience=QUICK, readers=READERS)


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("name", "content", "asked"),
    [
        ("good", GOOD, 1),
        ("flaky", GOOD, 3),  # 500, 500, then the file
        ("slow", GOOD, 2),  # no answer in time, then the file
        ("stalls", GOOD, 2),  # half, silence, then the other half
        ("big", BIG, 3),  # cut short twice, each time continued
        ("changed", GOOD, 2),  # another version meanwhile: taken whole, not glued together
        ("liar", BIG, 3),  # the wrong range: started afresh
    ],
)
def test_the_whole_file_arrives_in_the_end(
    server: type[Publisher], tmp_path: Path, name: str, content: bytes, asked: int
) -> None:
    report = get(server, tmp_path, name)
    assert [file.outcome for file in report.files] == ["saved"]
    assert (tmp_path / "tiny" / f"{name}.csv").read_bytes() == content
    assert left_in(tmp_path) == [f"{name}.csv"]
    assert server.asked[f"/{name}"] == asked


def test_a_broken_download_goes_on_where_it_stopped(
    server: type[Publisher], tmp_path: Path
) -> None:
    get(server, tmp_path, "big")
    assert server.ranges == [("/big", None), ("/big", "bytes=9000-"), ("/big", "bytes=20000-")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "there is no such file"),
        ("forbidden", "the server refused"),
        ("page", "a web page, not a file"),
        ("disguised", "it is a web page"),
        ("other", "no reader recognises it"),
        ("bad_cell", "not a number"),
        ("busy", "gave up after 3 tries; the server answered 503"),
        ("asleep", "gave up after 3 tries; no answer within 0.2 seconds"),
    ],
)
def test_what_is_not_the_file_is_refused_and_nothing_is_left(
    server: type[Publisher], tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        get(server, tmp_path, name)
    assert left_in(tmp_path) == []


def test_a_file_always_cut_short_never_gets_its_name(
    server: type[Publisher], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=f"only 40 of {len(GOOD)} bytes"):
        get(server, tmp_path, "cut")
    assert not (tmp_path / "tiny" / "cut.csv").exists()
    assert all(name.startswith(".") for name in left_in(tmp_path))


def test_the_recorded_hash_must_match(server: type[Publisher], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another hash"):
        get(server, tmp_path, "good", sha256="0" * 64)
    assert left_in(tmp_path) == []
    get(server, tmp_path, "good", sha256=hashlib.sha256(GOOD).hexdigest())


def test_the_right_reader_must_recognise_it(server: type[Publisher], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is tiny"):
        get(server, tmp_path, "good", publication="large")


def test_one_failure_does_not_stop_the_others_and_all_are_told(
    server: type[Publisher], tmp_path: Path
) -> None:
    wanted = [entry(server, name) for name in ("nothing", "good", "page")]
    with pytest.raises(InputError, match="1 of 3 files are in place") as caught:
        pull(tmp_path, addresses=wanted, patience=QUICK, readers=READERS)
    assert len(caught.value.problems) == 2
    assert left_in(tmp_path) == ["good.csv"]


def test_what_is_there_is_not_fetched_again(server: type[Publisher], tmp_path: Path) -> None:
    get(server, tmp_path, "good")
    report = get(server, tmp_path, "good")
    assert [file.outcome for file in report.files] == ["already there"]
    assert server.asked["/good"] == 1


def test_without_an_address_the_landing_page_is_named(
    server: type[Publisher], tmp_path: Path
) -> None:
    report = get(server, tmp_path, "good", address="")
    assert report.files[0].outcome == "by hand"
    assert "example.org/tiny" in "\n".join(report.lines())


def test_only_what_is_asked_for(server: type[Publisher], tmp_path: Path) -> None:
    wanted = [entry(server, "good"), entry(server, "nothing")]
    pull(tmp_path, addresses=wanted, only=["good"], patience=QUICK, readers=READERS)
    with pytest.raises(InputError, match="'goood'"):
        pull(tmp_path, addresses=wanted, only=["goood"], patience=QUICK, readers=READERS)


def test_no_server_at_all(tmp_path: Path, server: type[Publisher]) -> None:
    with pytest.raises(InputError, match="could not be reached"):
        get(server, tmp_path, "good", address="http://127.0.0.1:9/x")
    with pytest.raises(InputError, match="only http"):
        get(server, tmp_path, "good", address="file:///etc/passwd")


def test_the_published_addresses_are_well_formed() -> None:
    found = load_addresses()
    assert found
    for one in found:
        assert one.landing_page.startswith("https://")
        assert not one.address or one.address.startswith("https://")
        assert len(one.sha256) in (0, 64)


@pytest.mark.parametrize(
    "text",
    ["[[file]\n", '[[file]]\nid = "x"\n', '[[file]]\nstrange = "x"\n', None],
)
def test_a_broken_list_of_addresses_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError):
        load_addresses(path)


def test_an_address_may_not_leave_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    keys = ("id", "title", "publisher", "landing_page", "publication")
    path.write_text("[[file]]\n" + "".join(f'{k} = "x"\n' for k in keys) + 'save_as = "../x"\n')
    with pytest.raises(InputError, match="below the folder"):
        load_addresses(path)


@pytest.mark.published
@pytest.mark.slow
def test_every_address_is_of_a_publication_that_some_reader_reads(open_data: Path) -> None:
    """The file each address names, where the folder has it, is of the publication it should be."""
    from totalplace.book.gather import read_one

    here = {path.name: path for path in sorted(open_data.rglob("*")) if path.is_file()}
    tried = 0
    for one in load_addresses():
        path = here.get(Path(one.save_as).name)
        if path is not None:
            outcome = read_one(path, path.name)
            assert outcome.reading is not None, one.id
            assert outcome.reading.source.publication == one.publication, one.id
            tried += 1
    assert tried > 20
