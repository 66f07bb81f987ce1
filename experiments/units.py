"""In what each measure is counted: a word behind the numbers of reports and pictures."""

from __future__ import annotations

_BY_UNIT = {
    "people": "customers joins leaves without_provider adopters",
    "share": (
        "market_share revenue_share share_of_customer retention retention_due retention_12 "
        "held_against_better success_rate next_purchase_intention fit knowledge liking "
        "attention_given reach"
    ),
    "utility": (
        "stickiness stickiness_location stickiness_switching stickiness_obligation "
        "stickiness_success satisfaction expectation trust need"
    ),
    "share of price": (
        "stickiness_money stickiness_money_location stickiness_money_switching "
        "stickiness_money_obligation stickiness_money_success"
    ),
    "points": "nps",
    "stars": "rating",
    "reviews": "reviews stars_1 stars_2 stars_3 stars_4 stars_5",
    "capability": "product",
    "money per unit": "price unit_cost full_cost",
    "money a month": (
        "revenue settlement delivery attention service advertising acquisition investment fixed "
        "interest profit spending"
    ),
    "money": "cash profit_to_date",
    "money per customer": "clv clv_to_date",
    "money per customer a month": "referral_value",
    "money per joiner": "acquisition_cost",
    "0 to 1": "hhi",
    "ratio": "connectivity",
}
_UNITS = {name: unit for unit, names in _BY_UNIT.items() for name in names.split()}


def unit_of_measure(name: str) -> str:
    """The unit of a column of ``firms`` or ``market``; an empty text for one not known here."""
    return _UNITS.get(name, "")
