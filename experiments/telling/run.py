"""What came out of a run and of its scenario's claims: in words, as a table, for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

from tsunagari.experiments.runs.cube import window, windows
from tsunagari.experiments.runs.statistics import deviations_apart
from tsunagari.experiments.runs.summary import (
    Extreme,
    FirmSummary,
    Measured,
    Reservoirs,
    Summary,
    extreme,
)
from tsunagari.experiments.studies.claims import claims_table, counts
from tsunagari.experiments.telling.names import Amounts, is_scaled, name_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import compact, plain, readable, signed, written
from tsunagari.experiments.words.terminal import (
    WIDTH,
    columns_of,
    cut_to,
    head_lines,
    screen,
    table_line,
    wrapped,
)
from tsunagari.sim.measures import MEASURES, is_share

if TYPE_CHECKING:
    from tsunagari.experiments.studies.claims import JudgedClaim

_LITTLE = 0.05
"""Stickiness below this part of the bill is not what holds customers."""
_LEVEL = 0.0005
"""Shares that differ by less, half of the last digit shown, are called equal."""
_ENGLISH = Words("en")


def in_words(found: Summary, words: Words = _ENGLISH, members: int = 0) -> str:
    """Two to five sentences: who leads and how, who keeps customers and by what, what changed."""
    return words.together(sentences(found, words, members))


def sentences(found: Summary, words: Words = _ENGLISH, members: int = 0) -> list[str]:
    """These sentences one by one: the first two are the answer, the others follow from it.

    Args:
        found: What came out.
        words: The language.
        members: How many markets the data allow, where replications take turns among them.
    """
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
    if members > 1:
        told.append(_apart(found, members, words))
    return told


def _apart(found: Summary, members: int, words: Words) -> str:
    """How much of what varies is not known, and how much is luck."""
    told = []
    for firm in found.firms:
        parts = deviations_apart(firm.final_share.values, members)
        if parts is not None:
            knowledge, luck = (written(100.0 * part, ".1f") for part in parts)
            told.append(words("answer.apart", firm=firm.name, knowledge=knowledge, luck=luck))
    if not told:
        return words("answer.apart_unknown", option=f"--replications {2 * members}")
    return words("answer.told_apart", firms=words.joined(told))


def _leading(found: Summary, words: Words) -> str:
    """Who is largest in the end, and whether by winning or by keeping customers."""
    largest = _extreme(found, "final_share")
    if largest is None or largest.value.mean <= 0:
        return words("answer.nobody")
    first = next(firm for firm in found.firms if firm.name == largest.name)
    share = with_band(first.final_share, words)
    if len(found.firms) == 1:
        return words("answer.only", name=first.name, share=share)
    if largest.level:
        names = words.joined([largest.name, *largest.level])
        return words("answer.level", names=names, share=share)
    start = first.start_share.mean
    is_known = math.isfinite(start)
    return words(
        "answer.leading",
        name=first.name,
        share=share,
        before=words("answer.before", start=words.percent(start)) if is_known else "",
        hedge=hedge(largest.times, found, words),
        how=_how(first, found, words),
    )


def _how(firm: FirmSummary, found: Summary, words: Words) -> str:
    """Whether the leader won more or lost fewer than the others, for its size."""
    rates = (firm.joining, firm.joining_elsewhere, firm.churn, firm.churn_elsewhere)
    if not all(math.isfinite(rate.mean) for rate in rates):
        return ""
    won, won_elsewhere, lost, lost_elsewhere = (round(100 * rate.mean, 2) for rate in rates)
    ahead = _extreme(found, "start_share")
    is_ahead = ahead is not None and ahead.name == firm.name and not ahead.level
    way = "stayed" if is_ahead else "came"
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
    yearly = _extreme(found, "retention_12")
    ahead = yearly or _extreme(found, "churn", most=False)
    if ahead is None:
        return words("answer.none_kept")
    best = next(firm for firm in found.firms if firm.name == ahead.name)
    value = with_band(ahead.value, words)
    figure = words("answer.yearly" if yearly else "answer.monthly", value=value)
    holding = _holding(best, words)
    if len(found.firms) == 1:
        return words("answer.of_its", figure=figure, holding=holding)
    if ahead.level:
        told = {"names": words.joined([best.name, *ahead.level]), "name": best.name}
        return words("answer.level_keeping", **told, figure=figure, holding=holding)
    counted = hedge(ahead.times, found, words)
    return words("answer.keeps_best", name=best.name, figure=figure, hedge=counted, holding=holding)


def _extreme(found: Summary, field: str, *, most: bool = True) -> Extreme | None:
    values = {firm.name: getattr(firm, field) for firm in found.firms}
    return extreme(values, most=most, level=_LEVEL)


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
    return banded(value, words, words.percent, lambda end: written(100 * end, ".1f"))


def banded(
    value: Measured,
    words: Words,
    told: Callable[[float], str],
    end: Callable[[float], str] | None = None,
) -> str:
    """A figure with the 10–90 % band over replications, where there are several.

    Args:
        value: The figure.
        words: The reader's language.
        told: How it is written.
        end: How the ends of the band are; likewise if None.
    """
    text = told(value.mean)
    if len(value.values) == 1:
        return text
    low, high = ((end or told)(value.quantile(part)) for part in (0.1, 0.9))
    return words("answer.band", value=text, low=low, high=high)


# -- the terminal --------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of the key figures, in the terminal and in a report.

    Attributes:
        field: Of a firm's summary.
        measure: What it is a figure of.
        head: Its heading, in the theme ``report``.
        end: How the ends of a band read there, as ``format`` has it.
        digits: In a report, after the point.
    """

    field: str
    measure: str
    head: str
    end: str
    digits: int = 1

    @property
    def is_share(self) -> bool:
        """Whether it is shown in per cent."""
        return is_share(self.measure)


