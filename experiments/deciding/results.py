"""What a decision leaves behind: figures for programs, and tables.

The figures are all that is told of a decision, so that a page can be made anew from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.deciding.decide import ranked
from tsunagari.experiments.deciding.outcomes import YARDSTICKS
from tsunagari.experiments.deciding.ranking import SURE, Effects
from tsunagari.experiments.words.numbers import plain

if TYPE_CHECKING:
    from tsunagari.experiments.deciding.decide import Decision
    from tsunagari.experiments.deciding.equal import Option
    from tsunagari.experiments.deciding.searching import Searched

PARETO = ("value", "surplus")
"""What the firm wants and what its customers get, which a search holds against each other."""
MINOR = 0.02
"""Part of the leading effect below which a gain of knowledge is not worth asking for."""


def figures(decision: Decision) -> dict[str, Any]:
    """``decision.json`` without words: plain values; what is undefined, or cannot be told, is None.

    Options stand the best first. Of environments, horizons and yardsticks ``first`` is the option
    with the largest expected effect there, ``chance`` the probability that it is the best, and
    ``leads`` the same option where that is beyond doubt.
    """
    markets, question = decision.markets, decision.question
    found: dict[str, Any] = plain(
        {
            "recommended": decision.recommended,
            "firm": markets.firm,
            "from": markets.starts,
            "horizon": question.horizons[0],
            "yardstick": question.yardstick,
            "prices": question.prices,
            "each_costs": _each_costs(decision),
            "options": _options(decision),
            "environments": _environments(decision),
            "horizons": [
                {"months": months, **_lead(decision, decision.effects(horizon=months))}
                for months in question.horizons
            ],
            "yardsticks": [
                {"name": name, **_lead(decision, decision.effects(name))} for name in YARDSTICKS
            ],
            "turns_round": [vars(turn) for turn in decision.turns],
            "measure_next": _measure_next(decision),
            "members": markets.members if markets.has_members else 0,
            "draws": decision.outcomes.shape[2],
            "runs": decision.runs,
            "settled": decision.settled,
            "notes": {one.name: one.note for one in decision.options if one.note},
            "search": None if decision.search is None else _search(decision, decision.search),
        }
    )
    return found


def _each_costs(decision: Decision) -> float | None:
    """What every option costs a month, as money is told; None where they cost what they cost."""
    question = decision.question
    if question.spend != "equal" and question.budget is None:
        return None
    written = decision.options[1 : 1 + len(question.options)]
    return next((option.spend for option in written if not option.note), None)


def _options(decision: Decision) -> list[dict[str, Any]]:
    """A row an option, the best first, with what it changes and its effect by every yardstick."""
    places = {option.name: place for place, option in enumerate(decision.options)}
    besides = {name: decision.effects(name) for name in YARDSTICKS}
    rows = []
    for row in ranked(decision):
        place = places[row["name"]]
        changes = _changes(decision, decision.options[place])
        effects = {name: _effect(found, place) for name, found in besides.items()}
        reaches = _reaches(decision, decision.options[place])
        rows.append({**row, "changes": changes, "reaches": reaches, "effects": effects})
    return rows


def _reaches(decision: Decision, option: Option) -> dict[str, tuple[float, float]]:
    """By path, in what range (90 %) the value with the option lies from member to member.

    Only of options of which more is done in one member than in another.
    """
    if not option.parts or np.ptp(option.parts) == 0.0:
        return {}
    found = [
        decision.markets.changes(act, member)
        for member in range(decision.markets.members)
        if (act := option.of_member(member)) is not None
    ]
    after = {path: [float(each[path][1]) for each in found] for path in found[0]}
    ends = {path: np.quantile(values, [0.05, 0.95]) for path, values in after.items()}
    return {path: (float(low), float(high)) for path, (low, high) in ends.items()}


def _changes(decision: Decision, option: Option) -> dict[str, Any]:
    return {} if option.act is None else dict(decision.markets.changes(option.act))


def _effect(found: Effects, place: int) -> dict[str, float]:
    """Mean and ends of an option's effect."""
    if not np.isfinite(found.mean).all():
        return dict.fromkeys(("mean", "low", "high"), np.nan)
    low, high = found.interval(place)
    return {"mean": float(found.mean[place]), "low": low, "high": high}


