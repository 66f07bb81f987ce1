"""Charts as values: what is drawn, of which look, with its words; nothing of how.

:mod:`tsunagari.experiments.pictures.page` draws them on paper,
:mod:`tsunagari.experiments.pictures.web` for browsers. A firm has the same colour and line in every
picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.scales import padded
from tsunagari.experiments.words.numbers import UNDEFINED, brief, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

INK = "#1a1a1a"
SOFT = "#595959"  # contrast 7:1 on white: still readable when projected
GRID = "#d9d9d9"

# Okabe & Ito 2008, "Color Universal Design". Their yellow is left out: 1.3:1 on white is no line.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (4.5, 1.6),
    (1.1, 1.1),
    (5.0, 1.4, 1.1, 1.4),
    (9.0, 1.6, 1.1, 1.4, 1.1, 1.6),
)

# Tol 2021, "Colour schemes" (light and muted); the reservoirs that can be taken away are pale.
RESERVOIR_COLOURS = {
    "location": "#BBBBBB",
    "switching": "#99DDFF",
    "obligation": "#EEDD88",
    "success": "#332288",
}
MARKET_COLOUR = RESERVOIR_COLOURS["success"]
"""Of what is no firm's: the market as a whole."""


@dataclass(frozen=True)
class FirmStyle:
    """How one firm's line is drawn.

    Attributes:
        colour: As ``#rrggbb``.
        dashes: Lengths of line and gap in line widths; empty is a solid line.
        marker: A symbol on the line, or the empty string.
    """

    colour: str
    dashes: tuple[float, ...]
    marker: str


def firm_styles(names: Sequence[str]) -> dict[str, FirmStyle]:
    """A style for each firm by its place in the scenario.

    Seven colours that the colour-blind tell apart, then the same with other dashes, then (from the
    36th firm on) with a symbol; a firm thus looks the same in every picture of a scenario.
    """
    markers = ("", "o", "s", "^")
    styles = {}
    for place, name in enumerate(names):
        rest, colour = divmod(place, len(_COLOURS))
        marker, dashes = divmod(rest, len(_DASHES))
        styles[name] = FirmStyle(_COLOURS[colour], _DASHES[dashes], markers[marker % len(markers)])
    return styles


NAMED = 8
"""Lines that are named at their ends, at most."""


@dataclass(frozen=True, eq=False)
class Series:
    """One line.

    Attributes:
        name: What it is of.
        place: Its number in the legend; lines of one number are hidden together.
        style: How it looks.
        middle: Its values, in the unit of the chart; NaN breaks it.
        low, high: Ends of the band; None without one.
        x: Where its values are on the scale below; None counts from 0.
        at_risk: How many people stand behind each value, for survival.
        figure: What is written at its end, the figure that is told everywhere else; None is the
            last value.
        before: Whether it is what was once, and drawn faint without a name.
    """

    name: str
    place: int
    style: FirmStyle
    middle: Floats
    low: Floats | None = None
    high: Floats | None = None
    x: Floats | None = None
    at_risk: Floats | None = None
    figure: float | None = None
    before: bool = False

    @property
    def across(self) -> Floats:
        """Where its values are on the scale below."""
        return np.arange(float(self.middle.size)) if self.x is None else self.x

    @property
    def there(self) -> bool:
        """Whether it has a value anywhere."""
        return bool(np.isfinite(self.middle).any())

    @property
    def last(self) -> int:
        """The position of its last value."""
        return int(np.flatnonzero(np.isfinite(self.middle))[-1])

    @property
    def end(self) -> float:
        """Its last value."""
        return float(self.middle[self.last])


@dataclass(frozen=True)
class Event:
    """A dated event: its month, a mark that stands for it where there is no room, its words."""

    month: int
    mark: str
    words: str


