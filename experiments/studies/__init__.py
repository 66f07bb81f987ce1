"""Studies of many runs: sweeps of designs, comparisons, claims, sensitivity, discovery."""
