"""The key that signs cookies and queued work: given, or made once and kept.

Flow: web.config -> THIS -> web.settings
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from totalplace.errors import InputError
from totalplace.web.config import PREFIX, Config

NAME = "secret-key"


def secret_key(config: Config) -> str:
    """The key of the configuration, or the one in the data folder, made when there is none.

    Raises:
        InputError: The data folder cannot be written.
    """
    if config.secret_key:
        return config.secret_key
    path = config.data / NAME
    try:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            handle, name = tempfile.mkstemp(prefix=f".{NAME}.", dir=config.data)  # owner only
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):  # another process was quicker
                os.link(name, path)
            Path(name).unlink()
        return path.read_text("ascii")
    except OSError as error:
        raise InputError(
            f"{config.data}: the data folder cannot be used ({error.strerror}). "
            f"Name another with --data FOLDER or {PREFIX}DATA."
        ) from error
