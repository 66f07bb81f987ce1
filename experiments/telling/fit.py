"""What a fit tells somebody: how near it is, what the table does not say, how it would forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsunagari.experiments.fitting.backtest import OURS
from tsunagari.experiments.fitting.results import scores_by_method, untold, worst_gaps
from tsunagari.experiments.fitting.worth import gains
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written
from tsunagari.experiments.words.terminal import wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.fitting.fit import Fit

_ENGLISH = Words("en")
_DIGITS = {"nps": "+.1f"}


def as_text(fit: Fit, words: Words = _ENGLISH) -> str:
    """What the command prints."""
    return "\n\n".join("\n".join(wrapped(text)) for text in in_words(fit, words))


def in_words(fit: Fit, words: Words = _ENGLISH) -> list[str]:
    """Paragraphs: the fit beside the table, what is not known, the backtest, which columns help."""
    told = [
        words("fitting.near", firms=len(fit.table.firms), months=fit.table.months,
              gaps=words.joined([_gap(*item, words) for item in worst_gaps(fit).items()]))
    ]  # fmt: skip
    left = untold(fit)
    names = words.joined(left) if left else words("fitting.nothing")
    told.append(words("fitting.untold", count=len(left), all=len(fit.parameters), names=names))
    told.append(
        words("fitting.covers", half=words.percent(fit.known.covers(0.5), 0),
              most=words.percent(fit.known.covers(0.9), 0), draws=fit.size.draws)
    )  # fmt: skip
    told.append(_backtest(fit, words))
    for key, present in (("column", True), ("column_more", False)):
        if worth := gains(fit.columns, present=present):
            column, gain = next(iter(worth.items()))
            told.append(words(f"fitting.{key}", column=column, gain=written(gain, ".2f")))
    return told


def _gap(measure: str, worst: tuple[str, float], words: Words) -> str:
    firm, gap = worst
    amount = written(gap, _DIGITS.get(measure, "+.2f"))
    return words("fitting.gap", measure=measure, firm=firm, gap=amount)


def _backtest(fit: Fit, words: Words) -> str:
    scores = scores_by_method(fit)
    if not scores:
        return words("fitting.no_backtest")
    listed = words.joined([f"{method} {written(score, '.2f')}" for method, score in scores.items()])
    best = next(iter(scores))
    key = "backtest_won" if best == OURS else "backtest_lost"
    return words(f"fitting.{key}", scores=listed, best=best)
