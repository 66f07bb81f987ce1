"""Designs of sweeps: which values factors take together, and the trials that follow from it."""

from experiments.design.document import Design
from experiments.design.experiment import Experiment, PlannedTrial
from experiments.design.point import Point
from experiments.design.reading import read_experiment

__all__ = ["Design", "Experiment", "PlannedTrial", "Point", "read_experiment"]
