"""Questions asked of many runs: comparisons, claims, sweeps and what they depend on."""
