"""Uploads end where the limit is, while they are being read and not afterwards.

Flow: a request's body -> THIS -> forms
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class UploadTooLarge(SuspiciousOperation):
    """More was sent than is accepted."""


class Bounded(FileUploadHandler):
    """Passes every chunk on until the limit, then refuses the whole request."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The chunk unchanged, as long as all of them together keep within the limit."""
        self.received += len(raw_data)
        if self.received > settings.CONFIG.upload_bytes:
            for handler in getattr(self.request, "upload_handlers", ()):
                handler.upload_interrupted()  # closes and removes what it wrote so far
            raise UploadTooLarge(
                f"The files together are larger than {settings.CONFIG.upload_bytes // 1_000_000} "
                "MB. Send a smaller one. Nothing was kept."
            )
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Nothing: the handlers after this one make the file."""
        return None
