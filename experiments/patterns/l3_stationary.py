"""L3: where firms hold attention differently, stationary shares are odds over hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _SETTLED, _REPLICATIONS = 3000, 90, 40, 8
_INTENSITY, _HELD = 0.4, 0.3
_CONTRACTS, _PRICES = (0, 12, 0), (0.9, 1.0, 1.1)
_TOLERANCE = 0.01


def measure(draw: Draw) -> tuple[float, float]:
    """Share of the firm with contracts above P/h averaged over customers, and above P alone."""
    import numpy as np

    from experiments.patterns.limits import logit

    market = draw.market()
    months = draw.plan.market.months
    held = 0.0
    for month in range(1, months + 1):
        market.step()
        if month > _SETTLED:
            held += float((market.population.column("provider") == 1).mean())
    share = held / (months - _SETTLED)
    hazard = 1.0 - np.exp(-_INTENSITY * np.where(np.array(_CONTRACTS) > 0, _HELD, 1.0))
    chance = logit(market)
    odds = chance / hazard
    expected = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    return share - float(expected[1]), share - float(chance.mean(axis=0)[1])


def find(study: Study) -> Finding:
    """Compare long-run shares with P/h, and with the shares of a hazard blind to the provider."""
    from experiments.patterns.limits import STRANGERS, interval
    from sim.scenario import Scenario

    firms = [
        {"name": name, "contract": contract, "price": price, "attention": 0.0}
        for name, contract, price in zip("ABC", _CONTRACTS, _PRICES, strict=True)
    ]
    plan = Scenario().with_values(
        {
            "market.customers": study.people(_PEOPLE),
            "market.months": _MONTHS,
            **STRANGERS,
            "firms": firms,
            "looking.base": _INTENSITY,
            "looking.in_contract": _HELD,
            "looking.when_due": _HELD,
            "zmot.doubt": 0.0,
            "technology.gain": 0.0,  # firms stay as they are
            "technology.drift": 0.0,
            "finance.start_cash": 1000.0,  # and stay
        }
    )
    found = study.each(measure, study.draws(plan, _REPLICATIONS))
    above = interval([ratio for ratio, _ in found])
    blind = interval([logit for _, logit in found])
    return Finding(
        quantities=(
            Quantity("share above P/h", above, (0.0, 0.0), "overlap"),
            Quantity("the same", above, (-_TOLERANCE, _TOLERANCE), "interval"),
        ),
        null=(Quantity("share above P", blind, (_TOLERANCE, None), "interval"),),
    )


PATTERN = Pattern(
    id="L3",
    pattern="stationary shares are choice probabilities over hazards of looking, P/h",
    source="Markov chains; no data needed",
    statistic="long-run share of the firm with contracts, less the mean of P/h over customers",
    null="shares as if contracts held nobody's attention, P",
    find=find,
)
