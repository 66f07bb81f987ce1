"""Reading and writing scenario files."""

from sim.reading.dumping import dump
from sim.reading.loading import load_as, with_event, with_values, written

__all__ = ["dump", "load_as", "with_event", "with_values", "written"]
