"""Results for people: terminal text, JSON, Excel, HTML, maps. No arithmetic here.

Flow: scenarios -> THIS -> cli, web.
"""
