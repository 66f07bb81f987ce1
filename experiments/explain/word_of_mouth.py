"""What word of mouth is worth to each firm, and by which way it gets there."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.runs.given import whole_numbers
from experiments.runs.prices import HELD, checked
from sim.paths import path_of
from sim.problems import of_kind
from sim.scenario import Scenario

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.runs.prices import Prices
    from experiments.runs.trial import Progress
    from sim.market import Market

EVERYBODY = ""
"""Stands in the table for the market as a whole."""
TOTAL = "total"

_SILENCE: dict[str, Any] = {
    "zmot.review": 0.0,
    "zmot.friend": 0.0,
    "adoption.imitation": 0.0,
    "looking.bad_rating": 0.0,
}
_NO_TIES: dict[str, Any] = {
    "network.kind": "random",
    "network.neighbours": 0,
    "network.file": None,
    "network.digest": None,
    "network.columns": {},
    "network.weights": "as-given",
}


@dataclass(frozen=True, eq=False)
class WordOfMouth:
    """The value of word of mouth, firm by firm.

    Attributes:
        table: Column names to columns: ``firm, part, value, low, high, per_customer,
            per_customer_low, per_customer_high, last, last_low, last_high, with_word_of_mouth,
            without_word_of_mouth, replications, months, last_months, prices``. The parts of a firm
            add up to its row ``total``; ``last`` is what the last months add to the total, per
            customer.
        firms: Names of the firms, in order of appearance.
        customers: People in the market.
        months: Months that were followed.
        replications: Pairs of markets.
        prices: Whether prices without word of mouth are held to the costs with it.
        longer: The same over a second, longer horizon, where the sign of a total may not last.
    """

    table: dict[str, NDArray[Any]]
    firms: tuple[str, ...]
    customers: int
    months: int
    replications: int
    prices: Prices = HELD
    longer: WordOfMouth | None = None

    @property
    def turns(self) -> bool:
        """Whether the sign of a total may not last beyond the horizon."""
        from experiments.explain.word_of_mouth_words import totals, turns

        return any(turns(total) for total in totals(self).values())

    def words(self) -> str:
        """What was found, in sentences."""
        from experiments.explain.word_of_mouth_words import in_words

        return in_words(self)


def without_word_of_mouth(plan: Scenario) -> Scenario:
    """The same people, firms and luck; nobody hears of anybody.

    No ties, reviews that nobody believes, no imitation, no public rating that unsettles customers.
    Events that would bring any of this back are left out.
    """
    silenced = {path_of(path) for path in _SILENCE}
    kept = [e for e in plan.events if e.set is None or path_of(e.set) not in silenced]
    quiet = plan.model_copy(update={"events": kept, "translations": {}})
    return quiet.with_values({**_SILENCE, **_NO_TIES})


def word_of_mouth(
    plan: Scenario,
    *,
    prices: Prices = HELD,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> WordOfMouth:
    """Compare the market as it is with the same market without word of mouth.

    Both run in lockstep from month 0 under the same luck. Value is
    :func:`~experiments.explain.customer_value.customer_value`, discounted to month 0; the split
    follows Libai, Muller & Peres (2013, doi:10.1509/jmr.11.0305), see
    :class:`~experiments.explain.ledger.Ledger`. The market as a whole is treated as one provider.

    Args:
        plan: The resolved scenario.
        prices: Whether firms without word of mouth set their prices on the costs that they have
            with it, or pass on what theirs come to.
        seed: None is the plan's own.
        replications: Pairs of markets; None is the larger of 5 and the plan's own.
        workers: Processes. 1 runs here.
        threads: Threads per market.
        progress: Told of further months done; two markets make two months.

    Raises:
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    import numpy as np

    from experiments.explain.ladder import last_months
    from experiments.runs.workers import replicated

    of_kind(plan, Scenario, "plan", "a Scenario")
    seed, replications, workers, threads = whole_numbers(
        seed=seed, replications=replications, workers=workers, threads=threads
    )
    count = max(5, plan.replications) if replications is None else replications
    seed = plan.seed if seed is None else seed
    accounts = replicated(
        functools.partial(_account, plan, seed, checked(prices)),
        plan,
        count,
        months=months_of(plan),
        workers=workers,
        threads=threads,
        progress=progress,
    )
    firms = (*(firm.name for firm in plan.firms), *_entrants(plan))
    customers = plan.market.customers
    months = plan.market.months
    table = _table(firms, accounts, customers)
    rows = len(table["firm"])
    table["months"] = np.full(rows, months)
    table["last_months"] = np.full(rows, last_months(months))
    table["prices"] = np.full(rows, prices, dtype=object)
    return WordOfMouth(table, firms, customers, months, count, prices)


