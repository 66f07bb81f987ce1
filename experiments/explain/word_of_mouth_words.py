"""What word of mouth is worth, in a few sentences counted from the table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.explain.ledger import PARTS
from experiments.explain.word_of_mouth import EVERYBODY, TOTAL

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
    lines += [_firm(name, rows[name]) for name in found.firms]
    if found.replications == 1:
        lines.append("These are one pair of markets: replications would tell how much is chance.")
    return "\n".join(lines)


def _rows(found: WordOfMouth) -> dict[str, dict[str, _Row]]:
    """Numbers by firm and part."""
    table = found.table
    names = [name for name in table if name not in ("firm", "part")]
    rows: dict[str, dict[str, _Row]] = {}
    for place, (firm, part) in enumerate(zip(table["firm"], table["part"], strict=True)):
        rows.setdefault(firm, {})[part] = {name: float(table[name][place]) for name in names}
    return rows


def _market(found: WordOfMouth, rows: dict[str, _Row]) -> str:
    total = rows[TOTAL]
    if all(row["value"] == 0.0 for row in rows.values()):
        return (
            "Word of mouth is worth nothing here: without it, customers bring all firms together "
            "exactly the same."
        )
    without = total["without_word_of_mouth"]
    part = f" ({_percent(total['value'] / without)} of what it is without)" if without > 0 else ""
    return (
        f"Over {found.months} months, word of mouth changes what customers bring all firms "
        f"together by {_money(total, 'per_customer')} a customer of the market{part}, in money "
        "of month 0."
    )


def _firm(name: str, rows: dict[str, _Row]) -> str:
    total = rows[TOTAL]
    if all(row["value"] == 0.0 for row in rows.values()):
        return f"{name}: nothing, in any part."
    verdict = ""
    if total["low"] <= 0.0 <= total["high"]:
        verdict = ", which may be chance"
    ordered = sorted(PARTS, key=lambda part: -abs(rows[part]["value"]))
    told = [f"{_PARTS[part]} {_signed(rows[part]['per_customer'])}" for part in ordered[:3]]
    return f"{name}: {_money(total, 'per_customer')} a customer of the market{verdict}: " + (
        ", ".join(told) + "."
    )


def _money(row: _Row, name: str) -> str:
    text = _signed(row[name])
    if math.isfinite(row[f"{name}_low"]):
        text += f" (95 %: {_signed(row[f'{name}_low'])} to {_signed(row[f'{name}_high'])})"
    return text


def _signed(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def _percent(value: float) -> str:
    return f"{100 * value:+.1f} %".replace("-", "−")