def _lead(decision: Decision, found: Effects) -> dict[str, Any]:
    """Which option leads, how likely it is the best, and whether that is beyond doubt."""
    if not np.isfinite(found.mean).all():
        return {"leads": None, "first": None, "chance": None}
    chance, name = float(found.best[found.leader]), decision.options[found.leader].name
    return {"leads": name if chance >= SURE else None, "first": name, "chance": chance}


def _environments(decision: Decision) -> list[dict[str, Any]]:
    """What may come, who leads there, and what it does to the firm if nothing new is done."""
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(decision.markets.environments):
        names = (decision.question.yardstick, "customers") if place else ()
        comes = {name: _effect(decision.coming(place, name), 1) for name in names}
        entrant = None if one.entrant is None else one.entrant.archetype
        lead = _lead(decision, decision.effects(environment=place))
        alike = (
            before["name"]
            for number, before in enumerate(rows)
            if np.array_equal(
                decision.outcomes[:, number, ..., 0, :],
                decision.outcomes[:, place, ..., 0, :],
                equal_nan=True,
            )
        )
        rows.append({"name": one.name, "weight": one.weight, "rivals": one.rivals,
                     "entrant": entrant, "same_as": next(alike, None),
                     **lead, "comes": comes})  # fmt: skip
    return rows


def _measure_next(decision: Decision) -> dict[str, Any] | None:
    """What to find out first and what it is expected to bring, in the yardstick; None: nothing.

    A column that the market's table lacks, where a fit tells what it would narrow, or a number.
    """
    found = [(worth, name, True) for name, worth in decision.columns.items()]
    found += [(turn.worth, turn.path, False) for turn in decision.turns]
    if not found:
        return None
    worth, name, is_column = max(found)
    least = MINOR * float(np.abs(decision.effects().mean).max())
    if worth <= least:
        return None
    return {"what": name, "worth": worth, "is_column": is_column}


def _search(decision: Decision, search: Searched) -> dict[str, Any]:
    """What a search has tried, and its best mix."""
    return {
        "tried": len(search.tried),
        "levers": dict(decision.question.levers),
        "best": dict(search.best.values),
        "spend": search.best.spend,
    }


def as_columns(decision: Decision) -> dict[str, list[Any]]:
    """``option, environment, horizon, yardstick, mean, low, high, knowledge, luck, best, regret``.

    The empty text is the mean over all environments.
    """
    rows = []
    environments: list[tuple[str, int | None]] = [("", None)]
    environments += [(one.name, n) for n, one in enumerate(decision.markets.environments)]
    for called, environment in environments:
        for horizon in decision.question.horizons:
            for name in YARDSTICKS:
                found = decision.effects(name, horizon, environment)
                for place, option in enumerate(decision.options):
                    low, high = found.interval(place)
                    rows.append(
                        (option.name, called, horizon, name, found.mean[place], low, high,
                         found.knowledge[place], found.luck[place], found.best[place],
                         found.regret[place])
                    )  # fmt: skip
    names = ("option", "environment", "horizon", "yardstick", "mean", "low", "high", "knowledge",
             "luck", "best", "regret")  # fmt: skip
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def search_columns(search: Searched) -> dict[str, list[Any]]:
    """A row a mix that was tried: its levers, spend, members, and a column a yardstick.

    ``on_front`` says whether no other brings as much of value and of customers'
    surplus, and more of one of the two (Pareto).
    """
    front = {id(each) for each in search.front(*PARETO)}
    rows = search.tried
    found: dict[str, list[Any]] = {path: [c.values[path] for c in rows] for path in rows[0].values}
    found |= {"spend": [c.spend for c in rows], "members": [c.members for c in rows]}
    found |= {name: [c.gain(name) for c in rows] for name in YARDSTICKS}
    return found | {"on_front": [id(each) in front for each in rows]}
