"""English that is left in a Japanese text: all but names, code and keys."""

from __future__ import annotations

import re

_CODE = re.compile(
    r"`[^`]*`"
    r"|\btsunagari(?: [a-z-]+)?"
    r"|(?<![\w-])--?[a-z][a-z-]*(?:[= ](?:[A-Z][A-Z/=…]*|held|passed-on|[a-z]+(?=：)))?"  # options
    r"|[\w.\"\]\[<>{}*-]*[/\\][^\s、。，（）：]*"  # paths
    r"|[A-Za-z_0-9\"-]+(?:\.[\w*\"{}…-]+)+"  # keys, modules, files
    r"|[\w.\"-]+=[^\s、。，（）]*"  # assignments
    r"|[a-z]+(?:_[a-z0-9]+)+"  # columns
    r"|(?<![\w-])[a-z]+:(?=[ \[{])"  # keys of YAML
    r"|\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>"
    r"|\b[A-Z][A-Z0-9]*\b"  # what is to be typed there, and abbreviations
)
NAMES = frozenset(
    "Lean Spark Tailor Broad Zero Aoba Ctrl None cash Tsunagari Morris Sobol Treacy Wiersema Dask "
    "Excel Parquet Mesa Python ffmpeg yaml parquet csv null mp4 gif px GitHub en ja held passed-on "
    "grid list sobol morris latin-hypercube".split()
)


def english_in(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """Latin words, of three letters and longer, that are neither names nor code."""
    words = re.findall(r"[A-Za-z][A-Za-z-]{2,}", _CODE.sub(" ", text))
    return [word for word in words if word.strip("-") not in NAMES | names]