COLUMNS = (
    Column("start_share", "market_share", "share_start", ".0f"),
    Column("final_share", "market_share", "share_end", ".0f"),
    Column("retention_12", "retention_12", "kept_year", ".0f"),
    Column("churn", "churn", "lost_month", ".1f", digits=2),
    Column("stickiness_money", "stickiness_money", "sticky", ".0f"),
    Column("satisfaction", "satisfaction", "satisfaction", ".1f", digits=2),
    Column("nps", "nps", "score", ".0f", digits=0),
    Column("profit", "profit", "profit", ".0f", digits=0),
)
"""The key figures of a firm."""
_NAME = 24
_FIRST_TO_GO = ("start_share", "satisfaction", "nps", "churn")
"""What a narrow terminal has no room for, in this order; the sentences and the files have it."""


def as_table(found: Summary, words: Words = _ENGLISH) -> str:
    """A table that fits the screen: two lines a firm, means above the 10–90 % bands.

    Japanese characters count as two columns, as terminals show them.
    """
    told: dict[Column, list[str]] = {
        column: [
            text
            for firm in found.firms
            for text in (
                _mean(getattr(firm, column.field), column, words),
                _band(getattr(firm, column.field), column) if found.replications > 1 else "",
            )
        ]
        for column in COLUMNS
    }
    room = {column: max(map(columns_of, cells), default=0) for column, cells in told.items()}
    heads = {column: head_lines(head_of(column, words), room[column]) for column in COLUMNS}
    for gap in (2, 1):
        widths = {c: max(room[c] + gap, *(columns_of(h) + 1 for h in heads[c])) for c in COLUMNS}
        if _NAME + sum(widths.values()) <= screen():
            break
    for field in _FIRST_TO_GO:
        if _NAME + sum(widths.values()) > screen():
            widths = {column: width for column, width in widths.items() if column.field != field}
    high = max(len(heads[column]) for column in widths)
    above = {column: [""] * (high - len(lines)) + lines for column, lines in heads.items()}

    def line(name: str, cells: Mapping[Column, Sequence[str]], row: int) -> str:
        shown = [cells[column][row] for column in widths]
        return table_line(name, shown, _NAME, list(widths.values()))

    lines = [cut_to(found.title, screen()), *(line("", above, row) for row in range(high - 1))]
    lines.append(line(words("evidence.firm"), above, high - 1))
    for place, firm in enumerate(found.firms):
        lines.append(line(firm.name, told, 2 * place))
        below = "" if firm.discipline == "none" else f"  {firm.discipline}"
        lines += filter(None, [line(below, told, 2 * place + 1)])
    left_out = [head_of(column, words) for column in COLUMNS if column not in widths]
    if left_out:
        lines += wrapped(words("answer.narrow", heads=words.joined(left_out)))
    if found.replications > 1:
        lines.append(words("answer.means", count=found.replications))
    if found.firms:
        lines += wrapped(windows(found.months, words))
    lines += [cut_to(sentence, WIDTH) for sentence in comings_and_goings(found, words)]
    return "\n".join(lines)


def head_of(column: Column, words: Words) -> str:
    """The heading of a key figure, with the currency of money."""
    head = words(f"report.{column.head}")
    if not (words.currency and MEASURES[column.measure].unit.is_money):
        return head
    return words("common.comma").join([head, words.currency])


def _mean(value: Measured, column: Column, words: Words) -> str:
    if column.field == "profit":
        return compact(value.mean, ".1f", language=words.language)
    if column.is_share:
        return words.percent(value.mean)
    return written(value.mean, f".{column.digits}f")


