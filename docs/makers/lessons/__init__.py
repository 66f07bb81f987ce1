"""Six lessons: the pages in ``docs/lessons`` are held to what their own commands find.

``python -m docs.makers.lessons`` runs every command that the pages print, writes the figures into
the text, draws the pictures, and makes the page on which classes predict before they see.
"""
