"""What came out of a run, in words, as a table and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

from experiments.runs.cube import window, windows
from experiments.runs.summary import FirmSummary, Measured, Reservoirs, Summary, top
from experiments.words import Words
from experiments.words.numbers import compact, plain, written
from experiments.words.terminal import WIDTH, cut_to, table_line, wrapped

_LITTLE = 0.05
"""Stickiness below this part of the bill is not what holds customers."""
_ENGLISH = Words("en")


def in_words(found: Summary, words: Words = _ENGLISH) -> str:
    """Two to four sentences: who leads and how, who keeps customers and by what, what changed."""
    return words.together(sentences(found, words))


def sentences(found: Summary, words: Words = _ENGLISH) -> list[str]:
    """These sentences one by one: the first two are the answer, the others follow from it."""
    if not found.firms:
        return [words("answer.no_firm")]
    told = [_leading(found, words), _keeping(found, words), _shift(found, words)]
    if not any(firm.final_share.mean > 0 for firm in found.firms):
        told[1] = words("answer.none_left")
    moves = comings_and_goings(found, words)
    if moves:
        end = words("answer.move_end")
        parts = [move.removesuffix(end) for move in moves[:3]]
        if len(moves) > 3:
            parts.append(words("answer.more_moves", count=len(moves) - 3))
        told.append(words("answer.move_between").join(parts) + end)
    elif found.replications == 1:
        told.append(words("answer.one_run"))
    return told


def _leading(found: Summary, words: Words) -> str:
    """Who is largest in the end, and whether by winning or by keeping customers."""
    names, times = top(found, lambda firm: firm.final_share, most=True)
    firms = [firm for firm in found.firms if firm.name in names]
    if not firms or firms[0].final_share.mean <= 0:
        return words("answer.nobody")
    first, share = firms[0], with_band(firms[0].final_share, words)
    if len(found.firms) == 1:
        return words("answer.only", name=first.name, share=share)
    if len(firms) > 1:
        return words("answer.level", names=words.joined(names), share=share)
    start = first.start_share.mean
    is_known = math.isfinite(start)
    return words(
        "answer.leading",
        name=first.name,
        share=share,
        before=words("answer.before", start=words.percent(start)) if is_known else "",
        hedge=hedge(times, found, words),
        how=_how(first, found, words),
    )


def _how(firm: FirmSummary, found: Summary, words: Words) -> str:
    """Whether the leader won more or lost fewer than the others, for its size."""
    rates = (firm.joining, firm.joining_elsewhere, firm.churn, firm.churn_elsewhere)
    if not all(math.isfinite(rate.mean) for rate in rates):
        return ""
    won, won_elsewhere, lost, lost_elsewhere = (round(100 * rate.mean, 2) for rate in rates)
    ahead = top(found, lambda one: one.start_share, most=True)[0] == [firm.name]
    way = "stayed" if ahead else "came"
    if won > won_elsewhere and lost < lost_elsewhere:
        how = f"{way}_both"
    elif won > won_elsewhere:
        how = f"{way}_winning"
    elif lost < lost_elsewhere:
        how = f"{way}_keeping"
    else:
        how = "neither"
    return words(
        "answer.how",
        how=words(f"answer.{how}"),
        won=won,
        won_elsewhere=won_elsewhere,
        lost=lost,
        lost_elsewhere=lost_elsewhere,
    )


def _keeping(found: Summary, words: Words) -> str:
    """Who keeps customers best, and what holds them there."""
    names, times = top(found, lambda firm: firm.retention_12, most=True)
    yearly = bool(names)
    if not yearly:
        names, times = top(found, lambda firm: firm.churn, most=False)
    if not names:
        return words("answer.none_kept")
    best = next(firm for firm in found.firms if firm.name == names[0])
    value = with_band(best.retention_12 if yearly else best.churn, words)
    figure = words("answer.yearly" if yearly else "answer.monthly", value=value)
    holding = _holding(best, words)
    if len(found.firms) == 1:
        return words("answer.of_its", figure=figure, holding=holding)
    if len(names) > 1:
        told = {"names": words.joined(names), "name": best.name}
        return words("answer.level_keeping", **told, figure=figure, holding=holding)
    counted = hedge(times, found, words)
    return words("answer.keeps_best", name=best.name, figure=figure, hedge=counted, holding=holding)


def _holding(firm: FirmSummary, words: Words) -> str:
    worth, sources = firm.stickiness_money.mean, firm.reservoirs.largest()
    if not math.isfinite(worth):
        return words("answer.not_measured")
    most = words.joined([words(f"answer.{name}") for name in sources])
    if worth < 0:
        return words("answer.negative", worth=words.percent(worth))
    if worth < _LITTLE or not sources:
        largest = words("answer.largest", most=most) if sources else ""
        return words("answer.little", worth=words.percent(worth), largest=largest)
    size, total = getattr(firm.reservoirs, sources[0]).mean, firm.reservoirs.total
    return words(
        # the first: something else speaks against the firm
        "answer.holds_against" if size > total else "answer.holds",
        most=most,
        size=size,
        each=words("answer.each") if len(sources) > 1 else "",
        total=total,
        worth=words.percent(worth),
    )


def _shift(found: Summary, words: Words) -> str:
    """How the reservoirs of all customers changed from the first year to the last."""
    first, last = found.first_year, found.last_year
    if first is None or last is None:
        return words("answer.too_short", months=words.counted(found.months, "month"))
    if not (math.isfinite(first.total) and math.isfinite(last.total)):
        return words("answer.not_comparable")
    size = words("answer.size", first=first.total, last=last.total)
    before, after = first.largest(), last.largest()
    if not before or not after:
        return words("answer.shift", size=size)
    old, new = (
        words.joined([words(f"answer.{name}") for name in names]) for names in (before, after)
    )
    if before == after:
        return words("answer.shift_same", size=size, new=new)
    mark, gone = after[0], before[0]
    times = sum(
        a - b > 0
        for a, b in zip(getattr(last, mark).values, getattr(last, gone).values, strict=True)
    )
    counted = hedge(times, found, words)
    return words("answer.shift_other", size=size, old=old, new=new, hedge=counted)


def comings_and_goings(found: Summary, words: Words = _ENGLISH) -> list[str]:
    """A sentence for each firm that came later or closed."""
    told = []
    for firm in found.firms:
        months = [month for month in firm.closed.values if math.isfinite(month)]
        parts = [words("answer.entered", month=firm.entered)] if firm.entered > 0 else []
        if months:
            counted = hedge(len(months), found, words)
            first, last = min(months), max(months)
            if first < last:
                parts.append(words("answer.closed_between", first=first, last=last, hedge=counted))
            else:
                parts.append(words("answer.closed", month=first, hedge=counted))
        if parts:
            what = parts[0]
            if len(parts) > 1:
                what = words("answer.entered_and_closed", entered=parts[0], closed=parts[1])
            told.append(words("answer.move", name=firm.name, what=what))
    return told


def hedge(times: int, found: Summary, words: Words = _ENGLISH) -> str:
    """In how many replications something holds; an empty text for a single one."""
    if found.replications == 1:
        return ""
    return words("answer.hedge", times=times, count=found.replications)


def with_band(value: Measured, words: Words = _ENGLISH) -> str:
    """A share with the 10–90 % band over replications, where there are several."""
    if len(value.values) == 1:
        return words.percent(value.mean)
    low, high = (written(100 * value.quantile(part), ".1f") for part in (0.1, 0.9))
    return words("answer.band", value=words.percent(value.mean), low=low, high=high)


# -- the terminal --------------------------------------------------------------------------------


class _Column(NamedTuple):
    """A column of the table: a measure, its heading, its width and how its numbers read."""

    name: str
    head: str
    width: int
    mean: str
    end: str
    scale: float = 1.0


_COLUMNS = (
    _Column("start_share", "share_start", 8, ".1f", ".0f", 100),
    _Column("final_share", "share_end", 8, ".1f", ".0f", 100),
    _Column("retention_12", "kept_year", 8, ".1f", ".0f", 100),
    _Column("churn", "lost_month", 9, ".1f", ".1f", 100),
    _Column("stickiness_money", "sticky", 12, ".1f", ".0f", 100),
    _Column("satisfaction", "satisfaction", 13, ".2f", ".1f"),
    _Column("nps", "score", 8, ".0f", ".0f"),
    _Column("profit", "profit", 10, ".1f", ".0f"),
)
_NAME, _WIDTHS = 24, [column.width for column in _COLUMNS]


def as_table(found: Summary, words: Words = _ENGLISH) -> str:
    """A table of at most 100 columns: two lines a firm, means above the 10–90 % bands.

    Japanese characters count as two columns, as terminals show them.
    """
    heads = [wrapped(words(f"report.{c.head}"), c.width - 1) for c in _COLUMNS]
    upper, lower = [head[0] if head[1:] else "" for head in heads], [head[-1] for head in heads]
    lines = [cut_to(found.title, WIDTH), _line("", upper), _line(words("evidence.firm"), lower)]
    for firm in found.firms:
        values: list[Measured] = [getattr(firm, column.name) for column in _COLUMNS]
        pairs = list(zip(values, _COLUMNS, strict=True))
        lines.append(_line(firm.name, [_mean(value, column, words) for value, column in pairs]))
        bands = [_band(value, column) for value, column in pairs]
        lines.append(_line(f"  {firm.discipline}", bands if found.replications > 1 else []))
    if found.replications > 1:
        lines.append(words("answer.means", count=found.replications))
    if found.firms:
        lines.append(windows(found.months, words))
    lines += [cut_to(sentence, WIDTH) for sentence in comings_and_goings(found, words)]
    return "\n".join(lines)


def _mean(value: Measured, column: _Column, words: Words) -> str:
    if column.name == "profit":
        return compact(value.mean, column.mean)
    return words.percent(value.mean) if column.scale > 1 else written(value.mean, column.mean)


def _band(value: Measured, column: _Column) -> str:
    ends = [column.scale * value.quantile(part) for part in (0.1, 0.9)]
    if not math.isfinite(ends[0]):
        return ""
    shown = compact if column.name == "profit" else written
    return "..".join(shown(end, column.end) for end in ends)


def _line(name: str, cells: Sequence[str]) -> str:
    return table_line(name, cells, _NAME, _WIDTHS)


# -- programs ------------------------------------------------------------------------------------

_MEASURES = {
    "final_share": "market_share",
    **{name: name for name in ("retention_12", "churn", "joining", "stickiness_money")},
    **{name: name for name in ("satisfaction", "nps", "profit")},
    "reservoirs": "stickiness",
}
"""What the numbers of a firm are figures of."""


def as_json(found: Summary, words: Words = _ENGLISH) -> dict[str, object]:
    """The summary as plain values; a number is its mean and, if replicated, its 10–90 % band."""
    years = (found.first_year, found.last_year)
    first, last = (None if year is None else _plain(year) for year in years)
    return {
        "title": found.title,
        "months": found.months,
        "replications": found.replications,
        "firms": [_plain(firm) for firm in found.firms],
        "first_year": first,
        "last_year": last,
        "figures": {field: window(name, found.months, words) for field, name in _MEASURES.items()},
        "words": in_words(found, words),
    }


def _plain(part: FirmSummary | Reservoirs) -> dict[str, object]:
    told: dict[str, object] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Measured):
            single = len(value.values) == 1
            low, high = (None if single else value.quantile(end) for end in (0.1, 0.9))
            told[field.name] = plain({"mean": value.mean, "low": low, "high": high})
        else:
            told[field.name] = _plain(value) if isinstance(value, Reservoirs) else value
    return told
