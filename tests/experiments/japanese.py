"""English that is left in a Japanese text: all but names, code and keys."""

from __future__ import annotations

import re

_CODE = re.compile(
    r"`[^`]*`"
    r"|\btsunagari(?: [a-z-]+)?"
    r"|--?[a-z][a-z-]*(?:[= ](?:[A-Z][A-Z/=…]*|held|passed-on|[a-z]+(?=：)))?"  # options
    r"|[\w.\"\]\[<>{}*-]*[/\\][^\s、。，（）：]*"  # paths
    r"|[A-Za-z_0-9\"-]+(?:\.[\w*\"{}…-]+)+"  # keys, modules, files
    r"|[\w.\"-]+=[^\s、。，（）]*"  # assignments
    r"|[a-z]+(?:_[a-z0-9]+)+"  # columns
    r"|[a-z]+:(?=[ \[{])"  # keys of YAML
    r"|\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>"
    r"|\b[A-Z][A-Z0-9]*\b"  # what is to be typed there, and abbreviations
)
NAMES = frozenset(
    "Lean Spark Tailor Broad Zero Aoba Ctrl- Ctrl-C Tsunagari Morris Sobol Treacy Wiersema Dask "
    "Excel Parquet Mesa Python ffmpeg yaml parquet csv null mp4 gif px GitHub en ja held passed-on "
    "grid list sobol morris latin-hypercube".split()
)


def english_in(text: str, names: frozenset[str] = NAMES) -> list[str]:
    """Runs of Latin letters, three and longer, that are neither names nor code."""
    bare = _CODE.sub(" ", text)
    runs = re.findall(r"[A-Za-z][A-Za-z'’-]{2,}(?: [A-Za-z'’-]+)*", bare)
    return [run for run in runs if not all(word in names for word in run.split())]
