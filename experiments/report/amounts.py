"""How the values of a measure are written: shares as percentages, all else as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from experiments.statistics import Interval
from experiments.units import unit_of_measure
from experiments.words import Words
from experiments.words.numbers import readable, signed, written

_PARTS = ("share", "share of price")


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
        return unit_of_measure(self.measure) in _PARTS

    @property
    def scale(self) -> float:
        """What a value is multiplied with to be shown."""
        return 100.0 if self.is_share else 1.0

    @property
    def name(self) -> str:
        """What the measure is called."""
        return self.words.measure(self.measure)

    @property
    def label(self) -> str:
        """Name and unit, for a scale."""
        unit = unit_of_measure(self.measure)
        told = self.words("common.percent_sign").strip() if self.is_share else self.words.unit(unit)
        return self.words("common.in_brackets", text=self.name, more=told) if told else self.name

    @property
    def difference_label(self) -> str:
        """Name and unit of a difference, for a scale."""
        unit = self.words.unit("points" if self.is_share else unit_of_measure(self.measure))
        text = self.words("comparing.difference_in", measure=self.name)
        return self.words("common.in_brackets", text=text, more=unit) if unit else text

    def value(self, value: float) -> str:
        """A value."""
        if self.is_share:
            return self.words.percent(value)
        return readable(value)

    def change(self, value: float) -> str:
        """A difference with its sign; that of shares in points."""
        text = self._signed(value)
        if self.is_share and math.isfinite(value):
            return self.words("comparing.points", number=text)
        return text

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
        return signed(value)
