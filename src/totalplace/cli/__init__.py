"""The command line: reads options, calls the library, shows the result.

Flow: scenarios, reports -> THIS -> a person's terminal, or another program.
"""
