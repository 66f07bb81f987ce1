"""The schema of scenario files: every key with default, unit, range, meaning and source."""

from sim.schema.scenario import Scenario

__all__ = ["Scenario"]
