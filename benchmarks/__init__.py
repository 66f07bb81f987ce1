"""Measures the engine against its plain twin and tells what customers, ties and months cost."""