@dataclass(frozen=True, eq=False)
class LineChart:
    """Lines that share their scales.

    Attributes:
        series: The lines.
        across: What the scale below is called.
        up: What is measured, with its unit.
        suffix: Behind a value.
        digits: Decimals of a value.
        signed: Whether values are differences, with three digits and their sign.
        zero: Whether the scale begins at zero, or has it.
        limits: Values at the lower and upper edge; None follows the values.
        least: Smallest height of the scale, so that chance does not look like a mountain.
        level: Where a strong level line is, if anywhere.
        months: The last month of the scale below; None follows the lines.
        events: What is marked.
        lead: Numbers of lines by importance, for where not all can be named; by their last values
            if empty.
        window: What the figures at the ends are of.
        risk: Heading of the numbers at risk.
        band: What the two ends of a band are called, for the values under the pointer.
        height: Of the frame in a document, in pixels.
        nothing: What is said where there is no line.
    """

    series: Sequence[Series]
    across: str
    up: str
    suffix: str = ""
    digits: int = 1
    signed: bool = False
    zero: bool = True
    limits: tuple[float, float] | None = None
    least: float = 0.0
    level: float | None = None
    months: int | None = None
    events: Sequence[Event] = ()
    lead: Sequence[int] = ()
    window: str = ""
    risk: str = ""
    band: str = ""
    height: float = 300.0
    nothing: str = "nothing to show: no firm had customers long enough"

    def strong(self, most: int = NAMED) -> list[int]:
        """Numbers of the lines that are drawn strong and named at their ends."""
        there = [n for n, line in enumerate(self.series) if line.there and not line.before]
        if self.lead:
            kept = set(self.lead[:most])
        else:
            ends = {n: self.series[n].end for n in there}
            size = (lambda n: -abs(ends[n])) if self.signed else (lambda n: -ends[n])
            kept = set(sorted(there, key=size)[:most])
        return [n for n in there if n in kept]

    def ups(self, most: int = NAMED) -> tuple[float, float]:
        """Values at the lower and the upper edge: all lines, and the bands of the strong ones."""
        if self.limits is not None:
            return self.limits
        seen = [line.middle for line in self.series]
        for number in self.strong(most):
            line = self.series[number]
            seen += [end for end in (line.low, line.high) if end is not None]
        low, high = padded(np.concatenate([np.empty(0), *seen]), zero=self.zero)
        lacking = max(self.least - (high - low), 0.0)
        below = 0.0 if self.zero else lacking / 2
        return low - below, high + lacking - below

    @property
    def acrosses(self) -> tuple[float, float]:
        """Values at the left and the right edge."""
        if self.months is not None:
            return 0.0, float(max(self.months, 1))
        ends = [float(line.across.max()) for line in self.series if line.across.size]
        return 0.0, max(ends, default=1.0) or 1.0

    def told(self, value: float) -> str:
        """A value with its unit, as it stands at the end of a line; a dash for none."""
        if self.signed:
            return brief(value, "+")
        text = written(value, f".{self.digits}f")
        return text if text == UNDEFINED else text + self.suffix


@dataclass(frozen=True, eq=False)
class FactChart:
    """One firm's months: what was observed as dots, beside a line with its band.

    Attributes:
        line: What a model comes to, from month 0.
        facts: What was observed in these months; NaN where nothing was.
        tips: What is said of each month's dot under the pointer.
        known: The last month of which anything could be observed; later ones look ahead.
        ahead: What is written over these.
        across: What the scale below is called.
        up: What is measured, with its unit.
        span: Height of the scale, which lies about the middle of what is drawn.
    """

    line: Series
    facts: Floats
    tips: Sequence[str]
    known: int
    ahead: str
    across: str
    up: str
    span: float

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value that is drawn; 0 and 1 where there is none."""
        drawn = (self.line.middle, self.line.low, self.line.high, self.facts)
        seen = np.concatenate([np.empty(0), *(part for part in drawn if part is not None)])
        seen = seen[np.isfinite(seen)]
        return (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)

    @property
    def ups(self) -> tuple[float, float]:
        """Values at the lower and the upper edge."""
        low, high = self.ends
        half = 1.04 * max(self.span, high - low) / 2.0
        middle = (low + high) / 2.0
        if low >= 0.0:  # what cannot be below zero has no room there
            middle = max(middle, half)
        return middle - half, middle + half


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        name: What it is of.
        place: Its number in the legend.
        colour: As ``#rrggbb`` or a variable of the style sheet.
        value: Where the bar ends; NaN draws none.
        low, high: Ends of the whisker; NaN without one.
        before: Where a pale bar beside it ends; NaN without one.
        tip: What is said of it under the pointer; a line each.
        least, most: Ends of a thin line behind the interval, which is then drawn broad; NaN without
            one.
    """

    name: str
    place: int
    colour: str
    value: float
    low: float = math.nan
    high: float = math.nan
    before: float = math.nan
    tip: str = ""
    least: float = math.nan
    most: float = math.nan


@dataclass(frozen=True)
class BarChart:
    """Rows that share a scale.

    Attributes:
        bars: The rows from the top; neighbours of one name share a row.
        across: What is measured, with its unit.
        dots: Whether a row is a dot with an interval and not a bar from zero.
        limits: Ends of the scale; None follows the values.
    """

    bars: Sequence[Bar]
    across: str
    dots: bool = False
    limits: tuple[float, float] | None = None

    @property
    def scale(self) -> tuple[float, float]:
        """Ends of the scale."""
        ends = ("value", "low", "high", "before", "least", "most")
        seen = np.array([getattr(bar, end) for bar in self.bars for end in ends])
        return self.limits or padded(seen, zero=True)


@dataclass(frozen=True, eq=False)
class PointChart:
    """Points by two measures, some of them on a front.

    Attributes:
        x, y: Where they are, float64[points].
        tips: What is said of each under the pointer; a line each.
        front: Whether a point is on the front, bool[points].
        best: Number of the point that is named.
        name: What it is called.
        across: What is measured from left to right, with its unit.
        up: What is measured upwards, with its unit.
        joined: Whether a line leads along the front, which is one by these two measures.
    """

    x: Floats
    y: Floats
    tips: Sequence[str]
    front: NDArray[np.bool_]
    best: int
    name: str
    across: str
    up: str
    joined: bool = False


