"""An example of what a fit reads, to be overwritten: an invented market of five operators, in yen.

Nothing in it was observed anywhere. The rows follow by a simple rule of flows from the numbers
below, so that customers, leaves and joins agree with one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = 24
"""Months of the example; NPS is asked in every third."""
_FIRST_YEAR = 2024
_HEADER = "month,firm,customers,churn,joins,nps,price"


@dataclass(frozen=True)
class _Operator:
    """An invented operator.

    Attributes:
        name: Its name.
        customers: At the start, thousands.
        churn: Of a month, per cent.
        joins: Part of all who change that come here, per cent.
        nps: Its level.
        prices: A month in yen, and from the thirteenth month on.
    """

    name: str
    customers: int
    churn: float
    joins: float
    nps: int
    prices: tuple[int, int]


_OPERATORS = (
    _Operator("Hibari", 6_800, 0.9, 25, -8, (4_950, 4_950)),
    _Operator("Tsubame", 5_200, 1.1, 22, -3, (4_700, 4_700)),
    _Operator("Aoba", 3_600, 1.9, 26, 5, (4_500, 4_200)),
    _Operator("Kaede", 2_800, 1.6, 16, 2, (3_900, 3_900)),
    _Operator("Minato", 1_600, 2.2, 11, 10, (3_200, 3_200)),
)
_WOBBLE = (0, 4, -3, 5, -6, 2, 3, -4, 6, -2, -5, 1)
"""Per cent by which a month's churn differs from the usual, in turn: invented like the rest."""

_FACTS = """\
# What is known of the market beside the table. All of it is invented, like the table: overwrite it.
# No key must be there. Months are written as the table writes them.

people: 20900000        # in the real market, with and without a provider (the table has thousands)
currency: JPY           # of prices and of unit_cost
us: Aoba                # whose decisions are at stake
contract:               # months; one number if it is the same for all, 0 for none
  Hibari: 24
  Tsubame: 24
  Aoba: 12
  Kaede: 12
  Minato: 0
unit_cost: 2800         # what the usual unit costs its provider a month
unserved: 0.04          # part of all people who have no provider
tenure: 40              # mean tenure of customers at the start, months; or by firm

# Of how long the column churn is: month (which it is taken for), quarter or year.
churn_per: month

# What counts as leaving in the column churn.
leaving: number ported out or line given up, prepaid cards without use for three months included

# What is known to have happened, or to come; as in scenario files, such as
#   - {month: 2025-04, launch: Hibari, note: new network}
# Only what the table shows: the fit takes it for true.
events: []

# Months from which figures are of another definition than before.
breaks: []

# Of those who left the first, the part who went to each other.
switching:
  Aoba: {Hibari: 0.35, Tsubame: 0.25, Kaede: 0.2, Minato: 0.12}

# Of those who joined, the part who are still there after so many months.
survival:
  Aoba: {6: 0.92, 12: 0.82, 24: 0.66}
"""


def template() -> tuple[str, str]:
    """A table in CSV (UTF-8, commas) and a facts file in YAML that belongs to it."""
    return "\n".join([_HEADER, *_rows()]) + "\n", _FACTS


def _rows() -> Iterator[str]:
    """Rows by month and operator; customers and joins in thousands, NPS in every third month."""
    customers = {operator.name: operator.customers for operator in _OPERATORS}
    for month in range(MONTHS):
        churn = {
            operator.name: operator.churn
            * (1 + _WOBBLE[(month + 5 * position) % len(_WOBBLE)] / 100)
            for position, operator in enumerate(_OPERATORS)
        }
        leaves = {name: round(count * churn[name] / 100) for name, count in customers.items()}
        joins = {o.name: round(sum(leaves.values()) * o.joins / 100) for o in _OPERATORS}
        if month:
            customers = {name: customers[name] - leaves[name] + joins[name] for name in customers}
        for position, operator in enumerate(_OPERATORS):
            label = f"{_FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"
            nps = str(operator.nps + (month + position) % 4 - 1) if month % 3 == 2 else ""
            price = operator.prices[month // 12]
            name = operator.name
            yield (
                f"{label},{name},{customers[name]},{churn[name]:.2f}%,{joins[name]},{nps},{price}"
            )
