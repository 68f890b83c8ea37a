"""Bad input, of every kind we could think of: one clear message, exit 1, the old book untouched.

Each case spoils a folder that builds; the command line is run as a person would run it. What looks
bad but is not (old codes, mixed vintages, a missing ``mimetype`` entry) must go through.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest

from totalplace.book.store import open_book
from totalplace.cli.app import run
from totalplace.publishers import lait, recognise
from totalplace.publishers.revenue_lines import COLUMNS, RO3_LINES, SUMS
from totalplace.scenarios import building

# ---------------------------------------------------------------- good files, small

CSV_HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code,population_type,population_estimate,"
    "children_count,rate_per_10000"
)
YEAR = "2025,Reporting year"
MARCH = "Children looked after on 31 March each year"
NATION = f"{YEAR},National,E92000001,England,,,,,,{MARCH},12183016,81770,67"
LEEDS = (
    f"{YEAR},Local authority,E92000001,England,E12000003,Yorkshire and The Humber,"
    f"383,Leeds,E08000035,{MARCH},170000,1420,84"
)
OLD_BARNSLEY = (
    f"{YEAR},Local authority,E92000001,England,E12000003,Yorkshire and The Humber,"
    f"370,Barnsley,E08000016,{MARCH},52000,c,c"
)


def csv_file(*rows: str, header: str = CSV_HEADER, encoding: str = "utf-8") -> bytes:
    return ("\n".join([header, *(rows or (NATION, LEEDS))]) + "\n").encode(encoding)


def ods(sheets: dict[str, list[list[object]]], *, mimetype: bool = True, extra: str = "") -> bytes:
    """A spreadsheet of the fewest parts that every reader of ODS accepts."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">' + "".join(map(_row, rows)) + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}{extra}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    parts = {"content.xml": content, "META-INF/manifest.xml": MANIFEST}
    return packed(({"mimetype": ODS} if mimetype else {}) | parts)


ODS = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _row(values: list[object]) -> str:
    return "<table:table-row>" + "".join(map(_cell, values)) + "</table:table-row>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def packed(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


WHO = ["E-code", "ONS Code", "Local authority", "Notes", "Class", "Detailed Class", "Certification"]
SHEET = "RO3_LA_Data_202425"


def headings() -> list[object]:
    codes = ["(C1)", "(C2)", "(C3 = C1 + C2)", "(C4)", "(C5)", "(C6 = C4 + C5)", "(C7 = C3 - C6)"]
    words = [word for _, word in COLUMNS.values()]
    names = [
        service.upper() if service.startswith("total") else f"Children's social care - {service}"
        for service, _ in RO3_LINES.values()
    ]
    return [*WHO, *(f"{n} - {w} {c}" for n in names for w, c in zip(words, codes, strict=True))]


def council(ecode: str, code: str, name: str, group: str = "MD") -> list[object]:
    """A row whose lines add up: every basic line has the same seven figures."""
    count = dict.fromkeys(RO3_LINES, 1)
    for total, parts in reversed(SUMS["ro3"]):
        count[total] = sum(count[part] for part in parts)
    row: list[object] = [ecode, code, name, "", group, group, "Y"]
    for line in RO3_LINES:
        n = count[line]
        row += [1.0 * n, 2.0 * n, 3.0 * n, 0.5 * n, 0.25 * n, 0.75 * n, 2.25 * n]
    return row


LEEDS_RO3 = council("E4704", "E08000035", "Leeds")
ENGLAND_RO3 = council("Eng", "E92000001", "ENGLAND", "Eng")


def ro3(
    *rows: list[object], head: list[object] | None = None, sheet: str = SHEET, **how: object
) -> bytes:
    front = [
        ["General Fund Revenue Account Outturn - RO3 Social Care 2024-25"],
        ['Data compile "Outturn, England - Second release" published on 4 December 2025.'],
    ]
    title = [["Worksheet 2: Revenue Outturn (RO) 2024-25: Social Care (RO3) data"], ["£ thousand"]]
    body = [*title, head or headings(), *(rows or (LEEDS_RO3, ENGLAND_RO3))]
    notes = [["Note number", "Note text"], ["[note 1]", "Nothing to note."]]
    return ods({"Front_Page": front, "Notes": notes, sheet: body}, **how)


