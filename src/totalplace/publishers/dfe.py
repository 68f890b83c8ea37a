"""The readers of the Department for Education's files, for the registry.

Flow: this list -> recognise -> book.build
"""

from __future__ import annotations

from totalplace.publishers import dfe_csv

READERS = (dfe_csv,)
