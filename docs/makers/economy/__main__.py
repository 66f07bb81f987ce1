"""Measures the default market as an economy: ``python -m docs.makers.economy``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.makers.economy.page import PAGE, with_part
from docs.makers.economy.parts import PARTS
from docs.makers.economy.runs import Runs


def main(arguments: Sequence[str]) -> int:
    """Write the measured parts of the page; the exit status."""
    from tsunagari.experiments.runs.workers import crew_of
    from tsunagari.sim.scenario import Scenario

    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.economy",
        description="Measure the default market as an economy and write docs/economy.md.",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of all chance; 1")
    parser.add_argument("--replications", type=int, metavar="R", help="instead of each part's own")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; can be repeated")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="page to write")
    asked = parser.parse_args(arguments)
    if not asked.page.is_file():
        parser.error(f"there is no page {asked.page}")
    with crew_of(None, asked.workers, plan=Scenario()) as crew:
        runs = Runs(crew, asked.seed)
        for name in asked.part or PARTS:
            measure, usual = PARTS[name]
            many = asked.replications or usual
            found = measure(runs, many)
            text = asked.page.read_text(encoding="utf-8")
            text = with_part(text, name, found, many, asked.seed)
            asked.page.write_text(text, encoding="utf-8", newline="\n")
            print(f"{name}: measured", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
