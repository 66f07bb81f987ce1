"""How the site is built: ``uv run --group docs sphinx-build -W --keep-going docs site``."""

from importlib.metadata import version as version_of

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

lexers["csv"] = TextLexer()  # there is nothing to colour in it

project = "Tsunagari"
author = "The Tsunagari developers"
copyright = "the Tsunagari developers"
release = version_of("tsunagari")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["pictures"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Tsunagari {release}"
html_copy_source = False
html_static_path = ["_static"]  # the page for predictions

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # attributes that are properties, too, are described once
