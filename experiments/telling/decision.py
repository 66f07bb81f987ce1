"""A decision: what to do, how sure, what would turn it round; in sentences and for programs.

Everything is told from the figures that a decision leaves behind
(:func:`~tsunagari.experiments.deciding.results.figures`), so that a page can be made anew from
them. Amounts are told in the money and the people of the scenario, against doing nothing new.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.deciding.outcomes import YARDSTICKS
from tsunagari.experiments.deciding.question import AS_IT_IS
from tsunagari.experiments.deciding.ranking import SURE
from tsunagari.experiments.deciding.results import figures
from tsunagari.experiments.deciding.searching import FOUND
from tsunagari.experiments.telling.fit import full_name, measure_name
from tsunagari.experiments.telling.keys import key_of
from tsunagari.experiments.telling.names import Amounts, is_scaled, told_in
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import LARGE, UNDEFINED, readable, signed, with_doubt
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped
from tsunagari.sim.measures import is_share, unit_of

if TYPE_CHECKING:
    from tsunagari.experiments.deciding.decide import Decision

type Document = Mapping[str, Any]
"""``decision.json``."""

_NAME, _CELLS, _BESIDES = 24, (13, 24, 11, 8, 9, 11), (15, 15, 15, 15, 15)
_HEADS = ("effect", "known", "luck", "best", "regret", "pays")
_BOUNDS = ("customers", "share", "retention", "success", "surplus")
"""What an option does to customers, told beside whatever is wanted."""
POSSIBLE = 0.01
"""Part of what is thought possible that must lie beyond a flip for it to be told."""
MOST_TURNS = 3
"""Numbers named that would turn an answer round."""
CERTAIN = 0.995
"""Probability from which it is told as 100 %."""


def words_of(decision: Decision) -> Words:
    """English, in the money and the people of the scenario."""
    return Words.of(decision.markets.base)


def as_json(decision: Decision, words: Words | None = None) -> dict[str, Any]:
    """All that is told of a decision as plain values; what is undefined is null."""
    document = figures(decision) | told_in(decision.markets.base)
    return document | {"verdict": verdict(document, words or words_of(decision))}


def verdict(document: Document, words: Words) -> str:
    """What to do, how sure, and what would turn it round."""
    return words.together(
        [advice(document, words), *elsewhere(document, words), *turning(document, words),
         measure_next(document, words)]
    )  # fmt: skip


def in_words(document: Document, words: Words) -> list[str]:
    """Paragraphs: what was compared, the verdict, and how far to trust it."""
    return [
        _setting(document, words),
        _changes(document, words),
        *coming(document, words),
        words.together([advice(document, words), *elsewhere(document, words)]),
        words.together([*turning(document, words), measure_next(document, words)]),
        words.together(trust(document, words)),
    ]


# -- names and amounts -----------------------------------------------------------------------------


def amounts_by(yardstick: str, words: Words) -> Amounts:
    """How values by a yardstick are written."""
    return Amounts(YARDSTICKS[yardstick].measure, words)


def yardstick_name(yardstick: str, words: Words) -> str:
    """What a yardstick is called."""
    return words(f"deciding.y_{yardstick}")


def option_name(name: str, words: Words) -> str:
    """What an option is called; nothing new and what was found have a name in every language."""
    if name == FOUND:
        return words("deciding.best_mix")
    return words("deciding.as_it_is") if name == AS_IT_IS else name


def spoken(name: str, words: Words) -> str:
    """The same within a sentence."""
    return words("deciding.going_on") if name == AS_IT_IS else option_name(name, words)


def lever_name(path: str, words: Words) -> str:
    """What a number is called by who knows the market; its path where it has no such name."""
    return full_name(path, words) if words.has(f"fitting.{key_of(path)}") else path


def _with_path(path: str, words: Words) -> str:
    """The same with its path behind it, as it is typed."""
    name = lever_name(path, words)
    return name if name == path else words("common.in_brackets", text=name, more=path)


def known(value: float | None) -> float:
    """A figure; NaN where there is none."""
    return math.nan if value is None else value


def value_in_words(value: Any) -> str:
    """A value of a scenario."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return readable(value) if is_number else str(value)


def money(value: float, words: Words) -> str:
    """An amount of money."""
    return Amounts("profit", words).value(value)


def within(effect: Document, yardstick: str, words: Words) -> str:
    """An effect, and between what it may lie."""
    amounts = amounts_by(yardstick, words)
    low, high = ends(effect, yardstick, words)
    value = amounts.change(known(effect["mean"]))
    return words("deciding.within", value=value, low=low, high=high)


