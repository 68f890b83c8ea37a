"""What the reference pages are made of: one module for each kind of page.

Flow: the code -> THIS -> docs/generate.py
"""
