"""The proxy of `deploy/nginx.conf`, really started, before the application really served."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import urllib.parse
from pathlib import Path

import pytest
import servers
from serving import Served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not servers.program("nginx"), reason="no nginx is installed"),
    pytest.mark.skipif(not servers.program("openssl"), reason="no openssl makes a certificate"),
]
NAME = "place.example.gov.uk"
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


class Proxied:
    """A visitor who speaks to nginx, and believes its certificate alone."""

    def __init__(self, plain, secure, certificate):
        self.plain, self.secure = plain, secure
        self.trust = ssl.create_default_context(cafile=certificate)

    def ask(self, path, *, method="GET", tls=True, body=None, **headers):
        """The answer and its body."""
        port = self.secure if tls else self.plain
        sock = socket.create_connection(("127.0.0.1", port), 60)
        if tls:
            sock = self.trust.wrap_socket(sock, server_hostname=NAME)
        line = http.client.HTTPConnection(NAME)
        line.sock = sock
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {"Host": NAME, **named})
            answer = line.getresponse()
            return answer, answer.read()
        finally:
            line.close()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxied")
    key, certificate = folder / "key.pem", folder / "fullchain.pem"
    subprocess.run(
        [
            servers.program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
            "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", certificate,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    served = Served(folder / "data", WORKERS="1", TLS="on", PROXIES="1", HOSTS=f"{NAME},127.0.0.1")
    plain, secure = servers.free_port(), servers.free_port()
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{served.port};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "/etc/ssl/totalplace": str(folder),
        "/var/log/nginx": str(folder),
        "/var/lib/totalplace/static/": f"{served.data}/static/",
    }
    try:
        served.start()
        site = (DEPLOY / "nginx.conf").read_text("utf-8")
        with servers.nginx(folder, site, changes) as process:
            servers.wait_for(secure, process)
            visitor = Proxied(plain, secure, certificate)
            visitor.served = served
            yield visitor
    finally:
        served.stop(signal.SIGKILL)


def test_a_plain_request_is_sent_to_https(proxied):
    answer, _ = proxied.ask("/plan?service=fostering", tls=False)
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{NAME}/plan?service=fostering"


def test_pages_come_through_with_their_safety(proxied):
    answer, body = proxied.ask("/")
    assert answer.status == 200
    assert b"Total Place" in body
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "nginx/" not in answer.headers["Server"]


def test_cookies_are_secure_and_forms_are_taken(proxied):
    answer, body = proxied.ask("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("csrftoken=")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {one.strip() for one in cookie.split(";")}
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)[1].decode()
    form = {"username": "nobody", "password": "x" * 12, "csrfmiddlewaretoken": token}
    sent = {
        "method": "POST",
        "body": urllib.parse.urlencode(form),
        "Cookie": cookie.partition(";")[0],
        "Content_Type": "application/x-www-form-urlencoded",
    }
    answer, body = proxied.ask("/sign-in", Origin=f"https://{NAME}", **sent)
    assert answer.status == 400  # understood, and the password is wrong
    assert b"not right" in body
    answer, _ = proxied.ask("/sign-in", Origin="https://elsewhere.example", **sent)
    assert answer.status == 403


def test_static_files_come_from_nginx_packed_and_to_be_kept(proxied):
    _, page = proxied.ask("/")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page.decode()))
    assert len(files) >= 2
    for path in files:
        answer, body = proxied.ask(path, Accept_Encoding="gzip")
        assert answer.status == 200, path
        assert body
        assert answer.headers["X-Request-Number"] is None  # the application was not asked
        assert "immutable" in ", ".join(answer.headers.get_all("Cache-Control"))
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_health_and_readiness_answer(proxied):
    for path, word in (("/health", "ok"), ("/ready", "ready")):
        answer, body = proxied.ask(path)
        assert answer.status == 200
        assert json.loads(body)["status"] == word


def test_what_a_visitor_claims_of_the_way_is_not_believed(proxied):
    answer, _ = proxied.ask("/", X_Forwarded_Proto="http", X_Forwarded_For="198.51.100.7")
    assert answer.status == 200  # not sent round in circles
    answer, _ = proxied.ask("/", tls=False, X_Forwarded_Proto="https")
    assert answer.status == 301


def test_too_large_a_body_ends_at_the_proxy(proxied):
    answer, _ = proxied.ask("/sign-in", method="POST", body=b"x" * 6_500_000)
    assert answer.status == 413


def test_the_log_is_json_and_tells_nobody_where_somebody_lives(proxied):
    proxied.ask("/places?find=E1+4TT")
    asked = [
        json.loads(line)
        for line in proxied.served.log.read_text("utf-8").splitlines()
        if line.startswith("{") and '"/places"' in line
    ]
    assert asked
    assert asked[-1]["status"] == 200
    assert "E1+4TT" not in proxied.served.log.read_text("utf-8")
