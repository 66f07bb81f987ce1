"""An explanation in words, for terminal, JSON and report: all of it is told from the tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tsunagari.agents.firm.offer import HOLDS
from tsunagari.experiments.explain.asking import ENDS, Row, by_firm, rows_of
from tsunagari.experiments.explain.connection import FROZEN, REACTING, highest
from tsunagari.experiments.explain.explanation import TABLES
from tsunagari.experiments.explain.retention import FEEDBACK, OFFER, REPLAYED
from tsunagari.experiments.explain.word_of_mouth import EVERYBODY, PARTS, TOTAL, turns
from tsunagari.experiments.runs.given import PRICES
from tsunagari.experiments.telling.names import told_in
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import large, plain, written
from tsunagari.experiments.words.terminal import columns_of, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.explain.connection import Connection
    from tsunagari.experiments.explain.explanation import Explanation

HEADINGS = dict(zip(TABLES, ("retention_parts", "word_of_mouth", "connection_part"), strict=True))
"""What the texts are headed, in the theme ``explaining``."""

_ENGLISH = Words("en")
_WORTH_NAMING = 0.005  # half a percentage point, where there is no interval


def in_words(found: Explanation, words: Words | None = None) -> dict[str, str]:
    """What was found, in lines of sentences, by the name of the table."""
    words = words or Words.of(found.plan)
    rows = {name: rows_of(table) for name, table in found.tables.items()}
    told: dict[str, list[str]] = {}
    if found.retention_parts is not None:
        parts = rows["retention_parts"]
        told["retention_parts"] = [
            *retention(parts, words).values(),
            feedback(parts, found.retention_parts.prices, words),
        ]
    if found.word_of_mouth is not None:
        longer = rows.get("word_of_mouth_longer", ())
        told["word_of_mouth"] = list(word_of_mouth(rows["word_of_mouth"], longer, words).values())
        if found.word_of_mouth.replications == 1:
            told["word_of_mouth"].append(words("explaining.mouth_one_pair"))
    if found.connection is not None:
        longer = rows.get("connection_longer", ())
        told["connection"] = [
            *connection(rows["connection"], longer, words).values(),
            *_silent(found.connection, words),
        ]
    return {name: "\n".join(lines) for name, lines in told.items()}


def as_text(found: Explanation, width: int, words: Words | None = None) -> str:
    """All sentences under their headings, in lines of at most so many columns."""
    words = words or Words.of(found.plan)
    choice = dict(zip(("one", "other"), PRICES, strict=True))
    prices = words(f"explaining.told_{found.prices.replace('-', '_')}")
    sections = [words("explaining.prices", prices=prices, option="--prices", **choice)]
    for name, text in in_words(found, words).items():
        heading = words(f"explaining.{HEADINGS[name]}")
        lines = [line for sentence in text.splitlines() for line in wrapped(sentence, width)]
        sections.append("\n".join([heading, "-" * columns_of(heading), *lines]))
    return "\n\n".join(sections)


def as_json(found: Explanation) -> dict[str, object]:
    """Rows of all tables and all sentences, as plain values; undefined is None."""
    rows = {name: plain(rows_of(table)) for name, table in found.tables.items()}
    head = {"title": found.plan.title, "prices": found.prices, **told_in(found.plan)}
    return {**head, **rows, "words": in_words(found)}


# -- what holds customers ------------------------------------------------------------------------


def retention(rows: Sequence[Row], words: Words) -> dict[str, str]:
    """By firm what holds its customers, all firms' policies replayed.

    A part is named if its interval does not hold zero; without an interval (a single replication)
    if it is at least half a percentage point.
    """
    return {firm: _kept(firm, parts, words) for firm, parts in by_firm(rows, REPLAYED).items()}


def _kept(firm: str, parts: Mapping[str, Row], words: Words) -> str:
    total = parts[TOTAL]
    if not math.isfinite(total["value"]):
        return words("explaining.no_customers", firm=firm, month=total["month"])
    holds = sorted((parts[hold] for hold in HOLDS), key=lambda row: -abs(row["value"]))
    named = [row for row in holds if _counts(row)]
    text = "" if named else words("explaining.holding_none")
    for key, sign in (("holding", 1), ("against", -1)):
        told = [
            words("explaining.amount", name=part_name(row, words), value=_points(row["value"]))
            for row in named
            if sign * row["value"] > 0
        ]
        text += words(f"explaining.{key}", parts=words.joined(told)) if told else ""
    return words(
        "explaining.retention", firm=firm, month=total["month"],
        months=words.counted(total["months"], "month"),
        total=_around(total, "value", words, words.percent, _points),
        holding=text, offer=_points(parts[OFFER]["value"]),
    )  # fmt: skip


def _counts(row: Row) -> bool:
    if math.isfinite(row["low"]):
        return bool(row["low"] > 0.0 or row["high"] < 0.0)
    return bool(abs(row["value"]) >= _WORTH_NAMING)


def feedback(rows: Sequence[Row], prices: str, words: Words) -> str:
    """The most that letting firms answer changes about any part."""
    parts = [row for row in rows if row["method"] == FEEDBACK and row["part"] in HOLDS]
    asked = {"prices": words(f"explaining.mouth_prices_{_key(prices)}")}
    asked["months"] = words.counted(rows[-1]["months"], "month")
    most = max(parts, key=lambda row: abs(row["value"]) if row["value"] else -1.0)
    if not abs(most["value"]) > 0.0:
        return words("explaining.feedback_none", **asked)
    points = written(100 * abs(most["value"]), ".2f")
    part = part_name(most, words)
    return words("explaining.feedback", **asked, points=points, part=part, firm=most["firm"])


# -- what word of mouth is worth -----------------------------------------------------------------


def word_of_mouth(rows: Sequence[Row], longer: Sequence[Row], words: Words) -> dict[str, str]:
    """What it is worth to all firms together and to each; on both horizons if a sign may turn."""
    first, further = by_firm(rows), by_firm(longer)
    told = {}
    for firm in sorted(first, key=lambda name: name != EVERYBODY):
        parts = [_heard(firm, first[firm], words)]
        if turns(first[firm][TOTAL]) and firm in further:
            parts.append(_heard(firm, further[firm], words))
        told[firm] = words.together(parts)
    return told


def _heard(firm: str, parts: Mapping[str, Row], words: Words) -> str:
    """What it is worth to a firm within a horizon, and whether the sign may not last."""
    total, name = parts[TOTAL], firm or words("explaining.all_firms")
    months = words.counted(int(total["months"]), "month")
    if all(row["value"] == 0.0 for row in parts.values()):
        return words("explaining.mouth_nothing", firm=name, months=months)
    before, is_sure = total["without_word_of_mouth"], not total["low"] <= 0.0 <= total["high"]
    largest = sorted((parts[part] for part in PARTS), key=lambda row: -abs(row["value"]))[:3]
    amounts = [
        words(
            "explaining.amount", name=part_name(row, words), value=_more(words)(row["per_customer"])
        )
        for row in largest
        if row["value"] != 0.0
    ]
    share = words.percent(total["value"] / before) if before > 0 else ""
    told = words(
        "explaining.mouth", firm=name, months=months, amount=money(total, words),
        prices=words(f"explaining.mouth_prices_{_key(total['prices'])}"),
        money="" if firm else words("explaining.mouth_money"),
        share=words("explaining.mouth_share", share=share) if share else "",
        chance="" if is_sure else words("explaining.mouth_chance"),
        parts=words("explaining.mouth_parts", parts=words.joined(amounts)),
    )  # fmt: skip
    if not turns(total):
        return told
    turn = words(
        "explaining.mouth_turns", firm=name, amount=_around(total, "last", words, _more(words)),
        last=words.counted(int(total["last_months"]), "month"), end=int(total["months"]),
    )  # fmt: skip
    return words.together([told, turn])


# -- what a connection is worth at the margin ----------------------------------------------------


def connection(rows: Sequence[Row], longer: Sequence[Row], words: Words) -> dict[str, str]:
    """By firm what spending more on its customers brings, each verdict with its horizon.

    Args:
        rows: Of the table.
        longer: Those of the second horizon, of the firms that have one.
        words: The reader's language.
    """
    told = {}
    for firm in dict.fromkeys(str(row["firm"]) for row in rows):
        steps = _steps(rows, firm, REACTING)
        first = steps[0]
        lever = words(f"explaining.{first['lever']}")
        if first["verdict"] == "costs nothing":
            told[firm] = words("explaining.connection_free", firm=firm, lever=lever)
            continue
        prices = words(f"explaining.prices_{_key(first['prices'])}")
        asked = {"firm": firm, "lever": lever, "month": first["month"], "prices": prices}
        parts = [
            words("explaining.connection", **asked),
            *_horizon(steps, _steps(rows, firm, FROZEN), words),
        ]
        if first["rising"]:
            parts.append(words("explaining.rising", end=_end(first)))
        further = _steps(longer, firm, REACTING)
        if further:
            parts += _horizon(further, _steps(longer, firm, FROZEN), words)
            key = "explaining.rising_still" if further[0]["rising"] else "explaining.rests"
            parts.append(words(key, end=_end(further[0])))
        told[firm] = words.together(parts)
    return told


def _silent(found: Connection, words: Words) -> list[str]:
    """Why there is nothing to say of some firms."""
    most = f"{highest(found.lever):g}"
    lever = words(f"explaining.{found.lever}")
    return [
        words("explaining.silent_nobody", firm=firm, month=found.month)
        if own is None
        else words("explaining.silent_most", firm=firm, lever=lever, own=f"{own:g}", most=most)
        for firm, own in found.silent.items()
    ]


def _steps(rows: Sequence[Row], firm: str, rivals: str) -> list[Row]:
    return [row for row in rows if row["firm"] == firm and row["rivals"] == rivals]


def _end(row: Row) -> int:
    """The last month of the horizon."""
    return int(row["month"] + row["months"] - 1)


def _horizon(steps: Sequence[Row], frozen: Sequence[Row], words: Words) -> list[str]:
    """What can be said at one horizon."""
    row, last = steps[0], steps[-1]
    key = _key(row["verdict"])
    if key == "cannot_be_told" and row["replications"] == 1:
        key = "one_history"
    stops = _around(row, "stops_paying", words, _amount(words))
    verdict = words(f"explaining.{key}", spent=_amount(words)(last["spent"]), stops=stops)
    months = words.counted(int(row["months"]), "month")
    told = [
        words("explaining.gain", months=months, end=_end(row), gain=gain(row, words),
              verdict=verdict)
    ]  # fmt: skip
    if row["replications"] > 1:
        names = ("replications", "never_pays", "pays_throughout", "crossings")
        counts = dict(zip(("count", "never", "throughout", "between"), names, strict=True))
        told.append(words("explaining.counts", **{k: int(row[name]) for k, name in counts.items()}))
    told.append(_average(row, months, words))
    if frozen and math.isfinite(frozen[0]["marginal"]):
        told.append(words("explaining.if_frozen", gain=gain(frozen[0], words), months=months))
    return told


def _average(row: Row, months: str, words: Words) -> str:
    """The average lifetime value, against what one more customer kept costs."""
    if not math.isfinite(row["clv"]):
        return ""
    clv, cost = _amount(words)(row["clv"]), "money_per_customer_kept"
    if not row["kept"] > 0:
        return words("explaining.average_none", clv=clv)
    if not math.isfinite(row[cost]):
        return words("explaining.average_untold", clv=clv)
    key = "average"
    if row[f"{cost}_high"] < row["clv"] and row["marginal_high"] < 1.0:
        key = "average_spend"
    if row[f"{cost}_low"] > row["clv"] and row["marginal_low"] > 1.0:
        key = "average_spare"
    around = _around(row, cost, words, _amount(words))
    return words(f"explaining.{key}", clv=clv, cost=around, months=months)


# -- numbers with their words --------------------------------------------------------------------


def part_name(row: Row, words: Words) -> str:
    """What a part of retention, or of the worth of word of mouth, is called."""
    part = row["part"]
    is_way = part == "retention"  # a theme has one retention: the sentence
    return words(f"explaining.{'retention_part' if is_way else _key(part)}")


def points(row: Row, words: Words) -> str:
    """A part of retention in percentage points, with its interval."""
    return _around(row, "value", words, _points)


def money(row: Row, words: Words) -> str:
    """A part of the worth of word of mouth per customer of the market, with its interval."""
    return _around(row, "per_customer", words, _more(words))


def gain(row: Row, words: Words) -> str:
    """The marginal gain of a step, with its interval."""
    return _around(row, "marginal", words, _gain)


def _around(row: Row, name: str, words: Words, form: Any, end_form: Any = None) -> str:
    """A value of a row with its interval, where it has one."""
    names = ("value", "low", "high") if name == "value" else [f"{name}{end}" for end in ENDS]
    value, low, high = (row[column] for column in names)
    if not math.isfinite(low):
        return str(form(value))
    low, high = ((end_form or form)(end) for end in (low, high))
    return words("comparing.with_interval", value=form(value), low=low, high=high)


def _points(value: float) -> str:
    return written(100 * value, ".1f")


def _change(value: float) -> str:
    return written(value, "+.3f")


def _gain(value: float) -> str:
    return written(value, ".2f")


def _amount(words: Words) -> Callable[[float], str]:
    """How money of a customer is written."""
    if not words.currency:
        return _gain
    return lambda value: words.money(large(value, words.language))


def _more(words: Words) -> Callable[[float], str]:
    """How a difference in it is."""
    if not words.currency:
        return _change
    return lambda value: f"{'+' if value > 0 else ''}{_amount(words)(value)}"


def _key(name: str) -> str:
    """A name of a table as the catalogue of texts has it."""
    return name.replace(",", "").replace(" ", "_").replace("-", "_")
