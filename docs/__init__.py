"""The documentation: pages, and under ``makers`` what writes them."""
