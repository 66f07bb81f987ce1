"""Regularities of real markets, and limits with known answers, that the model is held to.

Each is a declaration, listed in :mod:`tsunagari.experiments.validate.registry`.
"""