def lait_file(*rows: tuple[object, ...], **renamed: str) -> bytes:
    leeds = ("LAC", "Looked after", "2025", "Leeds", "84", 383.0, "Yorkshire")
    kinds = {name: pl.Float64 if name == "LA Number" else pl.String for name in lait.COLUMNS}
    frame = pl.DataFrame([leeds, *rows], schema=kinds, orient="row").rename(renamed)
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


# ---------------------------------------------------------------- ways to spoil a folder

Spoil = Callable[[Path], object]


def put(name: str, content: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(content)


def changed(row: list[object], at: int, value: object) -> list[object]:
    return [*row[:at], value, *row[at + 1 :]]


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("mimetype", ODS)
        with archive.open("content.xml", "w") as part:
            for _ in range(40):
                part.write(bytes(1 << 20))
    return buffer.getvalue()


def stretched() -> bytes:
    cell = '<table:table-cell office:value-type="float" office:value="1"'
    row = f'{cell} table:number-columns-repeated="16384"/>'
    return ro3(
        extra='<table:table table:name="x"><table:table-row table:number-rows-repeated="1048576">'
        f"{row}</table:table-row></table:table>"
    )


def broken_checksum(content: bytes) -> bytes:
    middle = len(content) // 3
    return (
        content[:middle]
        + bytes(byte ^ 0xFF for byte in content[middle : middle + 40])
        + (content[middle + 40 :])
    )


BAD: dict[str, tuple[Spoil, str]] = {
    # workbooks
    "truncated ods": (put("bad.ods", ro3()[: len(ro3()) // 2]), "bad.ods.*(damaged|cut short)"),
    "ods with flipped bytes": (put("bad.ods", broken_checksum(ro3())), "bad.ods"),
    "wrong sheet": (put("bad.ods", ro3(sheet="Data")), "bad.ods.*Data"),
    "renamed column in a workbook": (
        put("bad.ods", ro3(head=["ONS" if h == "ONS Code" else h for h in headings()])),
        "bad.ods.*'ONS Code'",
    ),
    "renamed line in a workbook": (
        put("bad.ods", ro3(head=changed(headings(), 7, "Something new - Employees (C1)"))),
        "bad.ods.*no column Employees",
    ),
    "a letter in a number of a workbook": (
        put("bad.ods", ro3(changed(LEEDS_RO3, 9, "14O2"), ENGLAND_RO3)),
        "bad.ods.*'14O2'.*Leeds",
    ),
    "duplicated row in a workbook": (
        put("bad.ods", ro3(LEEDS_RO3, LEEDS_RO3, ENGLAND_RO3)),
        "bad.ods.*E08000035 has 2 rows",
    ),
    "no row for England": (put("bad.ods", ro3(LEEDS_RO3)), "bad.ods.*England"),
    "unknown class of body": (
        put("bad.ods", ro3(changed(LEEDS_RO3, 4, "QQ"), ENGLAND_RO3)),
        "bad.ods.*unknown class 'QQ'",
    ),
    "unknown area in a workbook": (
        put("bad.ods", ro3(LEEDS_RO3, council("E9", "E08999999", "Atlantis"), ENGLAND_RO3)),
        "bad.ods.*Atlantis, E08999999",
    ),
    "zip bomb": (put("bad.ods", bomb()), "bad.ods.*unpack"),
    "a cell repeated over the whole sheet": (put("bad.ods", stretched()), "bad.ods.*memory"),
    # CSV
    "empty file": (put("bad.csv", b""), "bad.csv.*empty"),
    "header and no rows": (put("bad.csv", (CSV_HEADER + "\n").encode()), "bad.csv.*no rows"),
    "renamed column": (
        put("bad.csv", csv_file(header=CSV_HEADER.replace("children_count", "children_number"))),
        "bad.csv.*'children_count'",
    ),
    "column twice": (
        put("bad.csv", csv_file(header=CSV_HEADER.replace("rate_per_10000", "children_count"))),
        "bad.csv.*children_count",
    ),
    "a letter in a number": (
        put("bad.csv", csv_file(NATION, LEEDS.replace(",1420,", ",142O,"))),
        "bad.csv.*'142O'",
    ),
    "a symbol never seen": (
        put("bad.csv", csv_file(NATION, LEEDS.replace(",1420,", ",§,"))),
        "bad.csv.*'§'",
    ),
    "not a number in computing's sense": (
        put("bad.csv", csv_file(NATION, LEEDS.replace(",1420,", ",inf,"))),
        "bad.csv.*'inf'",
    ),
    "duplicated rows": (put("bad.csv", csv_file(NATION, LEEDS, LEEDS)), "bad.csv.*(twice|repeat)"),
    "unknown area": (
        put(
            "bad.csv", csv_file(NATION, LEEDS.replace("383,Leeds,E08000035", "999,Leads,E08999999"))
        ),
        "bad.csv.*Leads.*E08999999.*",
    ),
    "one area under its old and its new code": (
        put("bad.csv", csv_file(OLD_BARNSLEY, OLD_BARNSLEY.replace("E08000016", "E08000038"))),
        "bad.csv.*twice",
    ),
    "year label never seen": (
        put("bad.csv", csv_file(NATION.replace("2025,", "Summer 25,", 1), LEEDS)),
        "bad.csv.*'Summer 25'",
    ),
    "level never seen": (
        put("bad.csv", csv_file(NATION, LEEDS.replace("Local authority", "Parish"))),
        "bad.csv.*'Parish'",
    ),
    "wrong encoding": (
        put("bad.csv", csv_file(NATION, LEEDS.replace("Leeds", "Leéds"), encoding="latin-1")),
        "bad.csv.*UTF-8",
    ),
    "cut in the middle of a row": (put("bad.csv", csv_file()[:-30]), "bad.csv.*cells"),
    # parquet
    "truncated parquet": (put("bad.parquet", lait_file()[:-60]), "bad.parquet"),
    "renamed column in parquet": (
        put("bad.parquet", lait_file(**{"Values": "Value"})),
        "bad.parquet.*'Values'",
    ),
    "year label never seen in parquet": (
        put("bad.parquet", lait_file(("LAC", None, "25ish", "Leeds", "1", 383.0, "Y"))),
        "bad.parquet.*25ish",
    ),
    "unknown area in parquet": (
        put("bad.parquet", lait_file(("LAC", None, "2025", "Atlantis", "1", 777.0, "Y"))),
        "bad.parquet.*Atlantis",
    ),
    # the file system
    "link to nowhere": (
        lambda folder: (folder / "bad.csv").symlink_to(folder / "gone"),
        "bad.csv.*leads nowhere",
    ),
    "links in a loop": (
        lambda folder: (
            (folder / "bad.csv").symlink_to(folder / "b"),
            (folder / "b").symlink_to(folder / "bad.csv"),
        ),
        "bad.csv.*leads nowhere",
    ),
    "a pipe that never answers": (
        lambda folder: os.mkfifo(folder / "bad.csv"),
        "bad.csv.*not an ordinary file",
    ),
}


# ---------------------------------------------------------------- the surroundings


@pytest.fixture(autouse=True)
def register_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what postcodes tell: it takes seconds and no case here is about it."""
    from totalplace.places.derive import register_tables

    monkeypatch.setattr(
        building, "derive", lambda tables: register_tables(tables.get("authority_code"))
    )


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder that builds, and its book."""
    place = tmp_path_factory.mktemp("good")
    (place / "published").mkdir()
    (place / "published" / "good.csv").write_bytes(csv_file(NATION, LEEDS, OLD_BARNSLEY))
    from totalplace.book.build import build_book
    from totalplace.places.derive import register_tables

    path = place / "book.duckdb"
    build_book(place / "published", path, derive_fn=lambda _: register_tables())
    return place / "published", path.read_bytes()


class Attempt:
    """A folder and a book made from it, and what a run of the command said."""

    def __init__(self, root: Path, good: tuple[Path, bytes], capsys) -> None:
        self.root, self.capsys = root, capsys
        self.folder, self.book = root / "published", root / "book.duckdb"
        self.folder.mkdir()
        for file in good[0].iterdir():
            (self.folder / file.name).write_bytes(file.read_bytes())
        self.before = good[1]
        self.book.write_bytes(self.before)

    def run(self, *more: str, folder: Path | None = None, book: Path | None = None) -> int:
        words = ["book", "build", "--from", str(folder or self.folder)]
        self.code = run([*words, "--book", str(book or self.book), *more])
        self.out, self.err = self.capsys.readouterr()
        return self.code

    def check_refused(self, said: str) -> None:
        assert self.code == 1
        assert not self.out
        assert "Traceback" not in self.err
        assert "should not have" not in self.err  # the words for what nobody foresaw
        assert re.search(said, self.err, re.DOTALL), self.err
        self.check_untouched()

    def check_untouched(self) -> None:
        digest = hashlib.sha256(self.book.read_bytes()).hexdigest()
        assert digest == hashlib.sha256(self.before).hexdigest()
        beside = {path.name for path in self.root.iterdir()}
        assert {n for n in beside if n.startswith(".") or "duckdb" in n} == {"book.duckdb"}


@pytest.fixture
def attempt(tmp_path: Path, good: tuple[Path, bytes], capsys) -> Attempt:
    return Attempt(tmp_path, good, capsys)


# ---------------------------------------------------------------- the tests


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_and_the_old_book_stays(kind: str, attempt: Attempt) -> None:
    spoil, said = BAD[kind]
    spoil(attempt.folder)
    attempt.run()
    attempt.check_refused(said)
    assert "left as it was" in attempt.err


def test_all_bad_files_are_told_at_once(attempt: Attempt) -> None:
    for number, kind in enumerate(("empty file", "a letter in a number", "unknown class of body")):
        (attempt.folder / str(number)).mkdir()
        BAD[kind][0](attempt.folder / str(number))
    attempt.run()
    attempt.check_refused("0/bad.csv.*1/bad.csv.*2/bad.ods")
    assert attempt.err.count("left as it was") == 1


def test_a_file_that_may_not_be_read(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this may be root, who may read anything: the refusal is made up."""
    (attempt.folder / "bad.csv").write_bytes(csv_file(NATION))
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "bad.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    attempt.run()
    monkeypatch.undo()
    attempt.check_refused("bad.csv.*cannot be opened.*Permission denied")


def test_two_readers_that_claim_one_file(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = recognise.all_readers()
    monkeypatch.setattr("totalplace.book.gather.all_readers", lambda: (*readers, *readers))
    attempt.run()
    attempt.check_refused("good.csv.*more than one publication")


def test_a_reader_that_breaks_down(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in one file is told like a fault of the file, with the file's name."""
    from totalplace.publishers import dfe_csv

    monkeypatch.setattr(dfe_csv, "read", lambda file: {}["surprise"])
    attempt.run()
    attempt.check_refused("good.csv.*KeyError.*surprise")


@pytest.mark.parametrize("where", ["missing", "a file", "empty", "junk", "hidden only"])
def test_a_folder_with_nothing_to_build_from(where: str, attempt: Attempt) -> None:
    folder = attempt.root / "elsewhere"
    if where == "a file":
        folder.write_text("x")
    elif where != "missing":
        folder.mkdir()
    if where == "junk":
        (folder / "photo.jpg").write_bytes(bytes(range(256)))
        (folder / "page.csv").write_text("<!DOCTYPE html><html>Not found</html>")
        (folder / "archive.zip").write_bytes(packed({"letter.txt": "Dear sir"}))
        (folder / "nul.csv").write_bytes(b"\0" * 100)
    if where == "hidden only":
        (folder / ".DS_Store").write_text("x")
    attempt.run(folder=folder)
    attempt.check_refused(
        {
            "missing": "no such folder",
            "a file": "a file, not a folder",
            "empty": "holds no files",
            "hidden only": "holds no files",
            "junk": "none of the 4 files.*archive.zip.*nul.csv.*page.csv.*photo.jpg",
        }[where]
    )


@pytest.mark.parametrize("where", ["below a file", "in a folder that takes no files", "a folder"])
def test_a_place_where_no_book_can_be_written(where: str, attempt: Attempt) -> None:
    """Root may write to folders marked read-only, so places are used that refuse even root."""
    (attempt.root / "file").write_text("x")
    (attempt.root / "taken").mkdir()
    place = {
        "below a file": attempt.root / "file" / "new.duckdb",
        "in a folder that takes no files": Path("/proc/new.duckdb"),
        "a folder": attempt.root / "taken",
    }[where]
    if where == "in a folder that takes no files" and not Path("/proc").is_dir():
        pytest.skip("this system has no /proc")
    attempt.run(book=place)
    attempt.check_refused("(cannot write a place book here|could not be written)")


def in_a_process_of_its_own(attempt: Attempt, preparation: str) -> subprocess.CompletedProcess[str]:
    """Run the command in another process, after some lines that make its life hard."""
    lines = [
        "import os, resource, signal, sys",
        "from totalplace.scenarios import building",
        "from totalplace.places.derive import register_tables",
        "building.derive = lambda tables: register_tables()",
        preparation,
        "from totalplace.cli.app import main",
        "main()",
    ]
    words = ["book", "build", "--from", str(attempt.folder)]
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines), *words, "--book", str(attempt.book)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_full_disk(attempt: Attempt) -> None:
    """The system itself refuses to let the new book grow beyond 20 kB."""
    ended = in_a_process_of_its_own(
        attempt, "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    )
    assert ended.returncode == 1, ended.stderr
    assert "could not be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    attempt.check_untouched()


def test_an_interrupted_build(attempt: Attempt) -> None:
    """Ctrl-C arrives while the new book is half-written."""
    preparation = "\n".join(
        [
            "from totalplace.book.schema import Table",
            "conform = Table.conform",
            "def interrupted(table, frame):",
            "    os.kill(os.getpid(), signal.SIGINT)",
            "    return conform(table, frame)",
            "from totalplace.book import build",
            "def write(path, tables, meta, w=build.write_book):",
            "    Table.conform = interrupted",
            "    w(path, tables, meta)",
            "build.write_book = write",
        ]
    )
    ended = in_a_process_of_its_own(attempt, preparation)
    assert ended.returncode == 1, ended.stderr
    assert "stopped before the end. The book was left as it was" in ended.stderr
    assert "Traceback" not in ended.stderr
    attempt.check_untouched()


# ---------------------------------------------------------------- what only looks bad


def figures(path: Path, item: str) -> list[tuple[object, ...]]:
    with open_book(path) as book:
        return book.query(
            "SELECT area_code, value, latest FROM observation WHERE item = ? ORDER BY ALL", [item]
        ).rows()


COUNT = "looked_after.children_looked_after_on_31_march_each_year.children_count"


def test_an_old_code_means_the_authority_of_today(attempt: Attempt) -> None:
    assert attempt.run() == 0
    assert ("E08000038", None, True) in figures(attempt.book, COUNT)


def test_a_missing_mimetype_entry_is_put_right(attempt: Attempt) -> None:
    (attempt.folder / "ro3.ods").write_bytes(ro3(mimetype=False))
    assert attempt.run() == 0
    assert ("E08000035", 1000.0, True) in figures(attempt.book, "ro3.fostering.employees")


def test_of_mixed_vintages_the_later_release_wins(attempt: Attempt) -> None:
    earlier = [
        ["General Fund Revenue Account Outturn - RO3 Social Care 2024-25"],
        ['Data compile "Outturn, England - First release" published on 18 September 2025.'],
    ]
    title = [["Worksheet 2: Revenue Outturn (RO) 2024-25: Social Care (RO3) data"], ["£ thousand"]]
    row = changed(changed(LEEDS_RO3, 7, 5.0), 9, 7.0)
    old = ods({"Front_Page": earlier, SHEET: [*title, headings(), row, ENGLAND_RO3]})
    (attempt.folder / "a-second.ods").write_bytes(ro3())
    (attempt.folder / "b-first.ods").write_bytes(old)
    assert attempt.run() == 0
    item = f"ro3.{next(iter(RO3_LINES))}.employees"
    leeds = [row for row in figures(attempt.book, item) if row[0] == "E08000035"]
    assert leeds == [("E08000035", 1000.0, True), ("E08000035", 5000.0, False)]


def test_a_loop_of_folders_is_walked_once(attempt: Attempt) -> None:
    (attempt.folder / "again").symlink_to(attempt.folder, target_is_directory=True)
    assert attempt.run() == 0


def test_a_stranger_among_the_files_is_named(attempt: Attempt) -> None:
    (attempt.folder / "letter.txt").write_text("Dear sir")
    assert attempt.run() == 0
    assert "letter.txt" in attempt.out
