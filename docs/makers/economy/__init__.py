"""The page on whether the default market is an economy: figures, their bands, and what misses."""
