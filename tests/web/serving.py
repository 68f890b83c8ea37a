"""The application as it is served: its own processes, a free port, a data folder of its own.

Flow: totalplace serve -> THIS -> tests/web (slow tier)
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

WAIT_MS = 90_000  # a busy machine is slow, not broken
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> str | None:
    """A browser of this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


class Served:
    """A running service; ``stop`` and ``start`` again keep its data."""

    def __init__(self, data, *more, **settings):
        self.data = data
        self.more = more  # options of `totalplace serve`
        self.settings = {f"TOTALPLACE_WEB_{name}": value for name, value in settings.items()}
        self.process = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = data.with_name(f"{data.name}.log")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, within_s=180):
        """Start, wait until pages and the worker answer; seconds until the first page did."""
        began = time.monotonic()
        clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    "from totalplace.cli.app import main; main()",
                    "serve",
                    "--data",
                    str(self.data),
                    "--port",
                    str(self.port),
                    *self.more,
                ],
                env={**clean, **self.settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() - began < within_s:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            if self.status("/") == 200:
                took = time.monotonic() - began
                while self.status("/ready") != 200 or self.status("/places/E09000030") != 200:
                    assert time.monotonic() - began < within_s, self.log.read_text()[-3000:]
                    time.sleep(0.25)
                return took
            time.sleep(0.25)
        raise AssertionError(self.log.read_text()[-3000:])

    def status(self, path):
        """What a path answers, asked as a proxy with TLS asks: where there is none, no matter."""
        asked = urllib.request.Request(self.address + path, headers={"X-Forwarded-Proto": "https"})
        try:
            with urllib.request.urlopen(asked, timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stop(self, sign=signal.SIGINT):
        """Stop every process it started: kindly, or as a power cut would."""
        if self.process is None:
            return
        if sign == signal.SIGKILL:
            os.killpg(self.process.pid, sign)
        else:
            self.process.send_signal(sign)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
