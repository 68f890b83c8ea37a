"""The tables of accounts and workspaces, as they grew.

Flow: workspaces.models -> THIS -> the database
"""
