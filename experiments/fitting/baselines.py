"""Forecasts of shares that know nothing of a model: what a fitted market is held against.

All are a path for the middle and a random walk about it. A walk's steps are drawn from what the
method missed by in the past, all firms' together, so that shares still sum to 1 and large firms
move as they did; each with its own sign or the other, so that the walk leads nowhere by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np

from tsunagari.experiments.fitting.table import MarketTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

DAMPING = 0.9
"""Part of a drift that is left after a month; .8 to .98 are usual (Gardner & McKenzie 1985)."""
PULL = 0.1
"""Standard deviation of the parts that switch from row to row about nobody switching.

A weak pull, without which few months of shares leave the parts open.
"""
_FEWEST = 3
"""Fewest changes that a spread is taken from."""


@dataclass(frozen=True, eq=False)
class Past:
    """What is known at the time of a forecast.

    Attributes:
        last: The last month known, from 0: the forecast's first month is the next.
        months: Months in which all shares are known, int[rows], the last one ``last``.
        shares: float64[rows, firms], their sum is 1.
        whole: Whether between a row and the next nothing breaks, bool[rows - 1].
        step: Months from one row to the next, as a rule.
        churn: A month's mean churn by firm, float64[firms]; None where it is not known of all.
        joins: Part of all joiners who come to a firm, float64[firms]; None likewise.
    """

    last: int
    months: NDArray[np.int64]
    shares: Floats
    whole: NDArray[np.bool_]
    step: int
    churn: Floats | None
    joins: Floats | None

    @classmethod
    def of(cls, table: MarketTable, last: int | None = None, breaks: Collection[int] = ()) -> Self:
        """What a table tells up to a month.

        Args:
            table: The table.
            last: The month; where not all shares are known in it, the last before it in which they
                are. None: the table's last.
            breaks: Months from which figures are of another definition than before.

        Raises:
            ValueError: Fewer than three changes are known by then.
        """
        shares = table.values["share"]
        until = table.months if last is None else last
        months = np.flatnonzero(np.isfinite(shares).all(axis=1))
        months = months[months <= until]
        broken = [
            any(before < month <= after for month in breaks) for before, after in pairwise(months)
        ]
        whole = ~np.array(broken, dtype=bool)
        if whole.sum() < _FEWEST:
            raise ValueError(
                f"{int(whole.sum())} changes of shares are known until month {until}; "
                f"a forecast needs {_FEWEST}"
            )
        known = {
            name: table.values[name][: until + 1]
            for name in ("churn", "joins")
            if name in table.values
        }
        churn, joins = (_means(known.get(name)) for name in ("churn", "joins"))
        if joins is not None:
            joins = joins / joins.sum() if joins.sum() > 0 else None
        return cls(int(months[-1]), months, shares[months], whole, table.step, churn, joins)


type Method = Callable[[Past, int, int, np.random.Generator], Floats]
"""A forecast: from the past, months ahead and members to float64[members, months, firms]."""


def last_value(past: Past, horizon: int, members: int, rng: np.random.Generator) -> Floats:
    """Shares stay as they are, give or take the changes of the past.

    Args:
        past: What is known.
        horizon: Months ahead.
        members: Of the ensemble.
        rng: Chance.

    Returns:
        float64[members, horizon, firms].
    """
    middle = np.broadcast_to(past.shares[-1], (horizon, past.shares.shape[1]))
    return _ensemble(middle, _per_month(past, np.diff(past.shares, axis=0)), members, rng)


def damped_drift(past: Past, horizon: int, members: int, rng: np.random.Generator) -> Floats:
    """Shares go on as they went on average, ever more slowly (Gardner & McKenzie 1985).

    The drift is the mean change of a month; every member has one of its own, from changes drawn
    anew out of those of the past. Arguments and result as for :func:`last_value`.
    """
    gaps = np.diff(past.months)
    changes, months = np.diff(past.shares, axis=0)[past.whole], gaps[past.whole]
    drift = changes.sum(axis=0) / months.sum()
    drawn = rng.integers(len(changes), size=(members, len(changes)))
    drifts = changes[drawn].sum(axis=1) / months[drawn].sum(axis=1)[:, None]
    damped = np.cumsum(DAMPING ** np.arange(1, horizon + 1))
    middle = past.shares[-1] + drifts[:, None, :] * damped[None, :, None]
    missed = np.diff(past.shares, axis=0) - drift * gaps[:, None]
    return _ensemble(middle, _per_month(past, missed), members, rng)


def brand_switching(past: Past, horizon: int, members: int, rng: np.random.Generator) -> Floats:
    """Customers switch as a Markov chain of one step has it (Ehrenberg 1965 weighs such models).

    Where every firm's churn is known, that part of its customers leaves in a month and goes where
    joiners went: by the joins, or by what shares show if no joins are known. Else the parts that
    switch from row to row are estimated from shares alone (:func:`transitions`). Arguments and
    result as for :func:`last_value`; quarters are joined by straight lines.
    """
    if past.churn is None:
        matrix, step = transitions(past), past.step
    else:
        matrix, step = _by_churn(past, past.churn), 1
    gaps = np.diff(past.months)
    expected = np.array(
        [_after(row, matrix, gap / step) for row, gap in zip(past.shares[:-1], gaps, strict=True)]
    )
    middle = np.array(
        [_after(past.shares[-1], matrix, month / step) for month in range(1, horizon + 1)]
    ).reshape(horizon, -1)
    return _ensemble(middle, _per_month(past, past.shares[1:] - expected), members, rng)


METHODS: dict[str, Method] = {
    "last-value": last_value,
    "damped-drift": damped_drift,
    "brand-switching": brand_switching,
}
"""By name, in the order of what they assume."""


def transitions(past: Past) -> Floats:
    """The part of each firm's customers who are with each firm a row later, float64[firms, firms].

    Least squares on shares alone, no part below 0, the parts of a firm with sum 1 (Lee, Judge &
    Zellner 1970), with a weak pull (:data:`PULL`) towards nobody switching: shares of few months
    leave much of it open.
    """
    from scipy.optimize import nnls

    firms = past.shares.shape[1]
    rows = past.whole & (np.diff(past.months) == past.step)
    before, after = past.shares[:-1][rows], past.shares[1:][rows]
    usual = np.sqrt(np.mean((after - before) ** 2)) if len(before) else 0.0
    pull = max(float(usual), 1e-6) / PULL
    certain = 1e3  # so much heavier than shares that the sums are 1 to many digits
    one = np.eye(firms)
    design = np.vstack(
        [np.kron(before, one), pull * np.eye(firms * firms), certain * np.kron(one, np.ones(firms))]
    )
    wanted = np.concatenate([after.ravel(), pull * one.ravel(), np.full(firms, certain)])
    found = nnls(design, wanted)[0].reshape(firms, firms)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _by_churn(past: Past, churn: Floats) -> Floats:
    """A month's parts where churn is known."""
    to = past.joins
    if to is None:
        gaps = np.diff(past.months)[past.whole]
        before, after = past.shares[:-1][past.whole], past.shares[1:][past.whole]
        left = gaps[:, None] * churn * before
        came = np.maximum((after - before + left).sum(axis=0), 0)
        to = came / came.sum() if came.sum() > 0 else past.shares[-1]
    return np.diag(1 - churn) + np.outer(churn, to)


