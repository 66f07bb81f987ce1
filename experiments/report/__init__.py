"""A result folder as one document to hand on: ``tsunagari report DIR``.

The charts are SVG that this package draws, with some hundred lines of script for what moves. A
charting library was weighed against it: Vega-Lite brings a megabyte of program into each file,
draws nothing until it has run, so that paper, mail previews and readers without scripts see empty
boxes, and has neither an alluvial diagram nor numbers at risk. Here every chart is in the file as
a picture with words, in colours that follow the reader's theme; the script only adds values under
the pointer, keys to walk through them and a legend that hides firms.
"""