def ends(effect: Document, yardstick: str, words: Words) -> list[str]:
    """Between what an effect may lie, without the unit, which stands with the effect."""
    amounts = amounts_by(yardstick, words)
    told = [_bare(amounts.change(known(effect[key])), words) for key in ("low", "high")]
    return [text.removesuffix(words("comparing.points", number="")) for text in told]


# -- sentences -------------------------------------------------------------------------------------


def what_counts(document: Document, words: Words) -> str:
    """By what is judged, whose outcome, over which months."""
    return words("deciding.setting", yardstick=yardstick_name(document["yardstick"], words),
                 firm=document["firm"], month=document["from"],
                 months=words.counted(document["horizon"], "month"))  # fmt: skip


def spend(document: Document, words: Words) -> str:
    """Whether options cost the same, and how much; nothing where none was written."""
    if document["each_costs"] is not None:
        key = "equal_in_each" if any(row["reaches"] for row in document["options"]) else "equal"
        return words(f"deciding.{key}", spend=money(document["each_costs"], words))
    written = {row["name"] for row in document["options"]} - {AS_IT_IS, FOUND}
    return words("deciding.as_told") if written else ""


def prices(document: Document, words: Words) -> str:
    """Whether what options cost reaches prices."""
    return words(f"deciding.prices_{document['prices'].replace('-', '_')}")


def ran(document: Document, words: Words) -> str:
    """How many markets were run."""
    runs = words.counted(document["runs"], "run")
    if not document["members"]:
        return words("deciding.runs_alone", runs=runs)
    return words("deciding.runs", members=document["members"], runs=runs,
                 draws=document["draws"], environments=len(document["environments"]))  # fmt: skip


def _setting(document: Document, words: Words) -> str:
    searched = [] if document["search"] is None else [_searched(document["search"], words)]
    return words.together([what_counts(document, words), spend(document, words), *searched,
                           prices(document, words), ran(document, words)])  # fmt: skip


def _searched(search: Document, words: Words) -> str:
    """What was searched, and what the best mix costs."""
    levers = [_lever(path, ends, words) for path, ends in search["levers"].items()]
    return words("deciding.searched", count=search["tried"], levers=words.joined(levers),
                 cost=mix_cost(search, words))  # fmt: skip


def mix_cost(search: Document, words: Words) -> str:
    """What the best mix costs, or saves."""
    key = "costs" if search["spend"] >= 0 else "saves"
    return words(f"deciding.{key}", spend=money(abs(search["spend"]), words))


def _lever(path: str, ends: Sequence[float], words: Words) -> str:
    low, high = map(readable, ends)
    to = words("common.to", low=low, high=high)
    return words("common.between").join([_with_path(path, words), to])


def _changes(document: Document, words: Words) -> str:
    """What each option is, once it was brought to the spend of the others."""
    told = []
    for row in document["options"]:
        for path, (before, after) in row["changes"].items():
            values = {"option": option_name(row["name"], words), "path": _with_path(path, words)}
            reach = row["reaches"].get(path)
            values |= {"before": value_in_words(before), "after": reaching(after, reach, words)}
            told.append(words("deciding.option", **values))
    return words("common.semicolon").join(told)


def reaching(after: Any, reach: Sequence[float] | None, words: Words) -> str:
    """A value with an option, and from where to where it goes in markets that the data allow."""
    told = value_in_words(after)
    if reach is None:
        return told
    low, high = map(readable, reach)
    return words("deciding.reaches", value=told, low=low, high=high)


def coming(document: Document, words: Words) -> list[str]:
    """What environments do to the firm if it does nothing new, against the first of them."""
    first, *others = document["environments"]
    told = []
    for environment in others:
        changes = [_change(effect, name, words) for name, effect in environment["comes"].items()]
        told.append(words("deciding.comes", environment=environment["name"], first=first["name"],
                          firm=document["firm"], changes=words.joined(changes)))  # fmt: skip
    return [words.together(told)] if told else []


def _change(effect: Document, yardstick: str, words: Words) -> str:
    told = within(effect, yardstick, words)
    return words("common.between").join([yardstick_name(yardstick, words), told])


def advice(document: Document, words: Words) -> str:
    """What to do, how sure that is, and what it may cost to be wrong."""
    first, second = document["options"][:2]
    amounts = amounts_by(document["yardstick"], words)
    told = {
        "best": spoken(first["name"], words),
        "next": spoken(second["name"], words),
        "chance": words.percent(first["probability_best"], 0),
        "gap": amounts.value(known(first["mean"]) - known(second["mean"])),
        "regret": amounts.value(known(first["regret"])),
    }
    if document["recommended"] is None:
        return words("deciding.untold", sure=words.percent(SURE, 0), **told)
    key = "stay" if first["name"] == AS_IT_IS else "take"
    key += "_certain" if first["probability_best"] >= CERTAIN else ""
    key += "" if document["members"] else "_alone"
    return words(f"deciding.{key}", **told)


