"""What a measure says of itself, and the months that it is made of.

Nothing heavy is imported here: a check of a file reads the declarations
(:mod:`tsunagari.sim.measures`), too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import fsum, nan
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tsunagari.agents.columns import CHANNELS, RESERVOIRS, By
from tsunagari.agents.firm.books import Accounts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

type Formula = Callable[[Months], Any]
"""From months to a number for every firm, float64[months, firms], or for the market, [months]."""


# -- what a declaration says ---------------------------------------------------------------------


class Condensing(StrEnum):
    """What the figure of a run is taken of; in each replication, then the mean over these."""

    LAST = "last"
    """The last month."""
    YEAR = "year"
    """Mean of those of the last twelve months in which it is defined."""
    SUM = "sum"
    """Sum of all months; of those in which it is defined."""
    RATE = "rate"
    """Events in all months per customer and month at risk."""


LAST, YEAR, SUM, RATE = Condensing


@dataclass(frozen=True)
class Unit:
    """In what a measure is counted.

    Attributes:
        name: The word behind numbers.
        digits: Digits after the point with which a number is written at the end of a line.
        scale: What a value is multiplied with to be shown.
        sign: What then stands behind it.
        is_money: Whether it is an amount of money: in unit costs while the market runs, in the
            currency of the scenario where it is told (:mod:`tsunagari.sim.scale`).
        is_count: Whether it grows with the number of people in the market.
    """

    name: str
    digits: int = 0
    scale: float = 1.0
    sign: str = ""
    is_money: bool = False
    is_count: bool = False


@dataclass(frozen=True)
class Line:
    """How the page draws a measure that can be chosen there.

    Attributes:
        title: What it is called above its chart.
        unit: What is counted there, in words.
        zero: Whether the scale begins at zero.
        least: Smallest height of the scale, so that chance does not look like a mountain.
    """

    title: str
    unit: str
    zero: bool = False
    least: float = 10.0


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        name: Its column.
        unit: In what it is counted.
        english: What it is called.
        meaning: Its definition.
        of: Its formula; None for what is made of columns where it is shown.
        undefined: When it is null.
        figure: How it becomes one figure of a run.
        whole: Whether its numbers are whole ones, int64; otherwise they are float64. In a
            scenario with ``market.people`` they are float64, too.
        among: Its range, told behind the unit.
        line: How the page draws it; None if it cannot be chosen there.
    """

    name: str
    unit: Unit
    english: str
    meaning: str
    of: Formula | None = None
    undefined: str = "never"
    figure: Condensing = YEAR
    whole: bool = False
    among: str = ""
    line: Line | None = None


# -- what a measure is made of -------------------------------------------------------------------


@dataclass(frozen=True)
class Worth:
    """What customers are worth to each firm, float64[months, firms]; from the next month on.

    In money of then.

    Attributes:
        base: A customer of today, on average.
        joiner: Somebody who has just joined.
        equity: All customers, today's and those to come, less what it costs to acquire these.
        by_retention: Per cent of ``equity`` for a per cent of retention a year.
        by_margin: The same for a per cent of what customers contribute.
        by_acquisition: The same for a per cent less of the cost of acquisition.
    """

    base: Floats
    joiner: Floats
    equity: Floats
    by_retention: Floats
    by_margin: Floats
    by_acquisition: Floats


FACTS = (
    *("closed", "price", "unit_cost", "unit_cost_of_service", "attention", "product"),
    *("complementors", "cash", "cost.full"),
    *(f"accounts.{name}" for name in Accounts.__dataclass_fields__),
)
"""What is kept of every firm of every month, for measures to be made of."""
facts_of: Callable[[Any], tuple[Any, ...]] = attrgetter(*FACTS)
"""These facts of a firm, as :class:`tsunagari.agents.firm.firm.Firm`."""


