"""Which factors of a sweep an outcome depends on, and how much of it is luck."""

from experiments.sensitivity.analysis import Finding, Sensitivity, sensitivity

__all__ = ["Finding", "Sensitivity", "sensitivity"]