def headline(document: Document, words: Words) -> str:
    """The advice in a few words."""
    name = document["recommended"]
    if name is None:
        return words("deciding.head_untold")
    if name == AS_IT_IS:
        return words("deciding.head_stay")
    return words("deciding.head_take", best=option_name(name, words))


def elsewhere(document: Document, words: Words) -> list[str]:
    """In which environments, horizons and by which yardsticks another option leads."""
    leader = document["options"][0]["name"]
    places = [("other_environment", one["name"], one) for one in document["environments"]]
    places += [("other_horizon", words.counted(one["months"], "month"), one)
               for one in document["horizons"][1:]]  # fmt: skip
    others = [one for one in document["yardsticks"] if one["name"] != document["yardstick"]]
    places += [("other_yardstick", yardstick_name(one["name"], words), one) for one in others]
    found: dict[tuple[str, str], list[str]] = {}
    for key, where, one in places:
        if one["leads"] not in (None, leader):
            found.setdefault((key, one["leads"]), []).append(where)
    return [
        words(f"deciding.{key}", where=words.joined(where), best=spoken(name, words))
        for (key, name), where in found.items()
    ]


def turns_of(document: Document) -> list[Document]:
    """The numbers beyond whose possible values another option is better, the weightiest first."""
    return [
        turn
        for turn in document["turns_round"]
        if turn["flips"] is not None and turn["part"] >= POSSIBLE
    ]


def turning(
    document: Document, words: Words, name: Callable[[str, Words], str] = _with_path
) -> list[str]:
    """The numbers on which the answer hangs.

    Args:
        document: The figures.
        words: The reader's language.
        name: What a number is called, from its path.
    """
    if not document["members"]:
        return [words("deciding.no_ensemble", option="--ensemble")]
    found = turns_of(document)[:MOST_TURNS]
    if not found:
        return [words("deciding.no_turn")]
    first, second = (spoken(row["name"], words) for row in document["options"][:2])
    turns = words.joined([_turn(turn, words, name) for turn in found])
    return [words("deciding.turns", best=first, next=second, turns=turns)]


def _turn(turn: Document, words: Words, name: Callable[[str, Words], str]) -> str:
    key = "turn_above" if turn["above"] else "turn_below"
    at, mean, spread = with_doubt(turn["deviation"], turn["flips"], turn["mean"])
    return words(f"deciding.{key}", path=name(turn["path"], words), at=at, mean=mean, spread=spread,
                 part=words.percent(turn["part"], 0))  # fmt: skip


def measure_next(
    document: Document, words: Words, name: Callable[[str, Words], str] = _with_path
) -> str:
    """What to find out first; an empty text where nothing is said of what is not known."""
    if not document["members"]:
        return ""
    found = document["measure_next"]
    if found is None:
        return words("deciding.nothing_next")
    worth = amounts_by(document["yardstick"], words).value(found["worth"])
    if found["is_column"]:
        column = measure_name(found["what"], words)
        return words("deciding.column_next", what=column, worth=worth)
    return words("deciding.number_next", what=name(found["what"], words), worth=worth)


def trust(document: Document, words: Words) -> list[str]:
    """Whether more runs would change it, what ranges are of, and which options stayed as told."""
    settled = "settled" if document["settled"] else "not_settled"
    return [
        words(f"deciding.{settled}", option="--limit"),
        words("deciding.bands" if document["members"] else "deciding.bands_alone"),
        *notes(document, words),
    ]


def notes(document: Document, words: Words) -> list[str]:
    """Which options stayed as they were written, and why; which environments are the same."""
    stayed = [
        words(f"deciding.note_{note}", option=option_name(name, words))
        for name, note in document["notes"].items()
    ]
    months = words.counted(document["horizon"], "month")
    return stayed + [
        words("deciding.note_same", one=each["name"], other=each["same_as"], months=months)
        for each in document["environments"]
        if each["same_as"] is not None
    ]


# -- tables ----------------------------------------------------------------------------------------


def as_text(document: Document, words: Words) -> str:
    """What the command prints, at most 100 columns wide."""
    blocks = ["\n".join(wrapped(text)) for text in in_words(document, words)]
    tables = ["\n".join(map(cut_to, lines)) for lines in (_ranking(document, words),
                                                         _customers(document, words))]  # fmt: skip
    return "\n\n".join([*blocks[:2], *tables, *blocks[2:]])


