"""Pictures of a run; see :mod:`experiments.figures.drawing` for what to call."""
