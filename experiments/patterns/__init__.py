"""Regularities of real markets, and limits with known answers, that the model is held to.

A module a pattern, listed in :mod:`experiments.patterns.registry`; importing one loads nothing
heavy.
"""
