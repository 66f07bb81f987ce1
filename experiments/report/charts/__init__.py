"""Charts as SVG: each is drawn twice, for wide and for narrow pages, from the same numbers."""
