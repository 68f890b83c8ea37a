"""What the person who runs the web application may set: one table of names, defaults and help.

Flow: environment -> THIS -> web.settings, web.server
In: environment variables. Out: a frozen Config, whole when built; every fault told at once.
The same rows make the table in the documentation.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from totalplace.errors import InputError, Problem

PREFIX = "TOTALPLACE_WEB_"
YES = frozenset({"1", "yes", "true", "on"})
NEEDED = (("DATABASE", "psycopg", "postgres"), ("QUEUE", "redis", "redis"))
NO = frozenset({"0", "no", "false", "off", ""})


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that may be set, by the environment variable ``TOTALPLACE_WEB_`` + name."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "DATA",
        "",
        "Folder for the database, the queue and the built styles. Left out: "
        "`totalplace/web` in the user's data folder.",
    ),
    Setting("BOOK", "", "The place book to show. Left out: the England pack."),
    Setting(
        "SECRET_KEY",
        "",
        "Signs cookies and queued work; 50 characters or more. Left out: one is "
        "made once and kept in the data folder, readable by its owner alone.",
    ),
    Setting(
        "HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Names this service answers to, with commas between them.",
    ),
    Setting(
        "TLS",
        "off",
        "`on` when a proxy in front ends TLS and sets `X-Forwarded-Proto`: cookies "
        "become secure-only, plain requests are sent to https, HSTS is on.",
    ),
    Setting(
        "PROXIES",
        "0",
        "How many proxies of yours stand in front, each adding to `X-Forwarded-For`. Login "
        "throttling then counts the visitor's address and not the proxy's.",
    ),
    Setting(
        "DATABASE",
        "",
        "`postgresql://user:password@host:port/name` for a partnership. Left out: "
        "SQLite in the data folder.",
    ),
    Setting(
        "QUEUE",
        "",
        "`redis://host:port/number` where several machines share the work. Left out: a file in "
        "the data folder. It carries numbers of jobs and may be lost; the database is the truth.",
    ),
    Setting("WORKERS", "2", "Processes that answer pages."),
    Setting("THREADS", "4", "Threads in each of them."),
    Setting("SOLVE_SECONDS", "60", "The longest a plan may be searched for."),
    Setting(
        "QUEUE_LENGTH", "20", "How many solves may wait before visitors are told to come back."
    ),
    Setting(
        "SOLVES_PER_ADDRESS",
        "5",
        "How many solves strangers at one network address may have under way together, so that "
        "refusing cookies gains nothing. People who signed in are not counted.",
    ),
    Setting("UPLOAD_MB", "5", "The largest upload accepted, in megabytes."),
    Setting("LOG", "json", "`json`, one object a line, or `plain` for people."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was set, understood."""

    data: Path
    book: Path | None  # None: the England pack
    secret_key: str  # "": made once and kept in the data folder
    hosts: tuple[str, ...]
    tls: bool
    proxies: int
    database: str
    queue: str  # "": a file in the data folder
    workers: int
    threads: int
    solve_s: int
    queue_length: int
    solves_per_address: int
    upload_bytes: int
    log: str


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration an environment gives.

    Args:
        environment: Variables by name. None: those of this process.

    Raises:
        InputError: A variable nobody knows, or a value that cannot be used; all of them.
    """
    given = os.environ if environment is None else environment
    faults = [_unknown(name) for name in sorted(given) if _is_unknown(name)]
    value = {one.name: given.get(PREFIX + one.name, "").strip() or one.default for one in SETTINGS}

    def number(name: str, least: int, most: int) -> int:
        try:
            found = int(value[name])
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            faults.append(
                Problem(
                    what=f"{PREFIX}{name} is {value[name]!r}",
                    fix=f"Give a whole number from {least} to {most}.",
                )
            )
        return found

    tls = value["TLS"].lower()
    if tls not in YES | NO:
        faults.append(Problem(what=f"{PREFIX}TLS is {tls!r}", fix="Write on or off."))
    if value["LOG"] not in {"json", "plain"}:
        faults.append(Problem(what=f"{PREFIX}LOG is {value['LOG']!r}", fix="Write json or plain."))
    if value["SECRET_KEY"] and len(value["SECRET_KEY"]) < 50:
        faults.append(
            Problem(
                what=f"{PREFIX}SECRET_KEY is short",
                fix="Give 50 characters or more, or leave it out and one is made.",
            )
        )
    if value["DATABASE"] and not value["DATABASE"].startswith("postgresql://"):
        faults.append(
            Problem(
                what=f"{PREFIX}DATABASE does not start with postgresql://",
                fix="Write postgresql://user:password@host:port/name, or leave it out for SQLite.",
            )
        )
    if value["QUEUE"] and not value["QUEUE"].startswith(("redis://", "rediss://")):
        faults.append(
            Problem(
                what=f"{PREFIX}QUEUE does not start with redis://",
                fix="Write redis://host:port/number, or leave it out for a file.",
            )
        )
    faults += [
        Problem(
            what=f"{PREFIX}{name} needs a library that is not installed",
            fix=f"Install it: pip install 'totalplace[web,{extra}]'",
        )
        for name, module, extra in NEEDED
        if value[name] and find_spec(module) is None
    ]
    config = Config(
        data=Path(value["DATA"]).absolute() if value["DATA"] else data_folder(given),
        book=Path(value["BOOK"]).absolute() if value["BOOK"] else None,
        secret_key=value["SECRET_KEY"],
        hosts=tuple(host.strip() for host in value["HOSTS"].split(",") if host.strip()),
        tls=tls in YES,
        proxies=number("PROXIES", 0, 10),
        database=value["DATABASE"],
        queue=value["QUEUE"],
        workers=number("WORKERS", 1, 64),
        threads=number("THREADS", 1, 64),
        solve_s=number("SOLVE_SECONDS", 1, 3600),
        queue_length=number("QUEUE_LENGTH", 1, 10_000),
        solves_per_address=number("SOLVES_PER_ADDRESS", 1, 1_000),
        upload_bytes=number("UPLOAD_MB", 1, 100) * 1_000_000,
        log=value["LOG"],
    )
    if faults:
        raise InputError(faults, after="Nothing was started.")
    return config


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where the application keeps what it must remember, when no folder is named."""
    home = environment.get("XDG_DATA_HOME", "").strip()
    return (Path(home) if home else Path.home() / ".local" / "share") / "totalplace" / "web"


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name.removeprefix(PREFIX) not in {s.name for s in SETTINGS}


def _unknown(name: str) -> Problem:
    known = ", ".join(PREFIX + one.name for one in SETTINGS)
    return Problem(what=f"There is no setting {name}", fix=f"There are: {known}.")
