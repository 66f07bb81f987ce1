"""The map of P14 as table and picture: ``python -m docs.makers.purity_files FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tsunagari.experiments.validate.purity import PEOPLE, mapped
from tsunagari.experiments.validate.study import Study


def write_purity(folder: Path, study: Study) -> list[Path]:
    """Write ``purity.csv``, ``purity.png`` and ``purity.svg`` into a folder, which may be new.

    The table has a row for every contest: ``weigh`` (what customers weigh), ``connectivity``,
    ``discipline``; ``profit`` of the pure firm less that of the middle, money a month per hundred
    people in years 4 and 5, with ``profit_low`` and ``profit_high`` (95 %); ``share``, the same of
    market share in percentage points; ``outcome`` of the pure firm: wins, ties or loses by profit.

    Raises:
        OSError: A file cannot be written.
    """
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.telling.purity_chart import draw_purity

    folder.mkdir(parents=True, exist_ok=True)
    found = mapped(study)
    table = folder / "purity.csv"
    write_table(found.columns(), table, "csv")
    customers = study.people(PEOPLE)
    return [table, *draw_purity(found, folder, customers=customers, seed=study.seed)]


def main() -> None:
    """Run the map with two processes and write it into the folder named."""
    from tsunagari.experiments.runs.workers import crew_of
    from tsunagari.sim.scenario import Scenario

    parser = argparse.ArgumentParser(description="Map of purity against the middle.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="small, fast, and not conclusive")
    asked = parser.parse_args()
    with crew_of(None, asked.workers, plan=Scenario()) as crew:
        for path in write_purity(asked.folder, Study(asked.seed, quick=asked.quick, crew=crew)):
            print(path)


if __name__ == "__main__":
    main()
