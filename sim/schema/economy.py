"""Technology and money: how budgets become capabilities, and when a firm must leave."""

from __future__ import annotations

from sim.schema.fields import Section, parameter

# One key per three lines reads better than one per eight.
# fmt: off


class Technology(Section):
    """Capabilities against a moving frontier; 1 is what an average firm keeps up."""

    gain: float = parameter(
        0.02, unit="per month", low=0, high=1, dated=True,
        meaning="Capability η that a reference budget adds.",
    )
    drift: float = parameter(
        0.02, unit="per month", low=0, high=1, dated=True,
        meaning="Part δ of every capability lost as the frontier moves on.",
    )
    returns: float = parameter(
        0.6, unit="", above=0, high=1, dated=True,
        meaning="Power θ of the budget: below 1, the next unit of money does less.",
    )
    scale: float = parameter(
        0.15, unit="", low=0, high=1, dated=True,
        meaning="How far budgets count by amount (1) and not relative to revenue (0).",
    )
    reference_investment: float = parameter(
        0.10, unit="share of revenue", above=0, high=1, dated=True,
        meaning="Investment at which an even spread keeps all capabilities at 1.",
    )
    floor: float = parameter(
        0.2, unit="reference revenues", low=0, high=10, dated=True,
        meaning="Revenue that a firm invests as if it had at least, while it has credit.",
    )
    alignment: float = parameter(
        0.0, unit="share", low=0, high=10, dated=True,
        meaning="Bonus on the capability of a wholly focused firm; swept, never assumed.",
    )
    par: float = parameter(
        0.6, unit="share", low=0, high=10, dated=True,
        meaning="Par in the other disciplines, relative to the market's mean.",
    )
    par_softness: float = parameter(
        0.04, unit="capability", above=0, high=100, dated=True,
        meaning="Width of the soft threshold around par.",
    )
    cost_slope: float = parameter(
        0.45, unit="log points", low=0, high=10, dated=True,
        meaning="Fall of log unit cost per unit of operations capability.",
    )
    time_slope: float = parameter(
        0.4, unit="log points", low=0, high=10, dated=True,
        meaning="Fall of log handling time per unit of operations capability.",
    )
    improvement: float = parameter(
        0.08, unit="per month", low=0, high=1, dated=True,
        meaning="Speed at which a product without launches follows innovation.",
    )
    imitation: float = parameter(
        0.005, unit="per month", low=0, high=1, dated=True,
        meaning="Part of the gap to the best product on the market closed by imitation.",
    )
    novelty_fading: float = parameter(
        0.1, unit="per month", low=0, high=1, dated=True,
        meaning="Part of a launch's novelty lost each month.",
    )
    extended_staff: float = parameter(
        1.0, unit="ratio", above=0, high=100, dated=True,
        meaning="Attention that the same staff can give with technology.",
    )


class Finance(Section):
    """Money. Sizes are relative to a firm of reference share, so that markets rescale."""

    reference_share: float = parameter(
        0.25, unit="share", above=0, high=1,
        meaning="Share of the market of the firm that sizes are relative to.",
    )
    attention_cost: float = parameter(
        0.10, unit="money per customer", low=0, high=100, dated=True,
        meaning="Monthly cost of full attention to one customer.",
    )
    hiring_lag: float = parameter(
        3.0, unit="months", low=1, high=120, dated=True,
        meaning="Mean time until staff follow the number of customers.",
    )
    fixed_cost: float = parameter(
        0.02, unit="money per reference customer", low=0, high=100, dated=True,
        meaning="Monthly cost of being in the market, whatever is sold.",
    )
    acquisition_cost: float = parameter(
        0.5, unit="money per joiner", low=0, high=100, dated=True,
        meaning="Cost of taking one customer on board.",
    )
    advertising_cost: float = parameter(
        0.02, unit="money per reference customer", low=0, high=100, dated=True,
        meaning="Monthly cost of advertising at level 1.",
    )
    start_cash: float = parameter(
        2.0, unit="months of reference revenue", low=0, high=1000,
        meaning="Money that a firm begins with.",
    )
    credit: float = parameter(
        2.0, unit="months of reference revenue", low=0, high=1000, dated=True,
        meaning="Debt up to which a firm gets credit.",
    )
    grace: int = parameter(
        6, unit="months", low=0, high=1200, dated=True,
        meaning="Months a firm may be beyond its credit before it must leave.",
    )
    interest: float = parameter(
        0.004, unit="per month", low=0, high=1, dated=True,
        meaning="Interest on debt.",
    )
    discount: float = parameter(
        0.008, unit="per month", low=0, high=1, dated=True,
        meaning="Discount rate in lifetime values.",
    )
