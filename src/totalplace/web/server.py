"""Serve pages and do the work behind them: gunicorn in this process, a worker beside it.

Flow: cli.serve -> THIS -> web.wsgi, web.jobs.worker
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from totalplace.errors import InputError, TotalPlaceError
from totalplace.web.config import read_config

SayFn = Callable[[str], None]
STOP_S = 10
AGAIN_S = 1  # before a worker that ended is started again


def serve(*, host: str, port: int, workers: bool, say_fn: SayFn) -> None:
    """Prepare the data folder, then answer until interrupted.

    Args:
        host: The address to listen on.
        port: The port.
        workers: Whether to do the work behind the pages too; no: another machine or unit does.
        say_fn: Told what is going on.

    Raises:
        InputError: A setting cannot be used, the port is taken, or the address is not this
            machine alone and no TLS is in front.
        SystemExit: The styles could not be made or the book not opened; standard error says why.
    """
    config = read_config()
    if not config.tls and not _is_loopback(host):
        raise InputError(
            f"{host} can be reached from other machines, and nothing here encrypts. Put a proxy "
            "with TLS in front and set TOTALPLACE_WEB_TLS=on (docs: Run it for a partnership), "
            "or leave --host out. Nothing was started."
        )
    _check_port(host, port)
    _prepare()
    worker = Companion() if workers else None
    shown = f"[{host}]" if ":" in host else host
    say_fn(f"Total Place is at http://{shown}:{port}/  (Ctrl-C stops it)")
    try:
        _gunicorn(host, port, config.workers, config.threads)
    finally:
        if worker is not None:
            worker.stop()


def _prepare() -> None:
    """Make the data folder ready, and see that the book opens, in a process of its own.

    The processes that answer are forked from this one. It must not have used the book before: the
    threads that read books do not survive a fork, and what waits for them would wait for ever.
    """
    code = subprocess.run([sys.executable, "-m", "totalplace.web.setup"], check=False).returncode
    if code:
        raise SystemExit(code)  # it has said why


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"Port {port} at {host} cannot be used ({error.strerror}). "
                "Give another with --port, for example --port 8001. Nothing was started."
            ) from error


class Companion:
    """The worker beside the pages: started again whenever it ends by itself."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._keep, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        words = ["-m", "totalplace.web.jobs.worker", "--beside", str(os.getpid())]
        return subprocess.Popen([sys.executable, *words])

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process.wait()
            if not self._stopping.wait(AGAIN_S):
                self._process = self._start()

    def stop(self) -> None:
        """End it, kindly at first."""
        self._stopping.set()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def warm() -> None:
    """Read what the first visitor would otherwise wait for."""
    from totalplace.web.pages.place import reader

    reader()


def _gunicorn(host: str, port: int, workers: int, threads: int) -> None:
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError as error:
        raise TotalPlaceError(
            "Pages are served by gunicorn, which runs on Linux and macOS. On Windows, use the "
            "Windows Subsystem for Linux."
        ) from error

    class Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with our settings and no file of its own."""

        def load_config(self) -> None:
            """What differs from gunicorn's defaults."""
            options: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "timeout": 60,
                "graceful_timeout": STOP_S,
                "keepalive": 20,  # a browser's next page comes on the same line
                "max_requests": 20_000,
                "max_requests_jitter": 2_000,
                "accesslog": None,  # web.logs writes a line for each request
                "loglevel": "warning",
                "limit_request_line": 8190,
                "proc_name": "totalplace",
                "control_socket_disable": True,
                "post_worker_init": lambda _: threading.Thread(target=warm, daemon=True).start(),
            }
            for name, value in options.items():
                with contextlib.suppress(KeyError):
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, loaded in each worker."""
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.web.settings")
            from totalplace.web.wsgi import application

            return application

    with contextlib.suppress(KeyboardInterrupt):
        Application().run()
