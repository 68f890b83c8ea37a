"""Every assumption with its range and source, seeded joint draws, and estimates from the book.

Flow: parameters.toml, book -> THIS -> footprints, scenarios.
"""
