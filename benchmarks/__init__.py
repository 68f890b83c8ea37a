"""How long the things people wait for take, and how much memory. They inform; they never gate.

Flow: THIS -> docs/performance.md, on request
"""
