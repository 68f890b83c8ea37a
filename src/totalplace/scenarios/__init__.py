"""Whole questions that need several packages: plan a service, appraise a proposal, backtest.

Flow: everything above -> THIS -> reports.
"""
