"""Authorities in time, who borders whom, partner bodies, maps.

Flow: book -> THIS -> measures, money, evidence, footprints.
"""
