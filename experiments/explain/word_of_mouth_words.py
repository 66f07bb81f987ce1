"""What word of mouth is worth, in a few sentences counted from the table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from experiments.explain.ledger import PARTS
from experiments.explain.word_of_mouth import EVERYBODY, TOTAL
from experiments.words.numbers import written

if TYPE_CHECKING:
    from experiments.explain.word_of_mouth import WordOfMouth

_PARTS = {
    "acceleration": "customers who come sooner",
    "expansion": "customers who would not come at all",
    "retention": "how long customers stay and what they spend",
    "loss to rivals": "customers who would come if nobody talked",
}

type _Row = dict[str, float]


def in_words(found: WordOfMouth) -> str:
    """A sentence on the market and one for each firm."""
    rows = _rows(found)
    lines = [_market(found, rows[EVERYBODY])]
    lines += [_firm(name, found, rows[name]) for name in found.firms]
    if found.longer is not None:
        further = _rows(found.longer)
        turned = [firm for firm, total in totals(found).items() if turns(total)]
        if EVERYBODY in turned:
            lines.append(_market(found.longer, further[EVERYBODY]))
        lines += [_firm(name, found.longer, further[name]) for name in turned if name]
    if found.replications == 1:
        lines.append("These are one pair of markets: replications would tell how much is chance.")
    return "\n".join(lines)


def totals(found: WordOfMouth) -> dict[str, _Row]:
    """The rows of all totals, by firm."""
    return {firm: parts[TOTAL] for firm, parts in _rows(found).items()}


def _rows(found: WordOfMouth) -> dict[str, dict[str, _Row]]:
    """Numbers by firm and part."""
    table = found.table
    names = [name for name in table if name not in ("firm", "part", "prices")]
    rows: dict[str, dict[str, _Row]] = {}
    for place, (firm, part) in enumerate(zip(table["firm"], table["part"], strict=True)):
        rows.setdefault(firm, {})[part] = {name: float(table[name][place]) for name in names}
    return rows


def _market(found: WordOfMouth, rows: dict[str, _Row]) -> str:
    total = rows[TOTAL]
    if all(row["value"] == 0.0 for row in rows.values()):
        return (
            f"Within {found.months} months word of mouth is worth nothing here: without it, "
            "customers bring all firms together exactly the same."
        )
    without = total["without_word_of_mouth"]
    part = f" ({_percent(total['value'] / without)} of what it is without)" if without > 0 else ""
    return (
        f"Over {found.months} months, prices {found.prices}, word of mouth changes what customers "
        f"bring all firms together by {_money(total, 'per_customer')} a customer of the "
        f"market{part}{_chance(total)}, in money of month 0.{_turn(total)}"
    )


def _firm(name: str, found: WordOfMouth, rows: dict[str, _Row]) -> str:
    total = rows[TOTAL]
    if all(row["value"] == 0.0 for row in rows.values()):
        return f"{name}: nothing by then, in any part."
    ordered = sorted(PARTS, key=lambda part: -abs(rows[part]["value"]))
    told = [f"{_PARTS[part]} {written(rows[part]['per_customer'], '+.2f')}" for part in ordered[:3]]
    return (
        f"{name}: {_money(total, 'per_customer')} a customer of the market over {found.months} "
        f"months{_chance(total)}: {', '.join(told)}.{_turn(total)}"
    )


def _chance(total: _Row) -> str:
    return ", which may be chance" if total["low"] <= 0.0 <= total["high"] else ""


def _turn(total: _Row) -> str:
    """What the last months say against the sign of the whole."""
    if not turns(total):
        return ""
    return (
        f" The last {total['last_months']:.0f} months go the other way, by "
        f"{_money(total, 'last')}: beyond month {total['months']:.0f} the sign may not last."
    )


def turns(total: Mapping[str, Any]) -> bool:
    """Whether a total that can be told from 0 has its last months against it, for sure."""
    sign = 1.0 if total["value"] > 0 else -1.0
    ends = sorted((sign * total["low"], sign * total["high"]))
    last = sorted((sign * total["last_low"], sign * total["last_high"]))
    return bool(ends[0] > 0.0 and last[1] < 0.0)


def _money(row: _Row, name: str) -> str:
    text = written(row[name], "+.2f")
    if math.isfinite(row[f"{name}_low"]):
        low, high = (written(row[f"{name}_{end}"], "+.2f") for end in ("low", "high"))
        text += f" (95 %: {low} to {high})"
    return text


def _percent(value: float) -> str:
    return f"{written(100 * value, '+.1f')} %"
