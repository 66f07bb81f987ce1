"""Decisions compared at equal spend, under what is not known and under chance, and told."""
