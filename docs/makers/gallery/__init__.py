"""The gallery: pictures of the documentation, made again by ``python -m docs.makers.gallery``."""
