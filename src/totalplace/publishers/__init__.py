"""Published files, read exactly as published, into tidy tables.

Flow: files -> THIS -> book. One module per publication; each knows its format and nothing else.
"""
