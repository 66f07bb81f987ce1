"""Why one customer left: their history in the market, and the month in question in terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.columns import NOBODY, RESERVOIRS, SOURCE_NAMES, By, Looks
from experiments.runs.given import whole_numbers
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.explain.decision import Decision
    from sim.market import Market
    from sim.scenario import Scenario

EXIT = SOURCE_NAMES[By.EXIT]
"""What decided when somebody left the market altogether."""


@dataclass(frozen=True)
class Move:
    """A change of provider.

    Attributes:
        month: When.
        source: Name of the firm left; empty for none.
        destination: Name of the firm joined; empty for none.
        decided_by: What decided, as in the table of flows.
    """

    month: int
    source: str
    destination: str
    decided_by: str


@dataclass(frozen=True)
class History:
    """What one place in the market lived through in a run.

    Attributes:
        moves: All changes of provider, in order.
        exits: Months in which its person left the market and another one took the place.
        looked: Months in which they looked around, having a provider.
        saw_better: Those of them in which they saw something better.
        provider: Name of the provider at the end; empty for none.
        tenure: Months lived with it.
        reservoirs: What holds them at the end, in utility, by reservoir.
    """

    moves: tuple[Move, ...]
    exits: tuple[int, ...]
    looked: tuple[int, ...]
    saw_better: tuple[int, ...]
    provider: str
    tenure: int
    reservoirs: dict[str, float]

    @property
    def leaves(self) -> list[Move]:
        """The moves away from a firm."""
        return [move for move in self.moves if move.source]


@dataclass(frozen=True)
class CustomerExplanation:
    """Why one customer did what they did in one month.

    Attributes:
        number: The customer's unique_id.
        segment: Name of the customer's segment.
        months: Length of the run.
        history: Of the whole run.
        decision: The month in question.
        move: The move of that month; None if there was none.
    """

    number: int
    segment: str
    months: int
    history: History
    decision: Decision
    move: Move | None

    def words(self) -> str:
        """A short paragraph."""
        from experiments.explain.customer_words import in_words

        return in_words(self)

    def as_table(self) -> str:
        """The terms of the choice, a column an option, in at most 100 columns."""
        from experiments.explain.customer_printing import as_table

        return as_table(self)

    def as_json(self) -> dict[str, object]:
        """All of it as plain values."""
        from experiments.explain.customer_printing import as_json

        return as_json(self)


def explain_customer(
    plan: Scenario,
    number: int,
    *,
    month: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CustomerExplanation:
    """Why a customer left, by default the last time they did, or what holds one who never did.

    The market is run twice: to see what they did, and to the month before the one in question.

    Args:
        plan: The resolved scenario.
        number: The customer's ``unique_id``.
        month: The month to explain, from 1; None is that in which they last left a provider, and
            the last month of the run for those who never did.
        seed: None is the plan's own.
        threads: Threads of the market.
        progress: Told of further months done.

    Raises:
        Problems: There is no such customer, or no such month.
    """
    from experiments.explain.decision import decision
    from sim.market import Market

    told = progress or (lambda months: None)
    number, month = whole_numbers(number=number, month=month)
    market = Market(plan, seed, threads=threads)
    row = _row_of(market, number)
    _check_month(plan, month)
    history = _history(market, row, plan.market.months, told)
    if month is None:
        leaves = history.leaves
        month = leaves[-1].month if leaves else plan.market.months
    begun = Market(plan, seed, threads=threads)
    for _ in range(month - 1):
        begun.run_for(1)
        told(1)
    begun.begin_month()
    segment = plan.segments[int(begun.population.column("segment")[row])].name
    move = next((move for move in history.moves if move.month == month), None)
    return CustomerExplanation(
        number, segment, plan.market.months, history, decision(begun, row), move
    )


def _row_of(market: Market, number: int) -> int:
    first, people = market.first_customer_id, market.population.people
    if not first <= number < first + people:
        message = f"there is no such customer; they are numbered from {first} to "
        message += f"{first + people - 1}"
        raise Problems([Problem("", message, file=f"--customer {number}")])
    return number - first


def _check_month(plan: Scenario, month: int | None) -> None:
    last = plan.market.months
    if last == 0:
        message = "nobody decides anything in a run of 0 months"
        raise Problems([Problem("market.months", message)])
    if month is not None and not 1 <= month <= last:
        message = f"the run has months 1 to {last}"
        raise Problems([Problem("", message, file=f"--month {month}")])


def _history(market: Market, row: int, months: int, told: Callable[[int], None]) -> History:
    """Run a market to its end and note what one customer does."""
    column = market.population.column
    moves: list[Move] = []
    exits: list[int] = []
    looked: list[int] = []
    saw_better: list[int] = []
    for month in range(1, months + 1):
        before = int(column("provider")[row])
        market.run_for(1)
        told(1)
        now = int(column("provider")[row])
        looks = int(column("looks")[row])
        if looks == Looks.AROUND and before != NOBODY:
            looked.append(month)
            if column("saw_better")[row]:
                saw_better.append(month)
        if looks == Looks.FAREWELL:
            exits.append(month)
        if before != now:
            decided_by = SOURCE_NAMES[int(column("decided_by")[row])]
            moves.append(Move(month, _name(market, before), _name(market, now), decided_by))
    provider = int(column("provider")[row])
    return History(
        tuple(moves),
        tuple(exits),
        tuple(looked),
        tuple(saw_better),
        _name(market, provider),
        int(column("tenure")[row]),
        {name: float(column(f"stickiness_{name}")[row]) for name in RESERVOIRS},
    )


def _name(market: Market, firm: int) -> str:
    return market.firms[firm].name if firm >= 0 else ""