def months_of(plan: Scenario) -> int:
    """Months that one replication simulates."""
    return 2 * plan.market.months


def _entrants(plan: Scenario) -> list[str]:
    """Names of the firms that enter, in the order in which they do."""
    entering = [(event.month, event.enter) for event in plan.events if event.enter is not None]
    return [firm.name for _, firm in sorted(entering, key=lambda pair: pair[0])]


def _account(
    plan: Scenario,
    seed: int,
    prices: Prices,
    replication: int,
    threads: int | None,
    progress: Progress | None,
) -> NDArray[np.float64]:
    """Parts, then value with and without, and what of it is of the last months.

    Returns:
        float64[7, firms and the whole market].
    """
    import numpy as np

    from experiments.explain.customer_value import customer_value
    from experiments.explain.ladder import last_months
    from experiments.explain.ledger import Ledger
    from sim.market import Market

    one = Market(plan, seed, replication=replication, threads=threads)
    costs = one.unit_costs if prices == HELD else None  # grows while both go on
    quiet = without_word_of_mouth(plan)
    pair = [one, Market(quiet, seed, replication=replication, threads=threads, costs=costs)]
    before = [np.zeros(0), np.zeros(0)]
    people, firms = pair[0].population.people, len(plan.firms) + len(_entrants(plan))
    ledgers = Ledger(people, firms), Ledger(people, 1)
    for month in range(plan.market.months + 1):
        if month > 0:
            for market in pair:
                market.run_for(1)
            if progress is not None:
                progress(len(pair))
        factor = (1.0 + pair[0].live.finance.discount) ** -month
        values = [customer_value(market) for market in pair]
        replaced = _replaced(pair)
        ledgers[0].book(values[0], values[1], factor, replaced)
        whole = [type(v)(np.minimum(v.provider, 0), v.value) for v in values]
        ledgers[1].book(whole[0], whole[1], factor, replaced)
        if month <= plan.market.months - last_months(plan.market.months):
            before = [ledger.with_ - ledger.without for ledger in ledgers]
    for ledger in ledgers:
        ledger.close()
    return np.hstack(
        [
            np.vstack([each.parts, each.with_, each.without, each.with_ - each.without - then])
            for each, then in zip(ledgers, before, strict=True)
        ]
    )


def _replaced(pair: list[Market]) -> NDArray[np.int64]:
    """Rows whose people left the market this month; their luck is the same in both."""
    import numpy as np

    from agents.columns import Looks

    here, there = (market.population.column("looks") == Looks.FAREWELL for market in pair)
    if not np.array_equal(here, there):
        raise RuntimeError("two markets with the same luck replaced different people")
    return np.flatnonzero(here)


def _table(
    firms: tuple[str, ...], accounts: list[NDArray[np.float64]], customers: int
) -> dict[str, NDArray[Any]]:
    import numpy as np

    from experiments.explain.ledger import PARTS
    from experiments.runs.statistics import t_interval

    found = np.stack(accounts)  # [replication, 7, firm]
    values = found[:, : len(PARTS)]
    totals = found[:, len(PARTS)] - found[:, len(PARTS) + 1]
    values = np.concatenate([values, totals[:, None]], axis=1)
    rows = []
    for place, firm in enumerate((*firms, EVERYBODY)):
        either = [found[:, len(PARTS) + side, place].mean() for side in (0, 1)]
        last = t_interval(found[:, len(PARTS) + 2, place] / customers)
        for number, part in enumerate((*PARTS, TOTAL)):
            value = t_interval(values[:, number, place])
            ends = np.array([value.mean, value.low, value.high])
            recent = (last.mean, last.low, last.high)
            rows.append((firm, part, *ends, *(ends / customers), *recent, *either, len(accounts)))
    names = (
        "firm part value low high per_customer per_customer_low per_customer_high "
        "last last_low last_high "
        "with_word_of_mouth without_word_of_mouth replications"
    )
    columns = zip(*rows, strict=True)
    kinds = [object, object, *[np.float64] * 11, np.int64]
    return {
        name: np.array(column, kind)
        for name, column, kind in zip(names.split(), columns, kinds, strict=True)
    }
