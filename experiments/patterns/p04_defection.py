"""P4: a friend's defection raises one's own hazard; for whom more, for whom less, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.panel import Panel
    from experiments.patterns.study import Draw, Study
    from sim.network.csr import Network

_PEOPLE, _MONTHS, _BEFORE, _REPLICATIONS = 6000, 72, 12, 16
_COLUMNS = ("satisfaction", "tenure", "contract_left", "friends_here")
_HAZARD_RATIO = (1.4, 2.2)
_LOYAL = 24  # months


def measure(draw: Draw) -> dict[str, float]:
    """Log hazard ratios of leaving per friend who left the same firm the month before.

    ``now``, ``then`` and ``before`` are those of friends who left one, two and three months ago;
    ``rewired`` is that of as many people who are not friends. ``loyal``, ``connected`` and
    ``similar`` say how the first differs with two years of tenure or more, with e times as many
    friends, and for friends of the same segment.
    """
    from experiments.patterns.hazard import fitted_hazard
    from experiments.patterns.panel import Panel

    market = draw.market()
    panel = Panel(market, _COLUMNS)
    network = market.population.network
    rows = risk_set(panel, network)
    event = rows.pop("event")
    offset = rows.pop("offset")
    interactions = {name: rows.pop(name) for name in ("loyal", "connected", "similar")}
    rewired = rows.pop("rewired")
    main = fitted_hazard(rows, event, offset)
    more = fitted_hazard({**rows, **interactions}, event, offset)
    lags = ("now", "then", "before")
    kept = {name: column for name, column in rows.items() if name not in lags}
    placebo = fitted_hazard({**kept, "rewired": rewired}, event, offset)
    return {
        **{name: main[name] for name in lags},
        **{name: more[name] for name in interactions},
        "rewired": placebo["rewired"],
        "exposed": float((rows["now"] > 0).mean()),
    }


def risk_set(panel: Panel, network: Network) -> dict[str, Floats]:
    """One row per customer and month in which they had a provider and did not leave the market."""
    import numpy as np

    from experiments.patterns.hazard import rate_offset

    population = panel.market.population
    people = population.people
    degree = network.degree()
    own, friend = np.repeat(np.arange(people), degree), network.friends
    stranger = np.random.default_rng((panel.market.seed, panel.market.replication)).permutation(
        people
    )[friend]
    segment = population.column("segment")
    alike = segment[own] == segment[friend]
    connected = np.log(np.maximum(degree, 1) / degree.mean())
    parts: dict[str, list[Floats]] = {}
    for month in range(_BEFORE, panel.months + 1):
        provider = panel["provider"][month - 1]
        at_risk = np.flatnonzero((provider >= 0) & (panel["gone"][month] == 0))

        def count(
            who: NDArray[np.integer],
            lag: int,
            month: int = month,
            provider: NDArray[np.integer] = provider,
        ) -> Floats:
            left = panel["left_provider"][month - lag][who]
            same = (left >= 0) & (left == provider[own])
            return np.bincount(own, weights=same, minlength=people).astype(float)

        now = count(friend, 1)
        left = panel["left_provider"][month - 1][friend]
        kindred = (left >= 0) & (left == provider[own]) & alike
        tenure = panel["tenure"][month - 1]
        contract = panel["contract_left"][month - 1]
        columns = {
            "now": now,
            "then": count(friend, 2),
            "before": count(friend, 3),
            "rewired": count(stranger, 1),
            "loyal": now * (tenure >= _LOYAL),
            "connected": now * connected,
            "similar": np.bincount(own, weights=kindred, minlength=people),
            "tenure": np.log1p(tenure),
            "due": contract == 1,
            "satisfaction": panel["satisfaction"][month - 1],
            "friends here": panel["friends_here"][month - 1],
            "friends": connected,
            "event": panel["left"][month],
            "group": month * len(panel.market.firms) + provider,
        }
        for name, column in columns.items():
            parts.setdefault(name, []).append(np.asarray(column, float)[at_risk])
    rows = {name: np.concatenate(columns) for name, columns in parts.items()}
    rows["offset"] = rate_offset(rows["event"], rows.pop("group").astype(int))
    return rows


def find(study: Study) -> Finding:
    """Regress the hazard of leaving on friends who left, and on strangers who left."""
    import numpy as np

    from experiments.statistics import t_interval
    from sim.scenario import Scenario

    plan = Scenario().with_values(
        {
            "market.customers": study.people(_PEOPLE),
            "market.months": _MONTHS,
            "network.kind": "random",
        }
    )
    found = study.each(measure, study.draws(plan, _REPLICATIONS))

    def over(name: str, minus: str | None = None) -> Interval:
        return t_interval([row[name] - (row[minus] if minus else 0.0) for row in found])

    def ratio(name: str) -> Interval:
        logs = over(name)
        return type(logs)(*(float(np.exp(end)) for end in (logs.mean, logs.low, logs.high)))

    return Finding(
        quantities=(
            Quantity("hazard ratio per friend who left last month", ratio("now"), _HAZARD_RATIO),
            Quantity(
                "log ratio a month later, less now", over("then", "now"), (None, 0), "interval"
            ),
            Quantity("log ratio, more with 2 years", over("loyal"), (None, 0), "interval"),
            Quantity("log ratio, more with e × friends", over("connected"), (0, None), "interval"),
            Quantity("log ratio, more if alike", over("similar"), (0, None), "interval"),
        ),
        null=(
            Quantity("hazard ratio, ties rewired", ratio("rewired"), (0.9, 1.1)),
            Quantity("the same", ratio("rewired"), (None, 1.4), "interval"),
        ),
        details=(
            f"Hazard ratios of friends who left 1, 2 and 3 months ago: {ratio('now').mean:.2f}, "
            f"{ratio('then').mean:.2f}, {ratio('before').mean:.2f}.",
            f"{over('exposed').mean:.1%} of customer-months are exposed.",
        ),
    )


if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.statistics import Interval

    type Floats = NDArray[np.floating]


PATTERN = Pattern(
    id="P4",
    pattern="a friend's defection raises one's own hazard and fades; less for the loyal, more for "
    "the well-connected and between people alike",
    source="Nitzan & Libai 2011",
    statistic="hazard ratio per friend who left the same firm last month, complementary log-log "
    "regression with firm and month, tenure, contract, satisfaction and friends held constant",
    null="exposure to as many people who are not friends",
    find=find,
)
