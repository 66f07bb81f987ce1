"""Tables as people write them, for tests: the same numbers in many hands."""

from fractions import Fraction

import pandas as pd

FIRMS = ("Aoba", "Birch", "雲雀")


def plain_rows(months=8, firms=FIRMS, first=1):
    """Rows of ``month, firm, share, churn, price``: whole thousandths, shares that sum to 1."""
    rows = []
    for month in range(months):
        left = 1000
        for position, firm in enumerate(firms):
            share = left if position == len(firms) - 1 else 500 - 180 * position + 2 * month
            left -= share
            churn = 12 + 3 * position + month % 4
            rows.append((first + month, firm, Fraction(share, 1000), Fraction(churn, 1000),
                         Fraction(4500 - 700 * position)))  # fmt: skip
    return rows


def number(value, sign=".", *, percent=False, thousands=""):
    """A number of at most four decimals as somebody writes it."""
    scaled = value * 100 if percent else value
    text = f"{float(scaled):.4f}".rstrip("0").rstrip(".")
    whole, _, part = text.partition(".")
    if thousands and len(whole) > 3:
        whole = f"{whole[:-3]}{thousands}{whole[-3:]}"
    return whole + (sign + part if part else "") + ("%" if percent else "")


def text_of(rows, header, separator=","):
    """A text of cells, in quotation marks where the separator stands in them."""
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    return "\n".join(separator.join(row) for row in [list(header), *quoted]) + "\n"


def frame_of(months=8, **columns):
    """Two firms of 60 and 40 thousand customers, and further columns of one value a row."""
    rows = 2 * months
    return pd.DataFrame(
        {
            "month": [1 + row // 2 for row in range(rows)],
            "firm": ["Aoba", "Birch"] * months,
            "customers": [60_000, 40_000] * months,
        }
        | columns
    )
