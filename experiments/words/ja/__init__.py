"""Japanese texts; see :mod:`experiments.words`."""
