"""What the pictures are of: one run's tables, read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from experiments.pictures.chart import FirmStyle, firm_styles
from experiments.pictures.page import Page
from experiments.runs.condensed import window
from experiments.runs.cube import Cube, Tables
from experiments.runs.summary import Summary, summary_of, top
from experiments.words import Words
from experiments.words.text import isolated

_LABELLED = 8


@dataclass(frozen=True)
class Subject:
    """A run as pictures need it.

    Attributes:
        cube: The firms' measures.
        styles: How each firm looks, in the scenario's order.
        events: Month and words of each dated event within the run, one per month, in order.
        source: The line at the foot of each picture.
    """

    cube: Cube
    styles: tuple[FirmStyle, ...]
    events: tuple[tuple[int, str], ...]
    source: str

    @classmethod
    def of(
        cls, tables: Tables, *, customers: int, seed: int, events: Sequence[tuple[int, str]]
    ) -> Subject:
        """Read the tables of a run with so many customers, made with this seed."""
        cube = Cube(tables)
        by_month: dict[int, list[str]] = {}
        for month, words in sorted(events, key=lambda event: event[0]):
            if 0 <= month <= cube.months:
                by_month.setdefault(month, []).append(words)
        repeated = (
            "1 replication" if cube.replications == 1 else f"{cube.replications} replications"
        )
        source = f"Tsunagari · {tables.title} · {customers:,} customers · seed {seed} · {repeated}"
        return cls(
            cube=cube,
            styles=tuple(firm_styles(cube.names).values()),
            events=tuple((month, "; ".join(words)) for month, words in by_month.items()),
            source=source,
        )

    @cached_property
    def summary(self) -> Summary:
        """What came out, firm by firm: the figures that pictures put beside their lines."""
        return summary_of(self.cube)

    def window(self, name: str) -> str:
        """What the figure of a measure is of, in English."""
        return window(name, self.cube.months, Words("en"))

    @property
    def lanes(self) -> int:
        """Lines of words that the events need above a frame."""
        return min(len(self.events), 2)

    @property
    def shown(self) -> list[int]:
        """The firms shown where there is no room for all: the largest by final share."""
        return self.cube.largest(_LABELLED)

    @property
    def shown_words(self) -> str:
        """Says so, or nothing when all are shown."""
        some = len(self.cube.names) > _LABELLED
        return f" · the {_LABELLED} largest of {len(self.cube.names)} firms" if some else ""

    @property
    def band_words(self) -> str:
        """Says what a line and its band are, or nothing for a single run."""
        runs = self.cube.replications
        return f" · line: mean, band: 10–90 % of {runs} replications" if runs > 1 else ""

    def page(self, title: str, subtitle: str, description: str) -> Page:
        """An empty sheet with this run's source line."""
        return Page(title, subtitle, description, self.source)

    def leaders(self) -> list[str]:
        """The firms with the largest final share, as the answer has them; several when level."""
        names, _ = top(self.summary, lambda firm: firm.final_share, most=True)
        shares = {firm.name: firm.final_share.mean for firm in self.summary.firms}
        return [isolated(name) for name in names if shares[name] > 0]
