"""English texts; see :mod:`experiments.words`."""
