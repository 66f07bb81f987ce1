"""Columns of customers set from outside: what lasts is taken, what would be lost is refused."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.asked import shown
from agents.columns import MARKS, NOBODY, REALS
from agents.declared import no_such
from agents.firm import Firm

if TYPE_CHECKING:
    from sim.market import Market

FIRM_COLUMNS = (
    "provider",
    "previous_provider",
    "rated_provider",
    "left_provider",
    "choice",
    "contact_at",
)
"""Columns that hold firms: their row numbers, -1 for none."""
LASTING_MARKS = ("segment", "district", "provider", "tenure", "contract_left")
_OF_A_PROVIDER = ("satisfaction", "tenure", "contract_left")
"""What nobody has without a provider (tables and rules take it for 0)."""
_LOST = {
    "norm": "what the market gives is measured anew every month",
    "friends_here": "friends are counted anew every month",
    "switching_cost": "it follows every month from tenure, share of wallet and contract",
}
"""States that the coming month sets anew, and why."""
REAL_KIND = {column.name: column.kind for column in REALS}
MARK_KIND = {column.name: column.kind for column in MARKS}
DERIVED = ("degree", "neighbours")
"""Columns that follow from the network and cannot be set."""
LARGEST = float(np.finfo(np.float32).max)


def known() -> list[str]:
    """All names that ``get`` takes, for suggestions."""
    return [*REAL_KIND, *MARK_KIND, *DERIVED, "unique_id"]


def write(market: Market, name: str, rows: Any, value: Any) -> None:
    """Set a column of some customers.

    While the market makes its month (in a phase of a subclass, say) everything may be set; between
    two months only what lasts: what customers are, have and feel, not what happened to them.

    Args:
        market: The market.
        name: A column.
        rows: Their row numbers, int64[n].
        value: One value for all, or an array with one for each. Firms as such, None, or by row.

    Raises:
        AttributeError: There is no such column, or what is set would be lost.
        TypeError: The values are no numbers.
        ValueError: They are too many or too few, or out of range.
    """
    if name not in REAL_KIND and name not in MARK_KIND:
        raise AttributeError(_no_column(name))
    if not market.is_working:
        _refuse_what_would_be_lost(name)
    values = _firms(market, value, name) if name in FIRM_COLUMNS else value
    array = _numbers(name, values, len(rows))
    if not market.is_working:
        if name == "provider":
            _move(market, rows, np.broadcast_to(array, len(rows)))
        else:
            _check_range(market, name, rows, array)
        market.remember_direct_setting()
        if name == "provider":
            return
    market.population.column(name)[rows] = array


def _no_column(name: str) -> str:
    if name in (*DERIVED, "unique_id"):
        return f"{name!r} follows from the market and cannot be set"
    return no_such("a customer", name, known())


def _refuse_what_would_be_lost(name: str) -> None:
    if name in _LOST:
        raise AttributeError(f"{name!r} cannot be set: {_LOST[name]}")
    if REAL_KIND.get(name) == "note" or (name in MARK_KIND and name not in LASTING_MARKS):
        lasting = ", ".join(LASTING_MARKS)
        raise AttributeError(
            f"{name!r} records what happened, and the market writes it itself; what can be set are "
            f"traits, what customers feel and know, and {lasting}"
        )


def _firms(market: Market, value: Any, name: str) -> Any:
    """Firms by their rows; numbers stay."""
    if isinstance(value, Firm) or value is None:
        return _row_of(market, value, name)
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.dtype == object):
        return [
            _row_of(market, item, name) if isinstance(item, Firm) or item is None else item
            for item in value
        ]
    return value


def _row_of(market: Market, firm: Firm | None, name: str) -> int:
    if firm is not None and firm.model is not market:
        raise ValueError(f"{name}: {firm.name} is a firm of another market")
    return NOBODY if firm is None else firm.index


def _numbers(name: str, value: Any, count: int) -> np.ndarray:
    """Values as numbers of the column's kind: a single one, or one for each customer."""
    is_real = name in REAL_KIND
    what = "numbers" if is_real else "whole numbers"
    if isinstance(value, str | bytes | bool) or value is None:
        raise TypeError(f"{name}: must be {what}, not {shown(value)}")
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in ("iuf" if is_real else "iu"):
        given = shown(value) if isinstance(value, numbers.Number) else f"{shown(value)} of others"
        raise TypeError(f"{name}: must be {what}, not {given}")
    if array.shape not in ((), (count,)):
        raise ValueError(f"{name}: one value, or {count} of them, not {array.shape}")
    limit = LARGEST if is_real else np.iinfo(np.int32).max
    if not (np.isfinite(array).all() and (np.abs(array.astype(np.float64)) <= limit).all()):
        raise ValueError(f"{name}: must be finite numbers of at most {limit:.3g}")
    return array


def _check_range(market: Market, name: str, rows: Any, array: np.ndarray) -> None:
    if name in MARK_KIND:
        ends = {
            "segment": len(market.plan.segments),
            "district": max(1, market.population.people // market.plan.market.district),
        }
        end = ends.get(name)
        if array.size and (array.min() < 0 or (end is not None and array.max() >= end)):
            span = "must be at least 0" if end is None else f"must be from 0 to {end - 1}"
            raise ValueError(f"{name}: {span}")
    if name in _OF_A_PROVIDER:
        nobody = market.population.column("provider")[rows] == NOBODY
        count = int((nobody & (array != 0)).sum())
        if count:
            raise ValueError(
                f"{name}: {count} of these customers have no provider, and so nothing to be set; "
                "select those who have: customers.select(customers.get('provider') >= 0)"
            )


def _move(market: Market, rows: Any, firms: np.ndarray) -> None:
    """Let customers be with other firms from now on, as somebody new there; None is nobody."""
    if market.begun > market.month:
        raise RuntimeError("provider: is set between two months; market.step() ends this one")
    open_ = [firm.index for firm in market.firms if firm.active]
    for firm in np.unique(firms).tolist():
        if firm != NOBODY and firm not in open_:
            names = ", ".join(market.firms[index].name for index in open_)
            raise ValueError(
                f"provider: no firm in the market has the row {firm}; there are {names}"
            )
    population = market.population
    for row, firm in zip(np.atleast_1d(rows).tolist(), firms.tolist(), strict=True):
        if population.column("provider")[row] != firm:
            population.move(row, firm, market.month)
