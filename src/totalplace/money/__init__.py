"""What is spent: services, their layers, and what is missing, estimated or doubtful.

Flow: book, places -> THIS -> footprints, scenarios.
"""
