"""Safe by default: for each promise a test that fails where somebody switches it off.

Elsewhere, and not repeated here: every form without its token, every route by role
(test_route_access); five wrong passwords, argon2 (test_workspaces_sign_in); the key's file mode,
TLS refused without a proxy (test_config); an opened book that reads and nothing else
(test_book_build).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest
from page_check import outline
from people import signed_in
from route_access import ACCESS
from test_route_access import filled
from test_route_access import world as all_there_is  # noqa: F401  # a fixture, by this name here

from test_house import texts

WEB = Path(__file__).resolve().parents[2] / "src" / "totalplace" / "web"
SOURCE = WEB.parent
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
    "img-src": "'self' data:", "connect-src": "'self'", "form-action": "'self'",
    "base-uri": "'none'", "frame-ancestors": "'none'", "manifest-src": "'self'",
}  # fmt: skip
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"'{]|<script(?![^>]*\ssrc\s*=)|javascript:|hx-on|hx-vals",
    re.IGNORECASE,
)
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[opsu]_[A-Za-z0-9]{36}\b"
    r"|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10,}|\bsk_live_\w{16,}"
    r"|(?:secret_key|password|token|api_key)[\"']?\s*[:=]\s*[\"'][A-Za-z0-9+/_-]{32,}[\"']",
    re.IGNORECASE,
)
NASTY = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "=", "+x", "@", "\n=1", "＝1"]
TLS = """
import json
from totalplace.web.setup import start_django
start_django()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
call_command("migrate", verbosity=0)
call_command("check", deploy=True, fail_level="WARNING")
ask = Client(HTTP_HOST="place.example")
first = ask.get("/sign-in?x=1")
page = ask.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
cookie = page.cookies["csrftoken"]
print(json.dumps({
    "redirect": [first.status_code, first.headers["Location"]],
    "hsts": page.headers["Strict-Transport-Security"],
    "cookie": [cookie["secure"], cookie["httponly"], cookie["samesite"]],
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "elsewhere": Client(HTTP_HOST="evil.example").get("/health").status_code,
    "silenced": settings.SILENCED_SYSTEM_CHECKS,
}))
"""


def check_answer(answer):
    told = dict(
        part.strip().split(" ", 1)
        for part in answer.headers["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert told == POLICY
    assert "Content-Security-Policy-Report-Only" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    if "html" in answer.headers.get("Content-Type", ""):
        assert outline(answer).faults == []


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_every_answer_carries_the_strict_policy_and_nothing_inline(all_there_is, name):  # noqa: F811
    row = ACCESS[name]
    here = signed_in(all_there_is["people"]["manager"]).client
    address = filled(row.address, all_there_is)
    form = {field: filled(value, all_there_is) for field, value in row.form.items()}
    for answer in (
        here.get(address),
        here.put(address),
        here.post(address, form),
    ):
        check_answer(answer)


def test_what_is_not_there_carries_it_too(visitor):
    for address in ("/no-such-page", "/static/no-such.js", "/places/nowhere", "/plan?x=\0"):
        check_answer(visitor.client.get(address))


def test_no_template_holds_what_the_policy_refuses():
    templates = sorted((WEB / "templates").rglob("*.html"))
    assert len(templates) > 40
    found = [
        f"{path.name}: {hit[0]}" for path in templates for hit in INLINE.finditer(path.read_text())
    ]
    assert found == []
    for planted in ('<b style="x">', "<style>", "<script>", "<a onclick='x'>", "<p onload={{ x }}"):
        assert INLINE.search(planted), planted
    assert not INLINE.search('<script defer src="x"></script>')


def test_with_tls_cookies_are_secure_and_djangos_own_inspection_finds_nothing(tmp_path):
    (tmp_path / "built").mkdir()
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", TLS],
        env={
            **os.environ,
            "TOTALPLACE_WEB_DATA": str(tmp_path),
            "TOTALPLACE_WEB_TLS": "on",
            "TOTALPLACE_WEB_HOSTS": "place.example",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["redirect"] == [301, "https://place.example/sign-in?x=1"]
    assert told["hsts"] == "max-age=31536000"
    assert told["cookie"] == [True, True, "Lax"]
    assert told["session"] == [True, True]
    assert told["elsewhere"] == 400  # a name this service does not answer to
    settings = (WEB / "settings.py").read_text("utf-8")
    assert len(told["silenced"]) == 2
    for one in told["silenced"]:
        assert re.search(rf'"{one}",  # \w.{{20,}}', settings), f"say why {one} is silenced"


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was read of it."""

    def __init__(self, head):
        self.head, self.count = head, 0

    def readable(self):
        return True

    def read(self, size=-1):
        part, self.head = self.head[:size], self.head[size:]
        part += b"x" * (size - len(part))
        self.count += size
        return part


