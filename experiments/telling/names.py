"""What measures and keys of a scenario are called in the reader's language, and how values read.

In English, measures and keys are called as they are declared (:mod:`tsunagari.sim.measures`,
:mod:`tsunagari.sim.schema`); the catalogue of texts has the names of other languages only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.telling.keys import key_of, known_keys
from tsunagari.experiments.words import Words, texts
from tsunagari.experiments.words.numbers import large, readable, signed, written
from tsunagari.sim.measures import MEASURES, is_share, unit_of
from tsunagari.sim.scale import Scale

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario


def name_of(measure: str, words: Words) -> str:
    """What a measure is called; one of somebody's own is called as its column."""
    english = MEASURES[measure].english if measure in MEASURES else measure
    return texts(words.language, "measures").get(measure, english)


def column_name(measure: str, words: Words) -> str:
    """A measure by its column in English, as users type it, and by its word in other languages."""
    return measure if words.language == "en" else name_of(measure, words)


def unit_in_words(unit: str, words: Words) -> str:
    """A unit of a measure or a key; as it is where there is no word for it."""
    return words.unit(unit)


def is_scaled(measure: str, words: Words) -> bool:
    """Whether values of a measure are in a currency, or of real people."""
    unit = MEASURES[measure].unit if measure in MEASURES else None
    return words.is_scaled and unit is not None and (unit.is_money or unit.is_count)


def told_in(plan: Scenario) -> dict[str, Any]:
    """In what the numbers of a scenario are told, for programs; nothing where in unit costs."""
    scale = Scale.of(plan)
    if scale.is_plain and scale.currency is None:
        return {}
    return {"money": {"currency": scale.currency, "unit_cost": scale.unit_cost},
            "people": scale.people}  # fmt: skip


@dataclass(frozen=True)
class Amounts:
    """Writes values and differences of one measure.

    Attributes:
        measure: A column of ``firms`` or ``market``.
        words: The reader's language.
    """

    measure: str
    words: Words

    @property
    def is_share(self) -> bool:
        """Whether values are parts of one, shown in per cent."""
        return is_share(self.measure)

    @property
    def scale(self) -> float:
        """What a value is multiplied with to be shown."""
        return 100.0 if self.is_share else 1.0

    @property
    def name(self) -> str:
        """What the measure is called."""
        return name_of(self.measure, self.words)

    @property
    def label(self) -> str:
        """Name and unit, for a scale."""
        told = unit_in_words(unit_of(self.measure), self.words)
        if self.is_share:
            told = self.words("common.percent_sign").strip()
        return self.words("common.in_brackets", text=self.name, more=told) if told else self.name

    @property
    def difference_label(self) -> str:
        """Name and unit of a difference, for a scale."""
        unit = unit_in_words("points" if self.is_share else unit_of(self.measure), self.words)
        text = self.words("comparing.difference_in", measure=self.name)
        return self.words("common.in_brackets", text=text, more=unit) if unit else text

    def value(self, value: float) -> str:
        """A value."""
        if self.is_share:
            return self.words.percent(value)
        if is_scaled(self.measure, self.words):
            return self._with_currency(large(value, self.words.language))
        return readable(value)

    def change(self, value: float) -> str:
        """A difference with its sign; that of shares in points."""
        text = self._signed(value)
        if self.is_share and math.isfinite(value):
            return self.words("comparing.points", number=text)
        return self._with_currency(text)

    def _with_currency(self, text: str) -> str:
        is_money = self.measure in MEASURES and MEASURES[self.measure].unit.is_money
        return self.words.money(text) if is_money else text

    def interval(self, found: Interval) -> str:
        """A difference with its 95 % interval, where there is one."""
        text = self.change(found.mean)
        if not math.isfinite(found.low):
            return text
        low, high = (self._signed(end) for end in (found.low, found.high))
        return self.words("comparing.with_interval", value=text, low=low, high=high)

    def _signed(self, value: float) -> str:
        if self.is_share and math.isfinite(value):
            text = written(100 * value, "+.2f")
            return text if text.strip("0.") else "0"
        if is_scaled(self.measure, self.words) and math.isfinite(value) and value:
            return ("+" if value > 0 else "−") + large(abs(value), self.words.language)
        return signed(value)


def meaning_of(path: str, words: Words) -> tuple[str, str]:
    """Unit and meaning of a key by its path; both empty for what is no key.

    Where there is no word for it in the reader's language it is that of the schema, in English.
    """
    key = key_of(path)
    unit, meaning = known_keys().get(key, ("", ""))
    return unit_in_words(unit, words), texts(words.language, "schema").get(key, meaning)
