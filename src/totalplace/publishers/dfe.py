"""The readers of the Department for Education's files, for the registry.

Flow: this list -> recognise -> book.build
"""

from __future__ import annotations

from totalplace.publishers import (
    dfe_csv,
    lait,
    lait_dictionary,
    neighbours,
    schools_grant,
    section_251,
)

READERS = (dfe_csv, lait, lait_dictionary, neighbours, section_251, schools_grant)
