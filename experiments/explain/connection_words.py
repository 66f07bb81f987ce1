"""What a connection is worth at the margin, in a few sentences counted from the table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.explain.connection import Connection

type _Row = dict[str, Any]


def in_words(found: Connection) -> str:
    """A sentence or two for each firm; rivals reacting, and frozen where that says otherwise."""
    from experiments.explain.connection import RIVALS

    frozen, reacting = RIVALS
    lines = []
    for firm in dict.fromkeys(found.table.get("firm", ())):
        steps = {rivals: _steps(found, firm, rivals) for rivals in RIVALS}
        lines.append(_firm(firm, found, steps[reacting]) + _other(steps[reacting], steps[frozen]))
    lines += [f"{firm}: nothing to say, {why}." for firm, why in found.silent.items()]
    return "\n".join(lines)


def _steps(found: Connection, firm: str, rivals: str) -> list[_Row]:
    table = found.table
    return [
        {name: column[place] for name, column in table.items()}
        for place in range(len(table["firm"]))
        if table["firm"][place] == firm and table["rivals"][place] == rivals
    ]


def _firm(firm: str, found: Connection, steps: list[_Row]) -> str:
    first = steps[0]
    if not math.isfinite(first["marginal"]):
        return f"{firm}: more {found.lever} costs nothing, so there is no spending to weigh."
    return (
        f"{firm}: from month {found.month} on, the first unit of money for more {found.lever} "
        f"brings {_range(first, 'marginal')} within {found.months} months. {_verdict(steps)} "
        f"{_average(first)}"
    )


def _verdict(steps: list[_Row]) -> str:
    """Where it stops paying, and in how many replications."""
    row, last = steps[0], steps[-1]
    count, crossings = int(row["replications"]), int(row["crossings"])
    whole, never = int(row["pays_throughout"]), int(row["never_pays"])
    counted = f" (in all {count} replications)" if count > 1 else ""
    if never == count:
        return f"It never pays{counted}."
    if whole == count:
        spent = f"{last['spent']:.2f} a customer"
        return f"It pays from the first to the last step, {spent}{counted}."
    if not crossings:
        return f"It pays throughout in {whole} of {count} replications and never in {never}."
    limit = f"It stops paying at {_range(row, 'stops_paying')} a customer"
    if crossings == count:
        return f"{limit}{counted}."
    others = []
    if never:
        others.append(f"never pays in {never}")
    if whole:
        others.append(f"pays throughout in {whole}")
    return f"{limit} in {crossings} of {count} replications; it {' and '.join(others)}."


def _average(row: _Row) -> str:
    """The average lifetime value, against what one more customer kept costs."""
    if not math.isfinite(row["clv"]):
        return ""
    average = f"On average a customer is worth {row['clv']:.2f}"
    if not row["kept"] > 0:
        return f"{average}; no more customers are kept by it."
    if not math.isfinite(row["money_per_customer_kept"]):
        return f"{average}; what one more kept costs differs too much between replications to say."
    cost = _range(row, "money_per_customer_kept")
    text = f"{average}, while the first step pays {cost} for each one kept more"
    if row["money_per_customer_kept_high"] < row["clv"] and row["marginal_high"] < 1.0:
        return f"{text}: the average would say spend, the margin says do not."
    if row["money_per_customer_kept_low"] > row["clv"] and row["marginal_low"] > 1.0:
        return f"{text}: the average would say do not spend, the margin says do."
    return f"{text}."


def _other(reacting: list[_Row], frozen: list[_Row]) -> str:
    """What frozen rivals would change."""
    one, other = reacting[0]["marginal"], frozen[0]["marginal"]
    if not (math.isfinite(one) and math.isfinite(other)):
        return ""
    return f" With rivals frozen the first unit would bring {_number(other)}."


def _range(row: _Row, name: str) -> str:
    text = _number(row[name])
    if math.isfinite(row[f"{name}_low"]):
        text += f" (95 %: {_number(row[f'{name}_low'])} to {_number(row[f'{name}_high'])})"
    return text


def _number(value: float) -> str:
    text = f"{value:.2f}".replace("-", "−")
    return "0.00" if text == "−0.00" else text
