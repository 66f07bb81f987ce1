"""Scenarios side by side under the same luck: paired differences and how sure they are."""