def _ranking(document: Document, words: Words) -> list[str]:
    """The table of options, the best first."""
    lines = [table_line("", ranking_heads(words), _NAME, _CELLS)]
    lines += [
        table_line(option_name(row["name"], words), ranking_cells(document, row, words),
                   _NAME, _CELLS)
        for row in document["options"]
    ]  # fmt: skip
    return [*lines, *wrapped(below(document, words))]


def ranking_heads(words: Words) -> list[str]:
    """Headings of the table of options."""
    return [words(f"deciding.head_{name}") for name in _HEADS]


def ranking_cells(document: Document, row: Document, words: Words) -> list[str]:
    """An option's figures, in the order of the headings."""
    size, _ = unit(document, words)
    effect, low, high = (signed(known(row[key]) / size) for key in ("mean", "low", "high"))
    cells = [
        effect,
        words("common.to", low=low, high=high),
        f"±{readable(known(row['luck']) / size)}",
        words.percent(row["probability_best"], 0),
        readable(known(row["regret"]) / size),
        _month(row["break_even_month"], words),
    ]
    if row["name"] == AS_IT_IS:
        return [UNDEFINED if place in (0, 1, 2, 5) else c for place, c in enumerate(cells)]
    return cells


def below(document: Document, words: Words) -> str:
    """In what the amounts of the table are, and what its columns mean."""
    return words("deciding.below", unit=unit(document, words)[1])


def unit(document: Document, words: Words) -> tuple[float, str]:
    """By what the numbers of the table of options are divided, and what they are then in."""
    ends = [known(row[key]) for row in document["options"] for key in ("mean", "low", "high")]
    largest = max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
    return unit_of_yardstick(document["yardstick"], largest, words)


def unit_of_yardstick(yardstick: str, largest: float, words: Words) -> tuple[float, str]:
    """The same for amounts by a yardstick.

    Args:
        yardstick: Which.
        largest: The largest of them, as it is told.
        words: The reader's language.
    """
    one = YARDSTICKS[yardstick]
    if is_share(one.measure):
        return 0.01, words.unit("points")
    told = words.unit("money" if one.over == "sum" else unit_of(one.measure))
    if is_scaled(one.measure, words):
        for size, name in LARGE[words.language]:
            if largest >= size:
                is_plain = bool(told) and told == words.currency
                large = words.money(name.strip()) if is_plain else f"{name} {told}"
                return size, large.strip()
    return 1.0, told


def _bare(text: str, words: Words) -> str:
    """An amount without its currency, which stands below the table."""
    return text.removesuffix(words.money("")) if words.currency else text


def _month(month: int | None, words: Words) -> str:
    return words("deciding.never") if month is None else str(month)


def bounds(document: Document) -> list[str]:
    """The yardsticks that tell what an option does to customers."""
    return [name for name in _BOUNDS if name != document["yardstick"]]


def _customers(document: Document, words: Words) -> list[str]:
    """What every option does to customers: effects by the other yardsticks."""
    names = bounds(document)
    heads = [yardstick_name(name, words) for name in names]
    lines = [table_line(words("deciding.besides"), heads, _NAME, _BESIDES)]
    for row in document["options"]:
        if row["name"] == AS_IT_IS:
            continue
        means = {name: known(row["effects"][name]["mean"]) for name in names}
        cells = [_bare(amounts_by(name, words).change(mean), words)
                 for name, mean in means.items()]  # fmt: skip
        lines.append(table_line(option_name(row["name"], words), cells, _NAME, _BESIDES))
    return lines


def disagreement(document: Document, words: Words) -> str:
    """Whether what the firm wants is what its customers want; nothing where they are asked."""
    if document["yardstick"] == "surplus":
        return ""
    first = document["options"][0]
    of_customers = next(one for one in document["yardsticks"] if one["name"] == "surplus")
    if of_customers["first"] is None:
        return words("deciding.customers_none")
    leads = of_customers["leads"]
    told = {"best": spoken(first["name"], words)}
    if leads is None:
        return words("deciding.customers_untold", first=spoken(of_customers["first"], words),
                     chance=words.percent(of_customers["chance"], 0), **told)  # fmt: skip
    if leads == first["name"]:
        return words("deciding.customers_agree", **told)
    theirs = next(row for row in document["options"] if row["name"] == leads)
    amounts = amounts_by("surplus", words)
    gap = known(theirs["effects"]["surplus"]["mean"]) - known(first["effects"]["surplus"]["mean"])
    return words("deciding.customers_differ", other=spoken(leads, words),
                 gap=amounts.value(gap), **told)  # fmt: skip
