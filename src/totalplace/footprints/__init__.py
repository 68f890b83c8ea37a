"""Who should share a service with whom: candidates, appraisal, guards, exact optimiser.

Flow: arrays from places, measures, money, evidence -> THIS -> scenarios. No files, no clock.
"""