@dataclass(frozen=True, eq=False)
class Piles:
    """Parts piled up over months, a frame for each firm, all with the same scales.

    Parts above zero pile up, those below hang down, and a line is their sum.

    Attributes:
        names: The firms.
        parts: What is piled up, [part, month, firm], in the unit of the scale.
        colours: One for each part.
        labels: The text alternative of each frame.
        up: What is measured, with its unit.
        across: What the scale below is called.
    """

    names: Sequence[str]
    parts: Floats
    colours: Sequence[str]
    labels: Sequence[str]
    up: str
    across: str

    @cached_property
    def above(self) -> Floats:
        """Upper edges of the parts above zero, [part, month, firm]."""
        return np.cumsum(np.maximum(self.parts, 0.0), axis=0)

    @cached_property
    def below(self) -> Floats:
        """Lower edges of the parts below zero, [part, month, firm]."""
        return np.cumsum(np.minimum(self.parts, 0.0), axis=0)

    @property
    def hangs(self) -> bool:
        """Whether anything is below zero, so that the sum is not the upper edge."""
        return bool((self.below < 0).any())

    @property
    def scale(self) -> tuple[float, float]:
        """Values at the lower and the upper edge."""
        return padded(np.stack((self.above, self.below)), zero=True)

    def areas(self, firm: int, points: NDArray[np.int64]) -> Iterator[tuple[int, Floats, Floats]]:
        """Every part that is anywhere, with its near and its far edge at some months."""
        for stack in (self.above[:, points, firm], self.below[:, points, firm]):
            near = np.where(np.isfinite(stack[0]), 0.0, np.nan)
            for part, far in enumerate(stack):
                if np.nanmax(np.abs(far - near), initial=0.0) > 0:
                    yield part, near, far
                near = far


@dataclass(frozen=True)
class Spot:
    """A firm on a map.

    Attributes:
        name: Its name.
        place: Its number in the legend.
        colour: As ``#rrggbb``.
        x, y: Where it is; NaN is nowhere.
        from_x, from_y: Where it came from; NaN draws no way.
        size: Share of customers, which is the area.
        tip: What is said of it; a line each.
    """

    name: str
    place: int
    colour: str
    x: float
    y: float
    from_x: float
    from_y: float
    size: float
    tip: str

    @property
    def there(self) -> bool:
        """Whether it is anywhere."""
        return math.isfinite(self.x) and math.isfinite(self.y)


@dataclass(frozen=True, eq=False)
class SpotMap:
    """Firms by two measures, from where they began to where they are."""

    spots: Sequence[Spot]
    across: str
    up: str


@dataclass(frozen=True, eq=False)
class Triangle:
    """Customers by what they value, in the colour of their provider; firms where theirs are.

    Attributes:
        weights: On cost, product and solution, [customer, 3]; each row adds up to 1.
        provider: Number of each customer's firm, -1 for none.
        spots: The firms; x is the weight on product, y that on cost of their customers.
        corners: What the corners are called: cost (top), product (left), solution (right).
    """

    weights: Floats
    provider: NDArray[np.int64]
    spots: Sequence[Spot]
    corners: Sequence[str]


@dataclass(frozen=True, eq=False)
class Moves:
    """Who went from where to where.

    Attributes:
        names: Of the places; the same at both sides.
        places: Their numbers in the legend; -1 for one that it does not have.
        colours: Of the streams that come from them.
        moved: How many went, [from, to].
        left, right: Headings of the two sides.
        tip: What is said of a stream, with places for ``source``, ``destination``, ``number``.
    """

    names: Sequence[str]
    places: Sequence[int]
    colours: Sequence[str]
    moved: Floats
    left: str
    right: str
    tip: str


@dataclass(frozen=True, eq=False)
class Cloud:
    """One firm's outcomes over a factor.

    Attributes:
        name: The firm.
        place: Its number in the legend.
        colour: As ``#rrggbb``.
        x, y: Of the points.
        group_x, group_y: Means of groups of points, in the order of x.
    """

    name: str
    place: int
    colour: str
    x: Floats
    y: Floats
    group_x: Floats
    group_y: Floats


@dataclass(frozen=True, eq=False)
class CloudChart:
    """Outcomes over one factor: faint dots for points of a design, a line through group means.

    Attributes:
        clouds: What is in it.
        limits: Values at the lower and the upper edge.
        names: What the places 0, 1, … below are called; none for a scale of numbers.
        up: What is measured, with its unit.
    """

    clouds: Sequence[Cloud]
    limits: tuple[float, float]
    names: Sequence[str]
    up: str
