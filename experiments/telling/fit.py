"""What a fit tells somebody: how near it is, what is not known, whether to believe it.

Everything is told from the figures that a fit leaves behind
(:func:`~tsunagari.experiments.fitting.results.as_json`), so that a page can be made anew from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsunagari.experiments.fitting.backtest import OURS
from tsunagari.experiments.telling.keys import key_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written
from tsunagari.experiments.words.terminal import wrapped
from tsunagari.sim.paths import path_of

type Document = Mapping[str, Any]
"""``fit.json``."""

_ENGLISH = Words("en")
_DIGITS = {"joins": ".2f", "churn": ".2f", "rating": ".2f"}
_MOST_PLACES = 5
NO_GAIN = 0.01
"""Less than this of the prior's spread is the noise of the bank."""


def as_text(document: Document, words: Words = _ENGLISH) -> str:
    """What the command prints."""
    return "\n\n".join("\n".join(wrapped(text)) for text in in_words(document, words))


def in_words(document: Document, words: Words = _ENGLISH) -> list[str]:
    """Paragraphs: how near, what gives reason to doubt it, what is not known, what would help."""
    doubts = [warned(check, document, words) for check in document["checks"] if not check["fine"]]
    return [
        near(document, words),
        *(doubts or [verdict(document, words)]),
        untold(document, words),
        covers(document, words),
        backtest(document, words),
        *columns(document, words),
    ]


def near(document: Document, words: Words) -> str:
    """Where the fitted market is farthest from the table."""
    gaps = [
        words("fitting.gap", measure=measure_name(name, words), firm=worst["firm"],
              gap=amount(worst["gap"], name, "+"))
        for name, worst in document["worst_gaps"].items()
    ]  # fmt: skip
    return words("fitting.near", firms=len(document["firms"]), gaps=words.joined(gaps))


def untold(document: Document, words: Words) -> str:
    """Of which parameters the table says nothing."""
    left, every = document["untold"], document["parameters"]
    if not left:
        return words("fitting.untold_none", all=every)
    names = words.joined(named_together(left, document["firms"], words))
    return words("fitting.untold", count=len(left), all=every, names=names)


def covers(document: Document, words: Words) -> str:
    """What intervals held, over markets whose truth is known."""
    half, most = (words.percent(document[f"covers_{part}"], 0) for part in (50, 90))
    return words("fitting.covers", half=half, most=most, draws=document["draws"])


def backtest(document: Document, words: Words) -> str:
    """Who forecasts best, and the errors of all."""
    scores = document["crps"]
    if not scores:
        return words("fitting.no_backtest")
    listed = words.joined(
        [f"{method_name(name, words)} {written(score, '.2f')}" for name, score in scores.items()]
    )
    told = words("fitting.scores", scores=listed)
    best = next(iter(scores))
    key = "won" if best == OURS else "lost"
    return words(f"fitting.backtest_{key}", scores=told, best=method_name(best, words))


def columns(document: Document, words: Words) -> list[str]:
    """Which column tells most, and which would."""
    told = []
    for key, present in (("column", True), ("column_more", False)):
        worth = gains(document, present=present)
        if worth and max(worth.values()) > NO_GAIN:
            name, gain = next(iter(worth.items()))
            column, told_gain = measure_name(name, words), written(gain, ".2f")
            told.append(words(f"fitting.{key}", column=column, gain=told_gain))
        elif not present:
            told.append(words(f"fitting.column_{'less' if worth else 'all'}"))
    return told


def gains(document: Document, *, present: bool) -> dict[str, float]:
    """Mean spread that each column takes, or would take, off the parameters; the most first."""
    stands = document["spread_left"]
    if present:
        found = {name: left - stands for name, left in document["spread_left_without"].items()}
    else:
        found = {name: stands - left for name, left in document["spread_left_with"].items()}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


# -- checks ----------------------------------------------------------------------------------------


