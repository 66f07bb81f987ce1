"""Charts as values, drawn on paper and for the web; films. Knows nothing of studies."""
