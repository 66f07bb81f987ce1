"""Quantities of which only the sign is claimed, chance excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.verdict import Quantity

if TYPE_CHECKING:
    from experiments.runs.statistics import Interval


def above_zero(name: str, found: Interval) -> Quantity:
    """A quantity whose whole interval must be above zero."""
    return Quantity(name, found, (0.0, None), "interval")


def below_zero(name: str, found: Interval) -> Quantity:
    """A quantity whose whole interval must be below zero."""
    return Quantity(name, found, (None, 0.0), "interval")


def not_above_zero(name: str, found: Interval) -> Quantity:
    """A quantity that has not been shown to be above zero."""
    return Quantity(name, found, (None, 0.0), "overlap")


def not_below_zero(name: str, found: Interval) -> Quantity:
    """A quantity that has not been shown to be below zero."""
    return Quantity(name, found, (0.0, None), "overlap")