@pytest.mark.parametrize("address", ["/plan/new", "/sign-in"])
def test_an_upload_over_the_limit_is_refused_while_it_is_read(site, address, tmp_path):
    from django.core.wsgi import get_wsgi_application

    token = "a1B2" * 8
    part = '--edge\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}'
    head = part.format("csrfmiddlewaretoken", "", f"{token}\r\n")
    head += part.format("file", '; filename="a.csv"', "")
    body, said = Endless(head.encode()), []
    site.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    answer = get_wsgi_application()(
        {
            "REQUEST_METHOD": "POST", "PATH_INFO": address, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.errors": io.StringIO(), "wsgi.input": body,
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
            "HTTP_COOKIE": f"csrftoken={token}", "CONTENT_LENGTH": str(2_000_000_000),
        },
        lambda status, headers: said.append(status),
    )  # fmt: skip
    assert said == ["413 Request Entity Too Large"], said
    assert b"Nothing was kept" in b"".join(answer)
    site.FILE_UPLOAD_TEMP_DIR = None
    assert list(tmp_path.iterdir()) == []  # nor is anything left on the disk
    limit = site.CONFIG.upload_bytes
    assert limit < body.count < limit + 1_000_000


def test_no_cell_of_a_download_can_become_a_formula():
    from totalplace.web.downloads import Column, Table, csv_file, workbook

    rows = tuple((text, number) for number, text in enumerate(NASTY))
    table = Table(
        name="t", title="=1+1", note="=2+2", rows=rows,
        columns=(Column("name", "Name"), Column("n", "Number", "whole")),
    )  # fmt: skip
    read = list(csv.reader(io.StringIO(csv_file(table).decode("utf-8-sig"), newline="")))[1:]
    assert len(read) == len(NASTY)
    for (got, _), meant in zip(read, NASTY, strict=True):
        assert got == (meant if len(meant) == 1 else f"'{meant}"), (got, meant)
    made = workbook("=1", [table], address="=2", sources=["=3"], stamp="=4", note="=5")
    kinds = {
        cell.data_type
        for sheet in openpyxl.load_workbook(io.BytesIO(made))
        for row in sheet.iter_rows()
        for cell in row
    }
    assert "f" not in kinds
    assert kinds == {"s", "n"}


def test_every_workbook_is_made_without_formulas_from_text():
    from totalplace.reports.excel import OPTIONS

    assert OPTIONS["strings_to_formulas"] is False
    made = [path for path in SOURCE.rglob("*.py") if "xlsxwriter.Workbook(" in path.read_text()]
    assert len(made) == 4
    for path in made:
        text = path.read_text("utf-8")
        how = re.findall(r"xlsxwriter\.Workbook\(\w+, ((?:dict\(OPTIONS\)|plain))\)", text)
        assert how in (["dict(OPTIONS)"], ["plain"]), path.name
        if how == ["plain"]:
            assert 'plain = {"strings_to_formulas": False' in text, path.name


def test_the_book_behind_the_pages_reads_and_nothing_else(site, tmp_path):
    from totalplace.web.library import library

    (tmp_path / "secret.csv").write_text("a\n1\n")
    for sql in (
        f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",
        "DELETE FROM observation",
        "CREATE TABLE mine (a INTEGER)",
        "SET enable_external_access = true",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
    ):
        with pytest.raises(duckdb.Error):
            library().book.connection.execute(sql)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_no_secret_is_in_the_repository():
    assert SECRETS.search("-----BEGIN RSA PRIVATE" + " KEY-----")
    assert SECRETS.search("SECRET_KEY = '" + "a1B2" * 10 + "'")
    found = [
        f"{name}: {hit[0][:40]}" for name, text in texts().items() for hit in SECRETS.finditer(text)
    ]
    assert found == []
    kept = [name for name in texts() if re.search(r"\.(pem|key|p12|pfx|env)$|secret-key$", name)]
    assert kept == []
