"""How each measure is condensed to one figure of a run, declared once for whatever shows it."""

from __future__ import annotations

from enum import StrEnum


class Condensing(StrEnum):
    """What a figure is taken of; in each replication, and then the mean over replications."""

    LAST = "last"
    """The last month."""
    YEAR = "year"
    """Mean of those of the last twelve months in which it is defined."""
    SUM = "sum"
    """Sum of all months; of those in which it is defined."""
    RATE = "rate"
    """Events in all months per customer and month at risk."""


_BY_RULE = {
    Condensing.LAST: (
        "customers market_share revenue_share reviews stars_1 stars_2 stars_3 stars_4 stars_5 cash "
        "clv_to_date hhi reach without_provider adopters connectivity"
    ),
    Condensing.YEAR: (
        "share_of_customer retention_due retention_12 stickiness stickiness_location "
        "stickiness_switching stickiness_obligation stickiness_success stickiness_money "
        "stickiness_money_location stickiness_money_switching stickiness_money_obligation "
        "stickiness_money_success held_against_better satisfaction expectation success_rate trust "
        "nps next_purchase_intention rating fit knowledge liking product attention_given price "
        "unit_cost full_cost clv referral_value acquisition_cost need"
    ),
    Condensing.SUM: (
        "joins leaves revenue settlement delivery attention service advertising acquisition "
        "investment fixed interest profit spending"
    ),
    Condensing.RATE: "retention churn joining",
}
CONDENSED = {name: rule for rule, names in _BY_RULE.items() for name in names.split()}
"""By column of ``firms`` and ``market``; churn and joining are leavers and joiners per customer."""