def _after(shares: Floats, matrix: Floats, steps: float) -> Floats:
    """Shares after some steps of a chain; between two of them on the straight line."""
    whole = int(steps)
    for _ in range(whole):
        shares = shares @ matrix
    return shares + (steps - whole) * (shares @ matrix - shares)


def _means(values: Floats | None) -> Floats | None:
    """The mean of what is known of each firm; None where nothing is known of one."""
    if values is None or not np.isfinite(values).any(axis=0).all():
        return None
    return np.asarray(np.nanmean(values, axis=0))


def _per_month(past: Past, missed: Floats) -> Floats:
    """What a method missed by from row to row, as steps of a month's walk, without breaks."""
    return np.asarray((missed / np.sqrt(np.diff(past.months))[:, None])[past.whole])


def _ensemble(middle: Floats, steps: Floats, members: int, rng: np.random.Generator) -> Floats:
    """Walks of drawn steps about a path; shares stay within 0 and 1."""
    horizon = middle.shape[-2]
    drawn = steps[rng.integers(len(steps), size=(members, horizon))]
    signs = rng.choice([-1.0, 1.0], size=(members, horizon, 1))
    paths = np.maximum(middle + np.cumsum(signs * drawn, axis=1), 0)
    return np.asarray(paths / paths.sum(axis=2, keepdims=True))
