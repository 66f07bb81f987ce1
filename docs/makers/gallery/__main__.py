"""``python -m docs.makers.gallery``: every picture of the documentation, made again.

The gallery's own pictures and its page first, then the lessons' and those that stand in pages
beside what made them. ``--only`` makes a few of the gallery's and leaves the rest alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from docs.makers import ROOT
from docs.makers.gallery.making import made
from docs.makers.gallery.page import gallery
from docs.makers.gallery.registry import EXHIBITS
from tsunagari.sim.problems import Failure

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"


def main(arguments: Sequence[str]) -> int:
    """Make pictures; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.gallery",
        description="Make the pictures of the documentation again.",
    )
    names = [exhibit.file for exhibit in EXHIBITS]
    parser.add_argument(
        "--only", action="append", choices=names, metavar="FILE", help="a picture; repeatable"
    )
    only = parser.parse_args(arguments).only
    for exhibit in EXHIBITS:
        if only is None or exhibit.file in only:
            try:
                content = made(exhibit)
            except Failure as failure:
                print(f"{exhibit.file}: {failure}", file=sys.stderr)
                return 1
            (PICTURES / exhibit.file).write_bytes(content)
            print(f"{exhibit.file}: {len(content) / 1000:.0f} kB", flush=True)
    page = DOCS / "gallery.md"
    page.write_text(gallery(EXHIBITS), encoding="utf-8", newline="\n")
    if only is not None:
        return 0
    from docs.makers.lessons.__main__ import main as lessons
    from docs.makers.printed import main as printed

    return lessons([]) or printed([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