def _band(value: Measured, column: Column) -> str:
    scale = 100.0 if column.is_share else 1.0
    ends = [scale * value.quantile(part) for part in (0.1, 0.9)]
    if not math.isfinite(ends[0]):
        return ""
    shown = compact if column.field == "profit" else written
    return "..".join(shown(end, column.end) for end in ends)


# -- programs ------------------------------------------------------------------------------------

_MEASURES = {
    **{column.field: column.measure for column in COLUMNS if column.field != "start_share"},
    "joining": "joining",
    "reservoirs": "stickiness",
}
"""What the numbers of a firm are figures of."""


def as_json(found: Summary, words: Words = _ENGLISH, members: int = 0) -> dict[str, object]:
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
        "words": in_words(found, words, members),
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


# -- claims --------------------------------------------------------------------------------------


def claims_in_words(judged: Sequence[JudgedClaim], words: Words = _ENGLISH) -> str:
    """A paragraph a claim: the verdict, the claim, its source and the figures."""
    lines = [words("claims.head")]
    for found in judged:
        claim = found.claim
        text = words(
            "claims.claim",
            verdict=verdict_in_words(found, words),
            say=claim.say.rstrip("."),
            source=claim.source,
            figures=figures_of(found, words),
        )
        remark = claim.remark if claim.remark and is_remarked(found) else ""
        lines += wrapped(words.together([text, remark]), first="- ", rest="  ")
    return "\n".join([*lines, *wrapped(counted_in_words(judged, words))])


def counted_in_words(judged: Sequence[JudgedClaim], words: Words = _ENGLISH) -> str:
    """How many claims came true: of mechanisms that prove themselves, and of consequences."""
    return words.together(
        [
            words(
                f"claims.of_{kind or 'unsaid'}",
                count=sum(tally.values()),
                true=tally["came true"],
                false=tally["did not come true"],
                untold=tally["cannot be told"],
            )
            for kind, tally in counts(judged).items()
        ]
    )


def is_remarked(found: JudgedClaim) -> bool:
    """Whether the author's remark is told, which says why a claim does not come true."""
    return found.replications > 1 and found.verdict != "came true"


def verdict_in_words(found: JudgedClaim, words: Words) -> str:
    """The verdict; one that cannot be told says from how many replications."""
    if found.verdict != "cannot be told":
        return words(f"claims.{found.verdict.replace(' ', '_')}")
    if found.is_same:
        return words("claims.same")
    return words("claims.untold", runs=words.counted(found.replications, "replication"))


def figures_of(found: JudgedClaim, words: Words) -> str:
    """Whose measure, with and without the idea, and by how much they differ."""
    claim = found.claim
    key = "claims.place_market" if claim.firm is None else "claims.place"
    measure = name_of(claim.measure, words)
    place = words(key, measure=measure, firm=claim.firm, month=found.month)
    if found.pairs == 0:
        return words("claims.undefined", place=place, missing=_missing(found, words))
    return words(
        "claims.one_history" if found.replications == 1 else "claims.both",
        place=place,
        mean=_of_claim(found, found.mean, words),
        without=_of_claim(found, found.mean_without, words),
        difference=difference_of(found, words),
    )


def _of_claim(found: JudgedClaim, value: float, words: Words) -> str:
    measure = found.claim.measure
    return Amounts(measure, words).value(value) if is_scaled(measure, words) else readable(value)


def difference_of(found: JudgedClaim, words: Words = _ENGLISH) -> str:
    """The paired difference, its interval where there is one, and how many pairs if not all."""
    interval = found.difference
    if found.pairs == 0:
        return _missing(found, words)
    measure = found.claim.measure
    told = Amounts(measure, words).change if is_scaled(measure, words) else signed
    text = told(interval.mean)
    if math.isfinite(interval.low):
        ends = words("common.to", low=told(interval.low), high=told(interval.high))
        text = words("common.in_brackets", text=text, more=ends)
    if found.pairs == found.replications:
        return text
    counts = {"pairs": found.pairs, "count": found.replications}
    return words("claims.in_pairs", text=text, **counts, missing=_missing(found, words))


def _missing(found: JudgedClaim, words: Words) -> str:
    """In how many replications the measure is there, as firms close."""
    there, without = found.defined
    what = words(
        "claims.firm_is_there" if found.claim.firm else "claims.defined", firm=found.claim.firm
    )
    counts = {"there": there, "count": found.replications, "without": without}
    return words("claims.missing", what=what, **counts)


def claims_as_json(judged: Sequence[JudgedClaim]) -> list[dict[str, Any]]:
    """A mapping a claim; what is undefined is None."""
    columns = plain(claims_table(judged))
    return [{name: values[row] for name, values in columns.items()} for row in range(len(judged))]
