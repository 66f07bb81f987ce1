"""Reading and writing scenario files."""

from sim.reading.dumping import dump
from sim.reading.loading import load, load_as, with_event, with_values, written

__all__ = ["dump", "load", "load_as", "with_event", "with_values", "written"]
