"""Real servers from the system's packages, started by a test in a folder of their own, on loopback.

Flow: redis-server, postgres, nginx -> THIS -> tests/web (slow tier)
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    """A program of the system, looked for where Debian hides some; None when it is not there."""
    places = [os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    places += map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
    return shutil.which(name, path=os.pathsep.join(places))


def wait_for(port, process, within_s=30):
    began = time.monotonic()
    while True:
        assert process.poll() is None, f"it ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() - began < within_s
        time.sleep(0.05)


@contextlib.contextmanager
def folder_of_nobody():
    """A folder of its own, and who may use it: nobody, when this is run by root."""
    with tempfile.TemporaryDirectory(prefix="totalplace-server-", dir="/tmp") as made:
        who = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        if who is not None:
            os.chown(made, who.pw_uid, who.pw_gid)
        yield Path(made), {"user": who.pw_uid, "group": who.pw_gid} if who else {}


@contextlib.contextmanager
def redis():
    """A Redis that keeps nothing; its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="totalplace-redis-") as folder:
        asked = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(
            [program("redis-server"), *asked], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(port, process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(20)


AROUND = """
{user}
pid {folder}/nginx.pid;
daemon off;
error_log {folder}/error.log warn;
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@contextlib.contextmanager
def nginx(folder, configuration, changes):
    """An nginx with a configuration of a site, in which every one of the changes is made."""
    for old, new in changes.items():
        assert old in configuration, f"{old!r} is not in the configuration any more"
        configuration = configuration.replace(old, new)
    user = f"user {pwd.getpwuid(os.getuid()).pw_name};" if os.getuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(user=user, folder=folder, site=configuration))
    words = [program("nginx"), "-c", str(whole), "-p", str(folder), "-e", str(folder / "early.log")]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def postgres():
    """A PostgreSQL with one empty database; its address."""
    port = free_port()
    with folder_of_nobody() as (folder, who):
        place, password = folder / "data", folder / "password"
        password.write_text("a-p@ss/word")
        made = subprocess.run(
            [
                program("initdb"), "--pgdata", place, "--username", "totalplace",
                "--auth", "scram-sha-256", "--pwfile", password,
                "--no-sync", "--encoding", "UTF8", "--locale", "C",
            ],
            **who, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        process = subprocess.Popen(
            [
                program("postgres"), "-D", place, "-p", str(port), "-h", "127.0.0.1",
                "-k", folder, "-c", "fsync=off",
            ],
            **who, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(port, process)
            yield f"postgresql://totalplace:a-p%40ss%2Fword@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