@dataclass
class Months:
    """Months that have ended, one after the other.

    What is of firms is float64[months, firms]: 0 before a firm came, and of no meaning once it has
    closed.

    Attributes:
        number: Which months, int64[months, 1].
        came: Whether each firm has come by then, bool[months, firms].
        people: Everybody in the market.
        facts: :data:`FACTS` of every firm, float64[facts, months, firms]; null where it has not
            closed.
        sums: Sums over each firm's own customers: every field of
            :data:`tsunagari.agents.phases.survey.SUMS`, float64[months, firms, …].
        adopters: People with a provider, float64[months], as the four that follow.
        needs: Sum of everybody's need.
        spending: What customers paid.
        connectivity: ``zmot.connectivity`` as it stood.
        discount: ``finance.discount`` as it stood.
        before: Customers of each firm a month ago; 0 before it entered.
        year_ago: The same twelve months ago; 0 in the first eleven months.
        rating: Public rating of each firm, 1 to 5.
        stars: Reviews of each firm since the start, by number of stars, float64[months, firms, 5].
        sample: What is told of a sample of customers, [months, rows]
            (:class:`tsunagari.agents.phases.welfare.Sample`).
        billed_before: What each firm billed its own customers twelve months ago; 0 in the first
            eleven months.
        expanded: By how much more those of the sample who stayed are billed than then, by firm, of
            all that it was billed then; null in the first eleven months.
        worth: What customers are worth to each firm.
        discounted: Contribution of each firm since the start, discounted to month 0.
        ever: Customers that each firm has ever had.
    """

    number: NDArray[np.int64]
    came: NDArray[np.bool_]
    people: int
    facts: Floats
    sums: Any
    adopters: Floats
    needs: Floats
    spending: Floats
    connectivity: Floats
    discount: Floats
    before: Floats
    year_ago: Floats
    rating: Floats
    stars: Floats
    sample: Any
    billed_before: Floats = field(init=False)
    expanded: Floats = field(init=False)
    worth: Worth = field(init=False)
    discounted: Floats = field(init=False)
    ever: Floats = field(init=False)

    def each(self, fact: str) -> Floats:
        """A fact of every firm (:data:`FACTS`)."""
        return self.facts[FACTS.index(fact)]

    @cached_property
    def profit(self) -> Floats:
        """What all money of a month adds up to."""
        return Accounts.profit.fget(self._accounts)  # type: ignore[attr-defined,no-any-return]

    @property
    def _accounts(self) -> Accounts:
        names = Accounts.__dataclass_fields__
        return Accounts(**{name: self.each(f"accounts.{name}") for name in names})  # type: ignore[arg-type]

    @cached_property
    def lived(self) -> Floats:
        """Settled customers of each firm; at the start nobody has lived a month of the run."""
        return self.sums["lived"] * (self.number > 0)

    @cached_property
    def shares(self) -> Floats:
        """Each firm's part of all who have a provider; null where nobody has one."""
        return part_of_all(self.sums["customers"])

    @cached_property
    def retention(self) -> Floats:
        """Part of each firm's customers a month ago that did not leave."""
        return ratio(self.before - self.sums["leaves"], self.before)

    @cached_property
    def contribution(self) -> Floats:
        """Revenue and settlement less delivery, attention, service and intermediaries' part."""
        income = self.each("accounts.revenue") + self.each("accounts.settlement")
        served = self.each("accounts.attention"), self.each("accounts.service")
        served_by_others = self.each("accounts.intermediation")
        return income - self.each("accounts.delivery") - served[0] - served[1] - served_by_others

    @property
    def margin(self) -> Floats:
        """Contribution of each firm per revenue."""
        return ratio(self.contribution, self.each("accounts.revenue"))

    @cached_property
    def surplus(self) -> Floats:
        """Mean surplus of the sampled customers of each firm; null without any."""
        return self._mean_of_sample(self.sample.surplus)

    @cached_property
    def realised(self) -> Floats:
        """The same of their own offer alone."""
        return self._mean_of_sample(self.sample.realised)

    @cached_property
    def _sampled(self) -> Floats:
        return sums_by_firm(self.sample.provider, None, self.before.shape[1])

    def _mean_of_sample(self, values: Floats) -> Floats:
        firms = self.before.shape[1]
        return ratio(sums_by_firm(self.sample.provider, values, firms), self._sampled)

    @cached_property
    def value_kept(self) -> Floats:
        """Surplus of all customers of each firm; 0 without any."""
        return or_nothing(self.surplus) * self.sums["customers"]

    @cached_property
    def value_earned(self) -> Floats:
        """Contribution of each firm from its own customers alone; none in month 0."""
        import numpy as np

        price, unit_cost = self.each("price"), self.each("unit_cost")
        kept = 1.0 - ratio(self.each("accounts.intermediation"), self.each("accounts.revenue"))
        income = price * self.sums["paid"] * or_nothing(kept) + self.each("accounts.settlement")
        served = self.each("accounts.attention") + self.each("accounts.service")
        open_ = np.isnan(self.each("closed")) & (self.number > 0)
        return (income - unit_cost * self.sums["units"] - served) * open_

    @cached_property
    def net_retention(self) -> Floats:
        """What each firm bills those who stayed, of what it billed all twelve months ago."""
        return ratio(self.each("price") * self.sums["paid_12"], self.billed_before)


