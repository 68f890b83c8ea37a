"""The pages of own figures inside a workspace.

Flow: workspaces.permissions, figures.sets -> THIS -> templates/figures
"""
