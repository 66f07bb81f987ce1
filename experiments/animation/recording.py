"""What a film is made of: a market's tables, and what a few of its people did every month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.columns import NOBODY
from experiments.pictures.figures import Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.app.neighbourhood import Neighbourhood
    from experiments.runs.trial import Progress
    from sim.market import Market
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Telling:
    """A rating on its way to a friend.

    Attributes:
        teller, hearer: Positions of two people in the neighbourhood.
        stars: 1 to 5.
    """

    teller: int
    hearer: int
    stars: int


@dataclass(frozen=True)
class Recording:
    """A market that has run, as a film needs it.

    Attributes:
        title: The scenario's.
        customers: People in the whole market.
        subject: The firms' measures, styles and events.
        neighbourhood: The people who are shown, and where.
        provider: Place of each one's provider among the firms, int16[months + 1, people]; -1 for
            none.
        tellings: Ratings that somebody shown gave in a month and a friend shown can look up, one
            list a month; none in month 0.
        without_provider: Part of the whole market without a provider, float64[months + 1].
    """

    title: str
    customers: int
    subject: Subject
    neighbourhood: Neighbourhood
    provider: NDArray[np.int16]
    tellings: tuple[tuple[Telling, ...], ...]
    without_provider: NDArray[np.float64]

    @property
    def months(self) -> int:
        """The last month."""
        return len(self.provider) - 1


def recorded(
    plan: Scenario, people: int, *, threads: int | None = None, progress: Progress | None = None
) -> Recording:
    """Run a market and keep what is seen of some of its people.

    Args:
        plan: The resolved scenario; its own seed counts.
        people: How many people are shown, at most.
        threads: Threads for the market's rules; nothing depends on it.
        progress: Called after every month, with 1.
    """
    from experiments.app.neighbourhood import neighbourhood
    from experiments.runs.trial import Replications, Trial, TrialResult
    from experiments.telling.scenario import words_of
    from experiments.words import Words
    from sim.market import Market

    market = Market(plan, threads=threads)
    shown = neighbourhood(market.population.network, people)
    provider = [_providers(market, shown)]
    tellings: list[tuple[Telling, ...]] = [()]
    for _ in range(plan.market.months):
        market.run_for(1)
        provider.append(_providers(market, shown))
        tellings.append(_tellings(market, shown))
        if progress is not None:
            progress(1)
    tables = market.results.tables
    subject = Subject.of(
        Replications([TrialResult(Trial(plan, plan.seed), tables, {})]),
        customers=plan.market.customers,
        seed=plan.seed,
        events=[(event.month, words_of(event, Words("en"))) for event in plan.events],
    )
    # The tables name firms in the order of their appearance, as the market numbers them.
    assert subject.cube.names == tuple(firm.name for firm in market.firms)
    return Recording(
        title=plan.title,
        customers=plan.market.customers,
        subject=subject,
        neighbourhood=shown,
        provider=np.array(provider, np.int16),
        tellings=tuple(tellings),
        without_provider=np.asarray(tables["market"]["without_provider"], np.float64)
        / plan.market.customers,
    )


def _providers(market: Market, shown: Neighbourhood) -> NDArray[np.int16]:
    return market.population.column("provider")[shown.rows].astype(np.int16)


def _tellings(market: Market, shown: Neighbourhood) -> tuple[Telling, ...]:
    """Everybody shown who rated this month tells one friend shown, in turn over the months.

    In the market all friends may look the rating up; marks to all of them would be a swarm.
    """
    column = market.population.column
    rated = column("rated_month")[shown.rows] == market.month
    rated &= column("rated_provider")[shown.rows] != NOBODY
    stars = column("rating")[shown.rows]
    both = np.concatenate([shown.ties, shown.ties[:, ::-1]]).astype(np.int64)
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    starts = np.searchsorted(both[:, 0], np.arange(len(shown.rows) + 1))
    told = []
    for teller in np.flatnonzero(rated):
        friends = both[starts[teller] : starts[teller + 1], 1]
        if len(friends):
            hearer = int(friends[market.month % len(friends)])
            told.append(Telling(int(teller), hearer, int(stars[teller])))
    return tuple(told)
