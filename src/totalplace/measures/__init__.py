"""What children need and how they fare: the catalogue, intervals, control charts.

Flow: book, places -> THIS -> footprints (guards), scenarios.
"""
