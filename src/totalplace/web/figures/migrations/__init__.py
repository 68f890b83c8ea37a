"""The table of sets of own figures, as it grew.

Flow: figures.models -> THIS -> the database
"""
