"""Makers of the documentation: they run the program and write what comes out into its pages.

They stand beside the pages and not in the program, so that nobody installs them who only uses it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the project."""

DOCS = ROOT / "docs"
"""The folder of the pages."""
