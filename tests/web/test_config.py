"""Settings: all faults at once, safe defaults, and a key that is made once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from totalplace.errors import InputError
from totalplace.web.config import SETTINGS, read_config
from totalplace.web.secret import secret_key


def test_the_defaults_are_those_of_the_table_and_safe():
    config = read_config({"XDG_DATA_HOME": "/data"})
    assert config.data == Path("/data/totalplace/web")
    assert config.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert not config.tls
    assert (config.solve_s, config.queue_length, config.workers) == (60, 20, 2)
    assert all(one.help for one in SETTINGS)


def test_every_fault_is_told_at_once():
    with pytest.raises(InputError) as told:
        read_config(
            {
                "TOTALPLACE_WEB_HOST": "x",
                "TOTALPLACE_WEB_WORKERS": "many",
                "TOTALPLACE_WEB_TLS": "maybe",
                "TOTALPLACE_WEB_SECRET_KEY": "short",
                "TOTALPLACE_WEB_DATABASE": "mysql://x",
                "TOTALPLACE_WEB_LOG": "xml",
            }
        )
    assert len(told.value.problems) == 6
    assert "Nothing was started." in str(told.value)


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    config = read_config({"TOTALPLACE_WEB_DATA": str(tmp_path / "data")})
    key = secret_key(config)
    assert len(key) > 60
    assert secret_key(config) == key
    (kept,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_tls_makes_cookies_secure_and_plain_requests_go_to_https(tmp_path):
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json; from totalplace.web import settings as s; print(json.dumps(["
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        "s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.CSRF_TRUSTED_ORIGINS]))"
    )
    environment = {
        **os.environ,
        "TOTALPLACE_WEB_DATA": str(tmp_path),
        "TOTALPLACE_WEB_TLS": "on",
        "TOTALPLACE_WEB_HOSTS": "place.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [True, True, True, True, False, ["https://place.example"]]


def test_serving_to_other_machines_without_tls_is_refused(tmp_path, monkeypatch):
    from totalplace.web.server import serve

    monkeypatch.setenv("TOTALPLACE_WEB_DATA", str(tmp_path))
    with pytest.raises(InputError, match="nothing here encrypts"):
        serve(host="0.0.0.0", port=8000, workers=False, say_fn=print)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path, monkeypatch):
    import socket

    from totalplace.web.server import serve

    monkeypatch.setenv("TOTALPLACE_WEB_DATA", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="Give another with --port"):
            serve(host="127.0.0.1", port=taken.getsockname()[1], workers=False, say_fn=print)
    assert list(tmp_path.iterdir()) == []
