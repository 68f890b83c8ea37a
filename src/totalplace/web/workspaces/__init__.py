"""Accounts, and the workspace of each partnership: its members, what they saved, notes, a trail.

Flow: web.pages, cli.web -> workspaces.permissions -> workspaces.models -> the database
A partnership's workspace is a room: whoever is not a member is told that there is no such page.
Every page and every form asks `permissions.room` first, with the least role it needs; nothing of a
workspace is kept in memory between requests (`web.library.Library.lately`) except under a name
that holds the workspace's own. Every change is written to the trail (`workspaces.trail`).
"""
