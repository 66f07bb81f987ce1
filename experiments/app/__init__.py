"""The market in a browser: a page on Solara, built on the parts of Mesa's SolaraViz."""
