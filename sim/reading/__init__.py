"""Reading and writing scenario files."""

from tsunagari.sim.reading.dumping import dump
from tsunagari.sim.reading.loading import load_as, with_event, with_values, written

__all__ = ["dump", "load_as", "with_event", "with_values", "written"]
