"""What a panel says: what is in the files, what levers do, and where naive analyses go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsunagari.experiments.telling.names import name_of
from tsunagari.experiments.words import Words, spoken
from tsunagari.experiments.words.numbers import UNDEFINED, compact, plain, readable, signed, written
from tsunagari.experiments.words.terminal import table_line, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.panel.naive import Estimate
    from tsunagari.experiments.panel.panel import Panel, Score
    from tsunagari.experiments.runs.statistics import Interval

_SHOWN = ("churn", "joins", "customers", "contribution", "profit", "nps")
_NAME, _CELL = 22, 13
_LARGE = 1000  # from here on too many digits for a cell
_SHARES = ("churn",)
_KEYS = {"nps": "answer", "last click": "last_click", "lifetime": "lifetime"}


def as_text(found: Panel, words: Words | None = None) -> str:
    """What the command prints, at most 100 columns wide."""
    words = words or Words.of(found.plan)
    blocks = ["\n".join(wrapped(words_of_files(found, words)))]
    rows = lever_rows(found, words)
    if rows:
        months = max(found.truth["months"][row] for row in _levers(found))
        head = words("panel.levers", months=words.counted(int(months), "month"))
        sizes = (_CELL,) * len(_SHOWN)
        lines = [table_line(row[0], row[1:], _NAME, sizes) for row in rows]
        blocks.append("\n".join([*wrapped(head), *lines]))
    if found.unmoved:
        blocks.append("\n".join(wrapped(words("panel.unmoved", names=words.joined(found.unmoved)))))
    told = ["\n".join(wrapped(text)) for text in in_words(found, words)]
    return "\n\n".join([*blocks, *told])


def words_of_files(found: Panel, words: Words) -> str:
    """Whose files these are, on whom, and how much is in them."""
    people = found.plan.market.customers
    tables = found.tables
    known = len(set(tables["customers"]["person"]))
    counts = {name: len(next(iter(table.values()))) for name, table in tables.items()}
    rows = words.joined([words("panel.rows", table=name, count=count)
                         for name, count in counts.items()])  # fmt: skip
    return words(
        "panel.files", firm=found.firm, sample=min(found.sample, people), people=people,
        first=found.first, last=found.plan.market.months, known=known, rows=rows,
    )  # fmt: skip


def _levers(found: Panel) -> list[int]:
    return [row for row, about in enumerate(found.truth["about"]) if about == "lever"]


def lever_rows(found: Panel, words: Words) -> list[list[str]]:
    """A head, and a row for each lever: what it changes within the longest horizon, ± 95 %."""
    rows = _levers(found)
    if not rows:
        return []
    truth, longest = found.truth, max(found.truth["months"][row] for row in rows)
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        if truth["months"][row] == longest:
            lever = cells.setdefault((truth["name"][row], truth["change"][row]), {})
            lever[truth["outcome"][row]] = _effect(found, row)
    head = [words("panel.lever"), *(_called(name, words) for name in _SHOWN)]
    told = [[f"{key} {change}", *(each[name] for name in _SHOWN)]
            for (key, change), each in cells.items()]  # fmt: skip
    return [head, *told]


def _called(outcome: str, words: Words) -> str:
    if outcome == "contribution":
        return words("panel.contribution")
    # The name of this one is too long for a head; as a column it is called so.
    return outcome if outcome == "nps" else name_of(outcome, words)


def _effect(found: Panel, row: int) -> str:
    truth = found.truth
    scale = 100.0 if truth["outcome"][row] in _SHARES else 1.0
    mean, half = scale * truth["mean"][row], scale * (truth["high"][row] - truth["low"][row]) / 2
    told = _short(mean)
    return told if half != half else f"{told} ±{_short(half).lstrip('+')}"


def _short(value: float) -> str:
    """Two digits that say something, with a sign."""
    size = abs(value)
    if size >= _LARGE:
        return compact(value, "+.2g", language=spoken())
    return written(value, "+.2f" if size < 1 else "+.1f" if size < 10 else "+,.0f")


def in_words(found: Panel, words: Words) -> list[str]:
    """A sentence for each naive analysis."""
    return [_analysis(found, one, words) for one in found.estimates]


def _analysis(found: Panel, one: Estimate, words: Words) -> str:
    score = found.scored(one)
    if score.estimate.mean != score.estimate.mean:
        return words(f"panel.no_{_KEYS[one.analysis]}")
    told = {
        "found": _amount(one, score.estimate, words),
        "true": _amount(one, score.truth, words),
        "count": one.count,
        "verdict": _verdict(score, words),
        "follow": words.counted(int(found.truth["months"][-1]), "month"),
    }
    key = f"{_KEYS[one.analysis]}_{one.name}" if one.analysis != "nps" else "answer"
    return words(f"panel.{key}", **told)


def _amount(one: Estimate, told: Interval, words: Words) -> str:
    """A number and its interval, in what the analysis is counted in."""

    def number(value: float) -> str:
        match one.analysis:
            case "nps":
                return signed(100 * value)
            case "last click":
                return words.percent(value)
            case _:
                return words.money(readable(value))

    if told.low != told.low:
        return number(told.mean)
    ends = words("common.to", low=number(told.low), high=number(told.high))
    return words("common.in_brackets", text=number(told.mean), more=ends)


def _verdict(score: Score, words: Words) -> str:
    if score.covers is None:
        return words("panel.untold")
    ratio = UNDEFINED if score.ratio != score.ratio else written(score.ratio, ".2f")
    return words("panel.covers" if score.covers else "panel.misses", ratio=ratio)


def as_json(found: Panel) -> dict[str, Any]:
    """The same as plain values."""

    def rows(table: Any) -> list[dict[str, Any]]:
        columns = [list(column) for column in table.values()]
        return [plain(dict(zip(table, row, strict=True))) for row in zip(*columns, strict=True)]

    return {
        "firm": found.firm,
        "months": [found.first, found.plan.market.months],
        "people": [min(found.sample, found.plan.market.customers), found.plan.market.customers],
        "records": plain(found.records),
        "unmoved": list(found.unmoved),
        "rows": {name: len(next(iter(table.values()))) for name, table in found.tables.items()},
        "truth": rows(found.truth),
        "naive": rows(found.naive),
    }
