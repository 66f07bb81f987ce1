"""Measures the default market for its page: ``python -m docs.makers.sector``."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.makers.sector import figures
from docs.makers.sector.page import PAGE, with_figures


def main(arguments: Sequence[str]) -> int:
    """Write the measured part of the page; the exit status."""
    from tsunagari.experiments.runs.workers import crew_of
    from tsunagari.experiments.validate.study import Study
    from tsunagari.sim.scenario import Scenario

    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.sector",
        description="Measure the default market and write the figures of docs/sector.md.",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of all chance; 1")
    parser.add_argument("--quick", action="store_true", help="small, to try it; not conclusive")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="page to write")
    asked = parser.parse_args(arguments)
    if not asked.page.is_file():
        parser.error(f"there is no page {asked.page}")
    with contextlib.ExitStack() as stack:
        crew = stack.enter_context(crew_of(None, asked.workers, plan=Scenario()))
        study = Study(asked.seed, quick=asked.quick, crew=crew)
        found = figures.measured(study)
    text = with_figures(asked.page.read_text(encoding="utf-8"), found, _told(study, asked))
    asked.page.write_text(text, encoding="utf-8", newline="\n")
    print(f"{asked.page.name}: figures written", file=sys.stderr)
    return 0


def _told(study: object, asked: argparse.Namespace) -> str:
    from tsunagari.experiments.validate.study import Study
    from tsunagari.sim.version import version

    assert isinstance(study, Study)
    options = [f"--workers {asked.workers}"] if asked.workers > 1 else []
    options += [f"--seed {asked.seed}"] if asked.seed != 1 else []
    options += ["--quick"] if asked.quick else []
    command = " ".join(["python -m docs.makers.sector", *options])
    return (
        f"Written by `{command}` with tsunagari {version()}: {study.people(figures.PEOPLE):,} "
        f"people, months {figures.WARM_UP + 1} to {figures.MONTHS}, "
        f"{study.replications(figures.REPLICATIONS)} replications, 95 % intervals over them."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
