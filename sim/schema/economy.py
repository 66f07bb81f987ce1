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
    transition: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="Part of every capability lost in the month in which the discipline changes.",
    )
    culture_rate: float = parameter(
        0.0, unit="per month", low=0, high=1, dated=True,
        meaning="Speed at which culture grows while purpose and discipline stay the same.",
    )
    culture_worth: float = parameter(
        0.5, unit="share", low=0, high=10, dated=True,
        meaning="How much more of a budget becomes capability with a fully grown culture.",
    )
    data_growth: float = parameter(
        0.0, unit="per month", low=0, high=1, dated=True,
        meaning="Speed at which data gather in full contact with a reference firm's customers.",
    )
    data_worth: float = parameter(
        0.5, unit="share", low=0, high=10, dated=True,
        meaning="How much better all data there can be make the data of a firm.",
    )
    data_clutter: float = parameter(
        0.6, unit="share", low=0, high=1, dated=True,
        meaning="Part of their quality that they lose again if nobody governs them.",
    )
    measurement_noise: float = parameter(
        0.3, unit="capability", low=0, high=100, dated=True,
        meaning="Standard error of a month's measurement, with data of the usual quality.",
    )
    reaction: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far firms answer rivals in price and imitation: 0 frozen, 1 full.",
    )
    price_reaction: float = parameter(
        0.2, unit="per month", low=0, high=1, dated=True,
        meaning="Part of the gap to cheaper rivals closed in price after a loss of share.",
    )
    cost_imitation: float = parameter(
        0.01, unit="per month", low=0, high=1, dated=True,
        meaning="Part of the gap to the best operations seen that firms which react close.",
    )
    solution_imitation: float = parameter(
        0.01, unit="per month", low=0, high=1, dated=True,
        meaning="Part of the gap to the best intimacy seen that firms which react close.",
    )
    handed_over: float = parameter(
        0.5, unit="share", low=0, high=1, dated=True,
        meaning="Part of what customers no longer need that a full set of partners takes over.",
    )
    trial_size: float = parameter(
        0.01, unit="capability", low=0, high=1, dated=True,
        meaning="Mean size of what a trial changes.",
    )
    trial_harm: float = parameter(
        0.4, unit="share", low=0, high=1, dated=True,
        meaning="Part of trials that do harm.",
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
    indulgence_cost: float = parameter(
        0.0, unit="money per utility and customer", low=0, high=100, dated=True,
        meaning="Monthly cost of indulging one customer.",
    )
    digital_cost: float = parameter(
        0.0, unit="money per customer", low=0, high=100, dated=True,
        meaning="Monthly cost of digital contact at level 1 with one customer.",
    )
    foresight_cost: float = parameter(
        0.03, unit="money per utility and customer", low=0, high=100, dated=True,
        meaning="Monthly cost of foreseeing one customer's needs, whether it hits or not.",
    )
    discovery_cost: float = parameter(
        0.5, unit="money per monthly rate and customer", low=0, high=100, dated=True,
        meaning="Monthly cost of proposals to one customer, per rate of discovery.",
    )
    technology_cost: float = parameter(
        0.0, unit="money per customer", low=0, high=100, dated=True,
        meaning="Monthly cost per customer of technology that doubles what staff can attend to.",
    )
    partner_cost: float = parameter(
        0.05, unit="money per unit", low=0, high=100, dated=True,
        meaning="What a full set of partners asks for each unit delivered.",
    )
    trial_cost: float = parameter(
        0.01, unit="money per reference customer", low=0, high=100, dated=True,
        meaning="Cost of one trial.",
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
