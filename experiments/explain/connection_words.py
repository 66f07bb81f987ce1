"""What a connection is worth at the margin, in a few sentences counted from the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.words import Words
from experiments.words.numbers import written

if TYPE_CHECKING:
    from experiments.explain.connection import Connection

type _Row = Mapping[str, Any]

_ENGLISH = Words("en")
_FROZEN, _REACTING = "frozen", "reacting"


def in_words(found: Connection) -> str:
    """A few sentences for each firm, on either horizon where there are two."""
    longer = rows_of(found.longer.table) if found.longer is not None else []
    told = sentences(rows_of(found.table), longer, _ENGLISH)
    lines = list(told.values())
    lines += [f"{firm}: nothing to say, {why}." for firm, why in found.silent.items()]
    return "\n".join(lines)


def rows_of(table: Mapping[str, Any]) -> list[_Row]:
    """The rows of a table."""
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


def sentences(rows: Sequence[_Row], longer: Sequence[_Row], words: Words) -> dict[str, str]:
    """By firm what spending more on its customers brings, each verdict with its horizon.

    Args:
        rows: Of the table.
        longer: Those of the second horizon, of the firms that have one.
        words: The reader's language.
    """
    told = {}
    for firm in dict.fromkeys(str(row["firm"]) for row in rows):
        steps = _steps(rows, firm, _REACTING)
        first = steps[0]
        lever = words(f"explaining.{first['lever']}")
        if first["verdict"] == "costs nothing":
            told[firm] = words("explaining.connection_free", firm=firm, lever=lever)
            continue
        prices = words(f"explaining.prices_{first['prices'].replace('-', '_')}")
        asked = {"firm": firm, "lever": lever, "month": first["month"], "prices": prices}
        parts = [
            words("explaining.connection", **asked),
            *_horizon(steps, _steps(rows, firm, _FROZEN), words),
        ]
        if first["rising"]:
            parts.append(words("explaining.rising", end=_end(first)))
        further = _steps(longer, firm, _REACTING)
        if further:
            parts += _horizon(further, _steps(longer, firm, _FROZEN), words)
            key = "explaining.rising_still" if further[0]["rising"] else "explaining.rests"
            parts.append(words(key, end=_end(further[0])))
        told[firm] = words.together(parts)
    return told


def _steps(rows: Sequence[_Row], firm: str, rivals: str) -> list[_Row]:
    return [row for row in rows if row["firm"] == firm and row["rivals"] == rivals]


def _end(row: _Row) -> int:
    """The last month of the horizon."""
    return int(row["month"] + row["months"] - 1)


def _horizon(steps: Sequence[_Row], frozen: Sequence[_Row], words: Words) -> list[str]:
    """What can be said at one horizon."""
    row, last = steps[0], steps[-1]
    key = row["verdict"].replace(" ", "_").replace(",", "")
    if key == "cannot_be_told" and row["replications"] == 1:
        key = "one_history"
    verdict = words(
        f"explaining.{key}",
        spent=f"{last['spent']:.2f}",
        stops=_range(row, "stops_paying", words),
    )
    horizon = words.counted(int(row["months"]), "month")
    told = [
        words("explaining.gain", months=horizon, end=_end(row),
              gain=_range(row, "marginal", words), verdict=verdict)
    ]  # fmt: skip
    if row["replications"] > 1:
        names = ("replications", "never_pays", "pays_throughout", "crossings")
        counts = dict(zip(("count", "never", "throughout", "between"), names, strict=True))
        told.append(words("explaining.counts", **{k: int(row[name]) for k, name in counts.items()}))
    told.append(_average(row, horizon, words))
    if frozen and math.isfinite(frozen[0]["marginal"]):
        gain = _range(frozen[0], "marginal", words)
        told.append(words("explaining.if_frozen", gain=gain, months=horizon))
    return told


def _average(row: _Row, months: str, words: Words) -> str:
    """The average lifetime value, against what one more customer kept costs."""
    if not math.isfinite(row["clv"]):
        return ""
    clv = f"{row['clv']:.2f}"
    if not row["kept"] > 0:
        return words("explaining.average_none", clv=clv)
    if not math.isfinite(row["money_per_customer_kept"]):
        return words("explaining.average_untold", clv=clv)
    key = "average"
    if row["money_per_customer_kept_high"] < row["clv"] and row["marginal_high"] < 1.0:
        key = "average_spend"
    if row["money_per_customer_kept_low"] > row["clv"] and row["marginal_low"] > 1.0:
        key = "average_spare"
    cost = _range(row, "money_per_customer_kept", words)
    return words(f"explaining.{key}", clv=clv, cost=cost, months=months)


def _range(row: _Row, name: str, words: Words) -> str:
    value, low, high = (written(row[f"{name}{end}"], ".2f") for end in ("", "_low", "_high"))
    if not math.isfinite(row[f"{name}_low"]):
        return value
    return words("comparing.with_interval", value=value, low=low, high=high)
