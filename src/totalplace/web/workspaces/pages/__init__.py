"""The pages of accounts and workspaces.

Flow: workspaces.permissions, workspaces.people -> THIS -> templates/workspaces
"""