def verdict(document: Document, words: Words) -> str:
    """How many checks give a reason to doubt the fit."""
    checks = document["checks"]
    doubts = [words(f"fitting.about_{check['name']}") for check in checks if not check["fine"]]
    if not doubts:
        return words("fitting.all_fine", count=len(checks))
    names = words.joined(doubts)
    return words("fitting.some_look", count=len(doubts), all=len(checks), names=names)


def warned(check: Document, document: Document, words: Words) -> str:
    """A check that gives a reason to doubt, as a warning."""
    return words("fitting.warning", text=check_in_words(check, document, words))


def check_in_words(check: Document, document: Document, words: Words) -> str:
    """What a check found, in a sentence or two."""
    name = check["name"]
    key = f"fitting.{name}_{'fine' if check['fine'] else 'look'}"
    if name == "calibration":
        return words(key, text=covers(document, words), option="--draws")
    places = [_place(name, place, document, words) for place in check["places"][:_MOST_PLACES]]
    if more := len(check["places"]) - len(places):
        places.append(words("fitting.more", count=more))
    return words(
        key, out=check["out"], of=check["of"], draws=document["draws"],
        expected=written(check["expected"], ".0f"),
        places=words.joined(places),
    )  # fmt: skip


def _place(name: str, place: Document, document: Document, words: Words) -> str:
    if name == "point":
        at = written(place["z"], "+.1f")
        return words("fitting.place_point", name=full_name(place["path"], words), at=at)
    measure = place["measure"]
    told: dict[str, Any] = {"measure": measure_name(measure, words), "firm": place["firm"]}
    if name == "prior":
        told["at"] = _at(place, document, words)
        told |= {key: amount(place[key], measure) for key in ("value", "low", "high")}
    elif name == "posterior":
        told |= {"out": place["out"], "of": place["of"]}
    else:
        name = place["kind"]
        told["off"] = amount(place["off"], measure, "+" if name == "staying" else "")
    return words(f"fitting.place_{name}", **told)


def _at(place: Document, document: Document, words: Words) -> str:
    """The quarter, tenure or firm gone to that a figure is of."""
    measure, at = place["measure"], place["at"]
    if measure == "survival":
        return words("fitting.at_survival", months=words.counted(at, "month"))
    if measure == "switching":
        return words("fitting.at_switching", firm=document["firms"][at - 1])
    return words("fitting.at_month", month=document["labels"][at])


# -- names -----------------------------------------------------------------------------------------


def amount(value: float, measure: str, sign: str = "") -> str:
    """A figure of a measure: points, stars, or the score."""
    return written(value, sign + _DIGITS.get(measure, ".1f"))


def measure_name(measure: str, words: Words) -> str:
    """What a column of the table is called."""
    return words(f"fitting.m_{measure}")


def method_name(method: str, words: Words) -> str:
    """What a method of the backtest is called."""
    return words(f"fitting.{method}")


def firm_of(path: str) -> str | None:
    """The firm that a parameter is of; None for one of the market."""
    head, *rest = path_of(path)
    return str(rest[0]) if head == "firms" else None


def plain_name(path: str, words: Words) -> str:
    """What a parameter is, for who knows the market and not the model; without its firm."""
    return words(f"fitting.{key_of(path)}")


def full_name(path: str, words: Words) -> str:
    """The same with its firm."""
    firm, name = firm_of(path), plain_name(path, words)
    return name if firm is None else words("fitting.own", name=name, firm=firm)


def named_together(paths: Sequence[str], firms: Sequence[str], words: Words) -> list[str]:
    """Names of parameters; one that several firms have stands once, with them behind it."""
    by_key: dict[str, list[str]] = {}
    for path in paths:
        by_key.setdefault(plain_name(path, words), []).append(firm_of(path) or "")
    found = []
    for name, of in by_key.items():
        if of == [""]:
            found.append(name)
        else:
            told = words("common.comma").join(firm for firm in firms if firm in of)
            found.append(words("fitting.of_firms", name=name, firms=told))
    return found
