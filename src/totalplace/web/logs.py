"""Logs as JSON, one object a line: what was asked, how it ended, how long it took.

Flow: requests and Python's logging -> THIS -> standard error
No addresses of visitors and no query strings are written: a search says where somebody lives.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase

REQUESTS = logging.getLogger("totalplace.web.requests")
FIELDS = ("request", "method", "path", "status", "ms", "job")
Response = Callable[[HttpRequest], HttpResponseBase]


class JsonLines(logging.Formatter):
    """One record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, with its trace if it has one."""
        told: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        told |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def configure(options: Mapping[str, str]) -> None:
    """Set up logging for a process of the web application; Django calls this with LOGGING."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(plain if options.get("style") == "plain" else JsonLines())
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "of_totalplace", False)]:
        root.removeHandler(old)
    handler.of_totalplace = True  # type: ignore[attr-defined]  # so that it is replaced, not added
    root.addHandler(handler)
    for name, level in (
        ("django.security", "WARNING"),
        ("django.security.DisallowedHost", "CRITICAL"),  # anybody can send these
        ("django.request", "CRITICAL"),  # RequestLog tells these, once
        ("axes", "WARNING"),
        ("huey", "INFO"),
        ("totalplace", "INFO"),
    ):
        logging.getLogger(name).setLevel(level)


class RequestLog:
    """One line for each request, and a number by which a visitor can name a failure."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then write the line."""
        began = time.perf_counter()
        request.number = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        response = self.get_response(request)
        REQUESTS.info(
            "answered",
            extra={
                "request": request.number,  # type: ignore[attr-defined]
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            },
        )
        response["X-Request-Number"] = request.number  # type: ignore[attr-defined]
        return response
