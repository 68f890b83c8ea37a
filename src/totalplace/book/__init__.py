"""The place book: one DuckDB file holding everything that was read, with its sources.

Flow: publishers -> THIS -> places, measures, money, evidence.
"""
