"""A market explained: up to three questions, asked of one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.runs.prices import HELD, PRICES
from experiments.words.numbers import plain

if TYPE_CHECKING:
    from experiments.explain.connection import Connection
    from experiments.explain.retention import RetentionParts
    from experiments.explain.word_of_mouth import WordOfMouth
    from experiments.runs.prices import Prices
    from sim.scenario import Scenario

HEADINGS = {
    "retention_parts": "What holds customers",
    "word_of_mouth": "What word of mouth is worth",
    "connection": "How much a connection deserves",
}
LONGER = {name: f"{name}_longer" for name in ("word_of_mouth", "connection")}
"""The tables of second horizons, where there is one."""

"""Headings of the texts, by the name of table and picture."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """What came out; a question that was not asked is None.

    Attributes:
        plan: The resolved scenario.
        retention_parts: What holds customers.
        word_of_mouth: What word of mouth is worth.
        connection: What a connection is worth at the margin.
        prices: Whether prices were held, or costs passed on.
    """

    plan: Scenario
    retention_parts: RetentionParts | None = None
    word_of_mouth: WordOfMouth | None = None
    connection: Connection | None = None
    prices: Prices = HELD

    @property
    def tables(self) -> dict[str, Mapping[str, Any]]:
        """Every table, by name."""
        found = {name: getattr(self, name) for name in HEADINGS}
        tables = {name: part.table for name, part in found.items() if part is not None}
        for name in LONGER:
            longer = getattr(found[name], "longer", None)
            if longer is not None:
                tables[LONGER[name]] = longer.table
        return tables

    @property
    def words(self) -> dict[str, str]:
        """What was found, in sentences, by name."""
        told: dict[str, str] = {}
        if self.retention_parts is not None:
            from experiments.explain.words import retention_in_words

            told["retention_parts"] = retention_in_words(self.retention_parts)
        if self.word_of_mouth is not None:
            told["word_of_mouth"] = self.word_of_mouth.words()
        if self.connection is not None:
            told["connection"] = self.connection.words()
        return told

    def as_text(self, width: int) -> str:
        """All sentences under their headings, in lines of at most so many columns."""
        from experiments.words.terminal import wrapped

        sections = [f"Prices: {self.prices} (--prices {' or '.join(PRICES)})."]
        for name, text in self.words.items():
            lines = [line for sentence in text.splitlines() for line in wrapped(sentence, width)]
            sections.append("\n".join([HEADINGS[name], "-" * len(HEADINGS[name]), *lines]))
        return "\n\n".join(sections)

    def as_json(self) -> dict[str, object]:
        """Rows of all tables and all sentences, as plain values; undefined is None."""
        rows = {name: _rows(table) for name, table in self.tables.items()}
        return {"title": self.plan.title, "prices": self.prices, **rows, "words": self.words}

    def draw(self, folder: Path, *, seed: int) -> None:
        """Draw a picture for every question.

        Raises:
            OSError: A file cannot be written.
        """
        from experiments.explain.charts import (
            connection_page,
            retention_parts_page,
            word_of_mouth_page,
        )
        from experiments.pictures.page import plain_settings

        entering = [event.enter.name for event in self.plan.events if event.enter is not None]
        names = [*(firm.name for firm in self.plan.firms), *entering]
        with plain_settings():
            if self.retention_parts is not None:
                counts = [part.replications for part in self.retention_parts.parts]
                source = self._source(max(counts, default=0), seed)
                page = retention_parts_page(self.retention_parts, names, source=source)
                page.save(folder, "retention_parts")
            if self.word_of_mouth is not None:
                source = self._source(self.word_of_mouth.replications, seed)
                page = word_of_mouth_page(self.word_of_mouth, names, source=source)
                page.save(folder, "word_of_mouth")
            if self.connection is not None:
                source = self._source(self.connection.replications, seed)
                connection_page(self.connection, names, source=source).save(folder, "connection")

    def _source(self, replications: int, seed: int) -> str:
        times = "1 replication" if replications == 1 else f"{replications} replications"
        people = f"{self.plan.market.customers:,} customers"
        return f"Tsunagari · {self.plan.title} · {people} · seed {seed} · {times}"


def _rows(table: Mapping[str, Any]) -> list[dict[str, object]]:
    columns = {name: [plain(value) for value in column] for name, column in table.items()}
    values = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]
