"""A power cut in the middle of sending own figures: all of a set is there, or nothing of it."""

from __future__ import annotations

import http.cookiejar
import re
import signal
import sqlite3
import threading
import time
import urllib.parse
import urllib.request

import pytest
from own_people import PASSWORD, add_person
from serving import Served

pytestmark = pytest.mark.slow
ROWS = 1_500
DELAYS_S = (0.02, 0.2, 0.4, 0.6, 0.9, 1.4)


class Analyst:
    """A signed-in analyst's browser, without a browser."""

    def __init__(self, served):
        self.served = served
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path):
        with self.opener.open(self.served.address + path, timeout=60) as answer:
            return answer.read().decode(), answer.url

    def token(self, path):
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path)[0])[1]

    def post(self, path, **form):
        form["csrfmiddlewaretoken"] = self.token(path)
        sent = urllib.parse.urlencode(form).encode()
        with self.opener.open(self.served.address + path, sent, timeout=60) as answer:
            return answer.url

    def send(self, path, content):
        """Send a file; whatever the server does about it."""
        token, edge = self.token(path), "edge-of-a-part"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("csrfmiddlewaretoken", token), ("title", "June census"))
        ]
        head = 'Content-Disposition: form-data; name="file"; filename="june.csv"'
        parts.append(f"--{edge}\r\n{head}\r\n\r\n{content}\r\n--{edge}--\r\n")
        asked = urllib.request.Request(
            self.served.address + path,
            "".join(parts).encode(),
            {"Content-Type": f"multipart/form-data; boundary={edge}"},
        )
        try:
            with self.opener.open(asked, timeout=60) as answer:
                return answer.status
        except OSError:
            return 0


def rows(served, sql):
    with sqlite3.connect(served.data / "totalplace.sqlite3") as database:
        return database.execute(sql).fetchall()


def a_file(england):
    frame = england.query(
        "SELECT period, area_code, item, value + 1 AS value FROM observation WHERE latest"
        " AND level = 'authority' AND area_code IN ('E09000007', 'E09000019') AND value IS NOT NULL"
        " AND value < 90 AND item NOT LIKE 'lait.Prog%' ORDER BY ALL LIMIT ?",
        [ROWS],
    )
    lines = [",".join(map(str, row)) for row in frame.iter_rows() if "," not in row[2]]
    return "\n".join(["time_period,new_la_code,measure,value", *lines]), len(lines)


def test_a_set_is_there_whole_or_not_at_all_whenever_the_power_goes(tmp_path, england):
    served = Served(tmp_path / "data", WORKERS="1")
    served.start()
    try:
        add_person(served, "ann", "analyst")
        ann = Analyst(served)
        ann.post("/sign-in", username="ann", password=PASSWORD)
        (room,) = re.findall(r"/workspaces/[0-9a-f-]{36}", ann.get("/workspaces")[0])
        upload = f"{room}/figures/upload"
        content, count = a_file(england)
        ann.send(upload, content)  # once undisturbed, so that all is warm
        kept = rows(served, "SELECT count(*) FROM figures_figureset")[0][0]
        assert kept == 1
        for delay in DELAYS_S:
            sending = threading.Thread(target=ann.send, args=(upload, content))
            sending.start()
            time.sleep(delay)
            served.stop(signal.SIGKILL)
            sending.join()
            assert rows(served, "PRAGMA integrity_check") == [("ok",)]
            now = rows(served, "SELECT count(*) FROM figures_figureset")[0][0]
            assert now in {kept, kept + 1}
            kept = now
            told = rows(
                served,
                "SELECT count(*) FROM workspaces_entry WHERE object_repr LIKE 'own figures%'",
            )[0][0]
            assert told == kept  # the trail and the set are of one transaction
            assert rows(served, "SELECT DISTINCT count FROM figures_figureset") == [(count,)]
            served.start()
        for number in rows(served, "SELECT id FROM figures_figureset"):
            text = number[0]
            ident = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
            page, _ = ann.get(f"{room}/figures/{ident}?format=json")
            assert page.count('"published_missing"') == count
    finally:
        served.stop(signal.SIGKILL)
