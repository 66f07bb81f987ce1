"""Runs: a trial, its tables, their folder, the figures in them, and the one way to run many."""