def ratio(above: Floats, below: Any) -> Floats:
    """A quotient, null where the denominator is 0."""
    import numpy as np

    out = np.empty(np.shape(above))
    out.fill(nan)
    return np.divide(above, below, out=out, where=below != 0)


def added(values: Floats) -> Floats:
    """The sum over the firms of every month, exact before it is rounded: float64[months]."""
    import numpy as np

    return np.array([fsum(month) for month in values.tolist()])


def part_of_all(values: Floats) -> Floats:
    """Each firm's part of the sum over firms; null where that is 0."""
    return ratio(values, added(values)[:, None])


def longer(values: Floats, firms: int, filled: float = 0.0, axis: int = 0) -> Floats:
    """Values of firms with room for those that entered since."""
    import numpy as np

    missing = firms - values.shape[axis]
    if missing == 0:
        return values
    more = [(0, missing * (place == axis)) for place in range(values.ndim)]
    return np.pad(values, more, constant_values=filled)


def or_nothing(values: Floats) -> Floats:
    """Values, 0 where they are null."""
    import numpy as np

    return np.where(np.isnan(values), 0.0, values)


def sums_by_firm(firm: Any, values: Any, firms: int) -> Floats:
    """Sums of values by firm, or of ones, float64[months, firms]; those of no firm are left out.

    Args:
        firm: Firm of every row, int[months, rows]; -1 for none.
        values: The values, float64[months, rows]; None for ones.
        firms: Number of firms.
    """
    import numpy as np

    places = firm + 1 + (firms + 1) * np.arange(len(firm))[:, None]
    weights = None if values is None else values.ravel()
    found = np.bincount(places.ravel(), weights, len(firm) * (firms + 1))
    return found.reshape(-1, firms + 1)[:, 1:].astype(np.float64)


def by_segment(m: Months, segments: int) -> dict[str, Floats]:
    """Surplus, realised surplus and the part of value kept, float64[months, segments], of a sample.

    What a firm earns of a customer is taken in proportion to what the customer pays it.
    """
    import numpy as np

    sample = m.sample
    segment = np.where(sample.provider >= 0, sample.segment, -1)
    price = m.each("price")
    rate = or_nothing(ratio(m.value_earned, price * m.sums["paid"])) * price
    kept = sums_by_firm(segment, sample.surplus, segments)
    count = sums_by_firm(segment, None, segments)
    rates = np.take_along_axis(rate, np.maximum(sample.provider, 0), axis=1)
    earned = sums_by_firm(segment, rates * sample.paid, segments)
    return {
        "surplus": ratio(kept, count),
        "surplus_realised": ratio(sums_by_firm(segment, sample.realised, segments), count),
        "value_share": part_kept(kept, earned),
    }


def part_kept(kept: Any, earned: Any) -> Floats:
    """Part of the value created that customers keep; null where none is created."""
    import numpy as np

    created = kept + earned
    return ratio(kept, np.where((created > 0.0) & (earned != 0.0), created, 0.0))


def each_of(fact: str) -> Formula:
    """A fact of every firm, as ``accounts.revenue``."""
    return lambda m: m.each(fact)


def sum_of(name: str) -> Formula:
    """A sum over each firm's own customers."""
    return lambda m: m.sums[name]


def joined_by(channel: By) -> Formula:
    """Joiners of each firm for whom this spoke most."""
    return lambda m: m.sums["joins_through"][..., CHANNELS.index(channel)]


def part_of(above: str, below: str = "customers") -> Formula:
    """One sum over each firm's own customers by another."""
    return lambda m: ratio(m.sums[above], m.sums[below])


def settled_part(above: str) -> Formula:
    """A sum over each firm's settled customers by their number."""
    return lambda m: ratio(m.sums[above], m.lived)


def sum_of_parts(prefix: str, below: str) -> Formula:
    """All that holds customers, by the sums of the four reservoirs."""

    def of(m: Months) -> Floats:
        location, switching, obligation, success = (m.sums[prefix + name] for name in RESERVOIRS)
        return ratio(location + switching + obligation + success, m.sums[below])

    return of


def concentration(m: Months) -> Floats:
    """Sum of the squared market shares; null where nobody has a provider."""
    return added(m.shares**2)
