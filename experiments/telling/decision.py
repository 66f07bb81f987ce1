"""A decision: what to do, how sure, what would turn it round; in sentences and for programs.

Amounts are told in the money and the people of the scenario, against doing nothing new.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tsunagari.experiments.deciding.decide import Decision, leading, ranked
from tsunagari.experiments.deciding.outcomes import YARDSTICKS
from tsunagari.experiments.deciding.question import AS_IT_IS
from tsunagari.experiments.deciding.ranking import SURE, Effects, Turn
from tsunagari.experiments.deciding.searching import Searched
from tsunagari.experiments.telling.names import Amounts, is_scaled, told_in
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import LARGE, UNDEFINED, plain, readable, signed
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped
from tsunagari.sim.measures import is_share, unit_of

_NAME, _CELLS, _BESIDES = 24, (13, 24, 11, 8, 9, 11), (15, 15, 15, 15, 15)
_HEADS = ("effect", "known", "luck", "best", "regret", "pays")
_BOUNDS = ("customers", "share", "retention", "success", "surplus")
"""What an option does to customers, told beside whatever is wanted."""
PARETO = ("value", "surplus")
"""What the firm wants and what its customers get, which a search holds against each other."""
MOST_TURNS = 3
"""Numbers named that would turn an answer round."""
CERTAIN = 0.995
"""Probability from which it is told as 100 %."""
MINOR = 0.02
"""Part of the leading effect below which a gain of knowledge is not worth asking for."""


def words_of(decision: Decision) -> Words:
    """English, in the money and the people of the scenario."""
    return Words.of(decision.markets.base)


def verdict(decision: Decision, words: Words | None = None) -> str:
    """What to do, how sure, and what would turn it round."""
    words = words or words_of(decision)
    return words.together(
        [_advice(decision, words), *_elsewhere(decision, words), *_turning(decision, words),
         _next(decision, words)]
    )  # fmt: skip


def in_words(decision: Decision, words: Words | None = None) -> list[str]:
    """Paragraphs: what was compared, the verdict, and how far to trust it."""
    words = words or words_of(decision)
    return [
        _setting(decision, words),
        _options(decision, words),
        *_coming(decision, words),
        words.together([_advice(decision, words), *_elsewhere(decision, words)]),
        words.together([*_turning(decision, words), _next(decision, words)]),
        _trust(decision, words),
    ]


def _amounts(yardstick: str, words: Words) -> Amounts:
    return Amounts(YARDSTICKS[yardstick].measure, words)


def yardstick_name(yardstick: str, words: Words) -> str:
    """What a yardstick is called."""
    return words(f"deciding.y_{yardstick}")


def option_name(name: str, words: Words) -> str:
    """What an option is called; nothing new has a name in every language."""
    return words("deciding.as_it_is") if name == AS_IT_IS else name


def _setting(decision: Decision, words: Words) -> str:
    markets, question = decision.markets, decision.question
    written = decision.options[1 : 1 + len(question.options)]
    spends = [option.spend for option in written if not option.note]
    told = [] if not written else [words("deciding.as_told")]
    if spends and (question.spend == "equal" or question.budget is not None):
        told = [words("deciding.equal", spend=_money(spends[0], words))]
    if decision.search is not None:
        told.append(_search(decision, decision.search, words))
    members = markets.members if markets.has_members else 0
    return words.together(
        [
            words("deciding.setting", yardstick=yardstick_name(question.yardstick, words),
                  firm=markets.firm, month=markets.starts,
                  months=words.counted(question.horizons[0], "month")),
            *told,
            words(f"deciding.prices_{question.prices.replace('-', '_')}"),
            words("deciding.runs", members=members, runs=words.counted(decision.runs, "run"),
                  draws=decision.outcomes.shape[2], environments=len(markets.environments))
            if members else words("deciding.runs_alone", runs=words.counted(decision.runs, "run")),
        ]
    )  # fmt: skip


def _search(decision: Decision, search: Searched, words: Words) -> str:
    """What was searched, and what the best mix costs."""
    levers = words.joined([_lever(path, ends, words)
                           for path, ends in decision.question.levers.items()])  # fmt: skip
    spend = search.best.spend
    cost = words("deciding.costs" if spend >= 0 else "deciding.saves",
                 spend=_money(abs(spend), words))  # fmt: skip
    return words("deciding.searched", count=len(search.tried), levers=levers, cost=cost)


def _lever(path: str, ends: Sequence[float], words: Words) -> str:
    low, high = map(readable, ends)
    return words("common.between").join([path, words("common.to", low=low, high=high)])


def _options(decision: Decision, words: Words) -> str:
    """What each option is, once it was brought to the spend of the others."""
    told = []
    for option in decision.options[1:]:
        assert option.act is not None
        for path, (before, after) in decision.markets.changes(option.act).items():
            values = {"option": option.name, "path": path}
            values |= {"before": _value(before), "after": _value(after)}
            told.append(words("deciding.option", **values))
    return words("common.semicolon").join(told)


def _value(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return readable(value) if is_number else str(value)


def _coming(decision: Decision, words: Words) -> list[str]:
    """What environments do to the firm if it does nothing new, against the first of them."""
    first, *others = decision.markets.environments
    told = []
    for place, environment in enumerate(others, start=1):
        changes = [_change(decision.coming(place, name), name, words)
                   for name in (decision.question.yardstick, "customers")]  # fmt: skip
        told.append(words("deciding.comes", environment=environment.name, first=first.name,
                          firm=decision.markets.firm, changes=words.joined(changes)))  # fmt: skip
    return [words.together(told)] if told else []


def _change(found: Effects, yardstick: str, words: Words) -> str:
    amounts = _amounts(yardstick, words)
    low, high = (_bare(amounts.change(end), words) for end in found.interval(1))
    effect = words("deciding.within", value=amounts.change(float(found.mean[1])),
                   low=low, high=high)  # fmt: skip
    return words("common.between").join([yardstick_name(yardstick, words), effect])


def _money(value: float, words: Words) -> str:
    return Amounts("profit", words).value(value)


def _advice(decision: Decision, words: Words) -> str:
    """What to do, how sure that is, and what it may cost to be wrong."""
    found = decision.effects()
    first, second = leading(found)
    amounts = _amounts(decision.question.yardstick, words)
    told = {
        "best": option_name(decision.options[first].name, words),
        "next": option_name(decision.options[second].name, words),
        "chance": words.percent(float(found.best[first]), 0),
        "gap": amounts.value(float(found.mean[first] - found.mean[second])),
        "regret": amounts.value(float(found.regret[first])),
    }
    if decision.recommended is None:
        return words("deciding.untold", sure=words.percent(SURE, 0), **told)
    key = "stay" if first == 0 else "take"
    if found.best[first] >= CERTAIN:
        key += "_certain"
    return words(f"deciding.{key}", **told)


def _elsewhere(decision: Decision, words: Words) -> list[str]:
    """In which environments, horizons and by which yardsticks another option leads."""
    lead, told = decision.effects().leader, []
    for place, environment in enumerate(decision.markets.environments):
        other = _leads(decision, environment=place)
        if other not in (None, lead):
            told.append(("other_environment", environment.name, other))
    for horizon in decision.question.horizons[1:]:
        other = _leads(decision, horizon=horizon)
        if other not in (None, lead):
            told.append(("other_horizon", words.counted(horizon, "month"), other))
    for name in YARDSTICKS:
        other = _leads(decision, yardstick=name)
        if name != decision.question.yardstick and other not in (None, lead):
            told.append(("other_yardstick", yardstick_name(name, words), other))
    sentences = []
    for key in ("other_environment", "other_horizon", "other_yardstick"):
        for place, option in enumerate(decision.options):
            where = [what for kind, what, other in told if (kind, other) == (key, place)]
            if where:
                best = option_name(option.name, words)
                sentences.append(words(f"deciding.{key}", where=words.joined(where), best=best))
    return sentences


def _leads(decision: Decision, **how: Any) -> int | None:
    """The option that leads beyond doubt, if any does."""
    found = decision.effects(**how)
    if not np.isfinite(found.mean).all():
        return None
    return found.leader if found.best[found.leader] >= SURE else None


def _turning(decision: Decision, words: Words) -> list[str]:
    """The numbers on which the answer hangs."""
    if not decision.markets.has_members:
        return [words("deciding.no_ensemble")]
    found = [turn for turn in decision.turns if math.isfinite(turn.flips)][:MOST_TURNS]
    if not found:
        return [words("deciding.no_turn")]
    first, second = leading(decision.effects())
    return [
        words("deciding.turns", best=option_name(decision.options[first].name, words),
              next=option_name(decision.options[second].name, words),
              turns=words.joined([_turn(turn, words) for turn in found]))
    ]  # fmt: skip


def _turn(turn: Turn, words: Words) -> str:
    key = "turn_above" if turn.above else "turn_below"
    return words(f"deciding.{key}", path=turn.path, at=readable(turn.flips),
                 mean=readable(turn.mean), spread=readable(turn.deviation),
                 part=words.percent(turn.part, 0))  # fmt: skip


def measure_next(decision: Decision) -> tuple[str, float] | None:
    """What to find out first and what it is expected to bring, in the yardstick; None: nothing.

    A column of the market's table where a fit tells what columns would narrow, or else a number.
    """
    if decision.columns:
        name = max(decision.columns, key=lambda column: decision.columns[column])
        found = name, decision.columns[name]
    elif turns := decision.turns:
        found = turns[0].path, turns[0].worth
    else:
        return None
    effects = decision.effects()
    return found if found[1] > MINOR * float(np.abs(effects.mean).max()) else None


def _next(decision: Decision, words: Words) -> str:
    if not decision.markets.has_members:
        return ""
    found = measure_next(decision)
    if found is None:
        return words("deciding.nothing_next")
    worth = _amounts(decision.question.yardstick, words).value(found[1])
    key = "column_next" if decision.columns else "number_next"
    return words(f"deciding.{key}", what=found[0], worth=worth)


def _trust(decision: Decision, words: Words) -> str:
    return words.together(
        [
            words("deciding.settled" if decision.settled else "deciding.not_settled"),
            words("deciding.bands"),
            *(
                words(f"deciding.note_{one.note}", option=one.name)
                for one in decision.options
                if one.note
            ),
        ]
    )


# -- the terminal ----------------------------------------------------------------------------------


def as_text(decision: Decision, words: Words | None = None) -> str:
    """What the command prints, at most 100 columns wide."""
    words = words or words_of(decision)
    blocks = ["\n".join(wrapped(text)) for text in in_words(decision, words)]
    tables = ["\n".join(map(cut_to, lines)) for lines in (ranking(decision, words),
                                                         customers(decision, words))]  # fmt: skip
    return "\n\n".join([*blocks[:2], *tables, *blocks[2:]])


def ranking(decision: Decision, words: Words) -> list[str]:
    """The table of options, the best first."""
    rows = ranked(decision)
    yardstick = decision.question.yardstick
    largest = max(abs(row[key]) for row in rows for key in ("mean", "low", "high"))
    size, unit = _unit(yardstick, largest, words)
    heads = [words(f"deciding.head_{name}") for name in _HEADS]
    lines = [table_line("", heads, _NAME, _CELLS)]
    for row in rows:
        effect, low, high = (signed(row[key] / size) for key in ("mean", "low", "high"))
        cells = [
            effect,
            words("common.to", low=low, high=high),
            f"±{readable(row['luck'] / size)}",
            words.percent(row["probability_best"], 0),
            readable(row["regret"] / size),
            _month(row["break_even_month"], words),
        ]
        if row["name"] == AS_IT_IS:
            cells = [UNDEFINED if place in (0, 1, 2, 5) else c for place, c in enumerate(cells)]
        lines.append(table_line(option_name(row["name"], words), cells, _NAME, _CELLS))
    return [*lines, *wrapped(words("deciding.below", unit=unit))]


def _unit(yardstick: str, largest: float, words: Words) -> tuple[float, str]:
    """By what the numbers of a table are divided, and what they are then in."""
    one = YARDSTICKS[yardstick]
    if is_share(one.measure):
        return 0.01, words.unit("points")
    told = words.unit("money" if one.over == "sum" else unit_of(one.measure))
    if is_scaled(one.measure, words):
        for size, name in LARGE[words.language]:
            if largest >= size:
                return size, f"{name} {told}".strip()
    return 1.0, told


def _bare(text: str, words: Words) -> str:
    """An amount without its currency, which stands below the table."""
    return text.removesuffix(words.money("")) if words.currency else text


def _month(month: int | None, words: Words) -> str:
    return words("deciding.never") if month is None else str(month)


def customers(decision: Decision, words: Words) -> list[str]:
    """What every option does to customers: effects by the other yardsticks."""
    names = [name for name in _BOUNDS if name != decision.question.yardstick]
    found = {name: decision.effects(name) for name in names}
    heads = [yardstick_name(name, words) for name in names]
    lines = [table_line(words("deciding.besides"), heads, _NAME, _BESIDES)]
    for place, option in enumerate(decision.options[1:], start=1):
        cells = [
            _bare(_amounts(name, words).change(float(effects.mean[place])), words)
            if len(effects.mean) else UNDEFINED
            for name, effects in found.items()
        ]  # fmt: skip
        lines.append(table_line(option.name, cells, _NAME, _BESIDES))
    return lines


# -- programs --------------------------------------------------------------------------------------


def as_json(decision: Decision, words: Words | None = None) -> dict[str, Any]:
    """The same as plain values; what is undefined, or cannot be told, is null."""
    words = words or words_of(decision)
    found = measure_next(decision)
    changes = {one.name: decision.markets.changes(one.act) for one in decision.options if one.act}
    told: dict[str, Any] = plain(
        {
            "recommended": decision.recommended,
            "firm": decision.markets.firm,
            "from": decision.markets.starts,
            "horizon": decision.question.horizons[0],
            "prices": decision.question.prices,
            **told_in(decision.markets.base),
            "options": [
                {**row, "changes": changes.get(row["name"], {})} for row in ranked(decision)
            ],
            "environments": [
                {"name": one.name, "leads": _name(decision, place), "weight": one.weight}
                for place, one in enumerate(decision.markets.environments)
            ],
            "verdict": verdict(decision, words),
            "turns_round": [vars(turn) for turn in decision.turns[:MOST_TURNS]],
            "measure_next": None if found is None else {"what": found[0], "worth": found[1]},
            "settled": decision.settled,
            "runs": decision.runs,
            "notes": {one.name: one.note for one in decision.options if one.note},
        }
    )
    return told


def _name(decision: Decision, environment: int) -> str | None:
    place = _leads(decision, environment=environment)
    return None if place is None else decision.options[place].name


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
