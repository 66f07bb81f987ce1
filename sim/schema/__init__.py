"""The schema of scenario files: every key with default, unit, range, meaning and source."""
