"""All pictures of a run, by name.

draw_all(market.results, folder, customers=20_000, seed=7, events=[(24, "location erodes")])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.figures.flows import flows
from experiments.figures.stickiness import stickiness
from experiments.figures.subject import Subject
from experiments.figures.survival import cohort_survival
from experiments.figures.timelines import market_share, retention, satisfaction_nps
from experiments.pictures.page import Page, plain_settings
from experiments.runs.cube import Tables

FIGURES: dict[str, Callable[[Subject], Page]] = {
    "market_share": market_share,
    "retention": retention,
    "stickiness": stickiness,
    "cohort_survival": cohort_survival,
    "flows": flows,
    "satisfaction_nps": satisfaction_nps,
}
"""Every picture by its name, which is also that of its files."""


def draw_all(
    tables: Tables,
    folder: Path,
    *,
    customers: int,
    seed: int,
    events: Sequence[tuple[int, str]] = (),
) -> list[Path]:
    """Draw every picture of a run as PNG and SVG.

    Args:
        tables: The run's tables.
        folder: Where the files go; it must exist.
        customers: Number of customers, for the line at the foot.
        seed: The run's seed, for the line at the foot.
        events: Month and short words of each dated event to mark.

    Returns:
        The files written, in the order of :data:`FIGURES`.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        subject = Subject.of(tables, customers=customers, seed=seed, events=events)
        return [
            path
            for name, picture in FIGURES.items()
            for path in picture(subject).save(folder, name)
        ]


def draw(
    name: str,
    tables: Tables,
    folder: Path,
    *,
    customers: int,
    seed: int,
    events: Sequence[tuple[int, str]] = (),
) -> list[Path]:
    """Draw one picture of a run as PNG and SVG; arguments as for :func:`draw_all`.

    Raises:
        KeyError: There is no picture of that name.
        OSError: A file cannot be written.
    """
    picture = FIGURES[name]
    with plain_settings():
        subject = Subject.of(tables, customers=customers, seed=seed, events=events)
        return picture(subject).save(folder, name)


def describe(name: str, tables: Tables) -> str:
    """What a picture shows, in a sentence: its text alternative.

    Raises:
        KeyError: There is no picture of that name.
    """
    picture = FIGURES[name]
    with plain_settings():
        return picture(Subject.of(tables, customers=0, seed=0, events=())).description
