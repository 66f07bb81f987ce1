"""Firms: operating models of the disciplines, what sets one apart, technology and money."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from tsunagari.experiments.words.text import LONGEST_NAME
from tsunagari.sim.schema.fields import REQUIRED, Section, dated, parameter

# A key in two lines reads better than one in eight.
# fmt: off


class OperatingModel(Section):
    """How a firm splits its money, prices, accepts, serves and speaks.

    A discipline is nothing but a set of these numbers and the decisions made with them; none of
    them adds to anything because of the discipline's name.
    """

    operations: float = dated(1.0, unit="parts", low=0, high=1000,
        meaning="Parts of investment that go into operations.")
    innovation: float = dated(1.0, unit="parts", low=0, high=1000,
        meaning="Parts of investment that go into innovation.")
    intimacy: float = dated(1.0, unit="parts", low=0, high=1000,
        meaning="Parts of investment that go into intimacy.")
    investment: float = dated(0.10, unit="share of revenue", low=0, high=1,
        meaning="Part of revenue that is invested in capabilities.")
    markup: float = dated(0.72, unit="share of full cost", low=-0.99, high=100,
        meaning="Price asked above the cost of delivery, service and attention.")
    pricing: Literal["markup", "adaptive"] = dated("markup", unit="",
        meaning="Whether the markup stays, or follows once a year what research finds of demand.")
    objective_share: float = dated(0.0, unit="money per unit", low=0, high=100,
        meaning="Worth of a unit sold to an own customer besides its profit, in adaptive pricing.")
    objective_loss: float = dated(0.0, unit="money per customer", low=0, high=1000,
        meaning="What losing a customer costs besides its profit, in adaptive pricing.")
    reaction: float | None = dated(None, unit="share", low=0, high=1,
        meaning="How far the firm answers rivals; otherwise technology.reaction.")
    extended_staff: float | None = dated(None, unit="ratio", above=0, high=100,
        meaning="Attention that the same staff can give; otherwise technology.extended_staff.")
    launch_premium: float = dated(0.0, unit="share of price", low=0, high=10,
        meaning="Premium on a product that is just out; it fades with its novelty.")
    launch_rate: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Probability of a launch; without launches the product improves steadily.")
    launch_size: float = dated(0.3, unit="share", low=0, high=10,
        meaning="How far a launch may go beyond what innovation gives steadily.")
    attention: float = dated(0.4, unit="share", low=0, high=1,
        meaning="Staff attention per customer; 1 is a team of one's own.")
    capacity: float = dated(1.0, unit="share of the market's customers", above=0, high=1,
        meaning="Most customers the firm takes; 1 is everybody.")
    minimum_fit: float = dated(0.0, unit="", low=0, high=1,
        meaning="Customers with a fit below this are not taken.")
    authority: float = dated(0.2, unit="share", low=0, high=1,
        meaning="How far staff near the customer may tailor what they offer.")
    solution: float = dated(1.0, unit="ratio", low=0, high=10,
        meaning="Depth of the solution per unit of intimacy capability.")
    breadth: float = dated(0.35, unit="ring width", above=0, high=10,
        meaning="Distance of need at which an untailored offer has lost 40 % of its fit.")
    position: float = dated(0.0, unit="ring position", low=0, high=1,
        meaning="Need that the untailored offer is made for.")
    renewal: float = dated(0.2, unit="share", low=0, high=1,
        meaning="How far the firm opens new areas where customers have become independent.")
    warmth: float = dated(1.0, unit="ratio", low=0, high=10,
        meaning="Liking that full attention earns.")
    service: float = dated(0.0, unit="utility", low=-10, high=10,
        meaning="Outcome delivered beyond what was asked.")
    service_cost: float = dated(0.15, unit="unit costs per utility", low=0, high=10,
        meaning="Cost of service beyond what was asked, per unit sold.")
    recommended: float = dated(0.0, unit="points", low=-10, high=10,
        meaning="Points on the 0–10 recommendation scale that customers answer above satisfaction.")
    indulgence: float = dated(0.0, unit="utility", low=0, high=10,
        meaning="Comfort given to the contact person; felt, but no outcome.")
    integration: float = dated(0.6, unit="", low=0, high=10,
        meaning="How far long-standing customers are integrated with the firm.")
    wallet_breadth: float = dated(0.0, unit="share", low=-1, high=1,
        meaning="Share of wallet due to the breadth of the offer.")
    contract: int = dated(12, unit="months", low=0, high=120,
        meaning="Length of a contract; 0 means none.")
    claim: float = dated(0.0, unit="utility", low=-10, high=10,
        meaning="How far the firm's claim goes beyond the quality it delivers.")
    reach: float = dated(1.0, unit="share", low=0, high=1,
        meaning="Part of all people who know the firm without being told by others.")
    advertising: float = dated(1.0, unit="ratio", low=0, high=100,
        meaning="Advertising, relative to what is usual in the market.")
    data_quality: float = dated(1.0, unit="ratio", low=0, high=10,
        meaning="Quality of customer data: how fast attention becomes knowledge.")
    digital: float = dated(0.0, unit="share", low=0, high=10,
        meaning="Digital contact: how fast knowledge grows without staff, up to its ceiling.")
    inconsistency: float = dated(0.0, unit="share", low=0, high=10,
        meaning="How far contact points disagree: spread that they add to outcomes.")
    foresight: float = dated(0.0, unit="utility", low=0, high=10,
        meaning="Outcome from needs foreseen; hits as often as the customer is known.")
    discovery: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="How fast proposals find what a well-known customer had not noticed.")
    minimum_potential: float = dated(0.0, unit="share of wallet", low=0, high=10,
        meaning="Customers with less potential left to be found are not taken.")
    drops_below: float = dated(0.0, unit="", low=0, high=1,
        meaning="Relations with a fit below this are ended after three months.")
    guarantee: float = dated(0.0, unit="share of the bill", low=0, high=0.99,
        meaning="Part of the bill returned for a month without success.")
    gain_share: float = dated(0.0, unit="share", low=0, high=1,
        meaning="Part of the gain above what is usual that customers pay for.")
    joiner_price: float = dated(1.0, unit="ratio", above=0, high=10,
        meaning="Price for new customers against that for the loyal.")
    winback_price: float = dated(1.0, unit="ratio", above=0, high=10,
        meaning="Price for customers who come back against that for the loyal.")
    joiner_months: int = dated(0, unit="months", low=0, high=120,
        meaning="Months for which prices for joiners and returners hold.")
    loyalty: float = dated(0.0, unit="share of the bill", low=0, high=0.99,
        meaning="Part of the bill given back to the loyal; points outstanding are lost by leaving.")
    loyalty_months: int = dated(12, unit="months", low=1, high=120,
        meaning="Months with the firm until points are given back, and of points outstanding.")
    referral_reward: float = dated(0.0, unit="money per joiner", low=0, high=100,
        meaning="Paid to customers for each joiner whom they referred.")
    renews: float = dated(1.0, unit="", low=0, high=1,
        meaning="1: contracts renew by themselves (a service); 0: each purchase is decided anew.")
    target: str | None = dated(None, unit="",
        meaning="Segment that advertising aims at; nothing means everybody.")
    focus: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far advertising leaves out all other segments.")
    culture: float = dated(1.0, unit="ratio", low=0, high=10,
        meaning="How much of a budget becomes capability.")
    purpose: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far the firm means to be of use, beyond its own result.")
    use: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far what is measured of the firm moves its budgets, if it has a purpose.")
    plan_months: int = dated(1, unit="months", low=1, high=120,
        meaning="Months for which what was measured once is planned with; 1 corrects monthly.")
    governance: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far customer data are kept in order; ungoverned, quantity clutters them.")
    learning: float = dated(0.0, unit="share per log point", low=0, high=10,
        meaning="How far what is learned with one account helps to know the others.")
    partners: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far partners lend what the firm lacks where it does not lead.")
    experiments: float = dated(0.0, unit="trials per month", low=0, high=30,
        meaning="Trials that staff make on their own, on average.")
    expansion: float = dated(0.0, unit="ring width per month", low=0, high=10,
        meaning="Growth of breadth since entry: into fields that the firm did not serve at first.")
    expansion_most: float = dated(1.0, unit="ring width", low=0, high=10,
        meaning="Breadth at which that growth ends.")
    marginal_cost: float = dated(1.0, unit="ratio", low=0, high=10,
        meaning="Cost of delivering one unit, relative to the usual technology.")
    complements: float = dated(0.0, unit="share", low=0, high=10, source="Rochet & Tirole 2003",
        meaning="How much better the product is with all complementors that everybody would draw.")
    complement_months: float = dated(12.0, unit="months", low=1, high=1200,
        meaning="Mean time until complementors follow the number of users.")
    intermediaries: float = dated(0.0, unit="share", low=0, high=1,
        meaning="Part of sales that goes through intermediaries; 0 is direct to the customer.")
    intermediary_reach: float = dated(0.5, unit="share", low=0, high=1,
        meaning="Part of those whom the firm does not reach that intermediaries for all sales do.")
    fragmentation: float = dated(0.0, unit="log points", low=0, high=10,
        meaning="Handling time added by tools that do not fit together, unless integrated.")
    network_effect: float = dated(0.0, unit="utility per share", low=0, high=100,
        meaning="Utility added when everybody is with the firm.")


def _operating_model(name: str, doc: str, **defaults: Any) -> type[OperatingModel]:
    """An operating model with other defaults; units, ranges and meanings stay where they are."""
    fields: dict[str, Any] = {}
    for key, value in defaults.items():
        field = copy(OperatingModel.model_fields[key])
        field.default = value
        fields[key] = (field.annotation, field)
    return create_model(name, __base__=OperatingModel, __doc__=doc, __module__=__name__, **fields)


LeanModel = _operating_model(
    "LeanModel", "Operational excellence: process, low cost, everybody served alike.",
    operations=3.0, markup=0.78, attention=0.15, authority=0.1,
)
ProductModel = _operating_model(
    "ProductModel", "Product leadership: launches in irregular jumps, a premium while new.",
    innovation=3.0, markup=0.75, launch_premium=0.08, launch_rate=0.16, launch_size=0.2,
    attention=0.2,
)
IntimateModel = _operating_model(
    "IntimateModel", "Customer intimacy: knowledge of each customer, tailoring, a limited number.",
    intimacy=3.0, markup=0.88, objective_share=0.05, objective_loss=10.0, attention=1.0,
    capacity=0.35, minimum_fit=0.2, authority=0.6, renewal=0.6, wallet_breadth=0.1,
)
DisruptorModel = _operating_model(
    "DisruptorModel", "Disruptor: next to no marginal cost, worth more the more people use it.",
    operations=2.0, innovation=2.0, markup=0.9, marginal_cost=0.5, attention=0.05, authority=0.0,
    integration=0.2, contract=0, complements=0.8,
)


class Disciplines(Section):
    """The operating models, one for each discipline."""

    operational_excellence: LeanModel = Field(  # type: ignore[valid-type]
        LeanModel(), alias="operational-excellence", description="Leads in total cost."
    )
    product_leadership: ProductModel = Field(  # type: ignore[valid-type]
        ProductModel(), alias="product-leadership", description="Leads in product."
    )
    customer_intimacy: IntimateModel = Field(  # type: ignore[valid-type]
        IntimateModel(), alias="customer-intimacy", description="Leads in solution."
    )
    none: OperatingModel = Field(OperatingModel(), description="Leads in nothing: an even spread.")
    disruptor: DisruptorModel = Field(  # type: ignore[valid-type]
        DisruptorModel(), description="A new technology with its own cost structure."
    )


_Utility = Annotated[float, Field(ge=-20, le=20)]


class _FirmIdentity(Section):
    name: str = parameter(REQUIRED, unit="", longest=LONGEST_NAME,
        meaning="Name of the firm; it keys all its luck.")
    discipline: str = dated("none", unit="",
        meaning="Value discipline, or module:Class of one's own (needs --allow-code).")
    share: float | None = parameter(None, unit="share", low=0, high=1,
        meaning="Share of customers at the start; nothing means an equal part of the rest.")
    tenure: float | None = parameter(None, unit="months", low=0,
        meaning="Mean tenure of its customers at the start; nothing means market.tenure.")
    price: float = dated(1.0, unit="ratio", above=0, high=100,
        meaning="Factor on the price that the firm would ask; 0.9 is a tenth cheaper.")
    asks: float | None = dated(None, unit="currency", above=0, high=1e15,
        meaning="Price it asks, in money.currency, instead of a markup; price is a factor on it.")
    brand: _Utility | Literal["steady"] = dated(0.0, unit="utility",
        meaning="Utility added in every choice; steady: what keeps the share it begins with.")


def _own_values() -> dict[str, Any]:
    """Every key of an operating model, optional, with nothing meaning the discipline's value."""
    fields: dict[str, Any] = {}
    for name, own in OperatingModel.model_fields.items():
        field = copy(own)
        field.default = None
        field.description = f"{own.description} Nothing means the discipline's."
        fields[name] = (own.annotation | None, field)  # type: ignore[operator]
    return fields


if TYPE_CHECKING:

    class FirmPlan(_FirmIdentity):
        """One firm, for the type checker: every key of an operating model besides its identity."""

        reach: float | None = None

        def __getattr__(self, key: str) -> Any: ...

else:
    FirmPlan = create_model(
        "FirmPlan",
        __base__=_FirmIdentity,
        __doc__="One firm: its name, its discipline, and what it does otherwise than that.",
        __module__=__name__,
        **_own_values(),
    )


class Technology(Section):
    """Capabilities against a moving frontier; 1 is what an average firm keeps up."""

    gain: float = dated(0.02, unit="per month", low=0, high=1,
        meaning="Capability η that a reference budget adds.")
    drift: float = dated(0.02, unit="per month", low=0, high=1,
        meaning="Part δ of every capability lost as the frontier moves on.")
    returns: float = dated(0.6, unit="", above=0, high=1,
        meaning="Power θ of the budget: below 1, the next unit of money does less.")
    scale: float = dated(0.15, unit="", low=0, high=1,
        meaning="How far budgets count by amount (1) and not relative to revenue (0).")
    reference_investment: float = dated(0.10, unit="share of revenue", above=0, high=1,
        meaning="Investment at which an even spread keeps all capabilities at 1.")
    floor: float = dated(0.2, unit="reference revenues", low=0, high=10,
        meaning="Revenue that a firm invests as if it had at least, while it has credit.")
    alignment: float = dated(0.0, unit="share", low=0, high=10,
        meaning="Bonus on the capability of a wholly focused firm; swept, never assumed.")
    par: float = dated(0.6, unit="share", low=0, high=10,
        meaning="Par in the other disciplines, relative to the market's mean.")
    par_softness: float = dated(0.04, unit="capability", above=0, high=100,
        meaning="Width of the soft threshold around par.")
    cost_slope: float = dated(0.45, unit="log points", low=0, high=10,
        meaning="Fall of log unit cost per unit of operations capability.")
    time_slope: float = dated(0.4, unit="log points", low=0, high=10,
        meaning="Fall of log handling time per unit of operations capability.")
    improvement: float = dated(0.08, unit="per month", low=0, high=1,
        meaning="Speed at which a product without launches follows innovation.")
    imitation: float = dated(0.005, unit="per month", low=0, high=1,
        meaning="Part of the gap to the best product on the market closed by imitation.")
    novelty_fading: float = dated(0.1, unit="per month", low=0, high=1,
        meaning="Part of a launch's novelty lost each month.")
    extended_staff: float = dated(1.0, unit="ratio", above=0, high=100,
        meaning="Attention that the same staff can give with technology.")
    transition: float = dated(0.0, unit="share", low=0, high=1,
        meaning="Part of every capability lost in the month in which the discipline changes.")
    culture_rate: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Speed at which culture grows while purpose and discipline stay the same.")
    culture_worth: float = dated(0.5, unit="share", low=0, high=10,
        meaning="How much more of a budget becomes capability with a fully grown culture.")
    data_growth: float = dated(0.0, unit="per month", low=0, high=1,
        meaning="Speed at which data gather in full contact with a reference firm's customers.")
    data_worth: float = dated(0.5, unit="share", low=0, high=10,
        meaning="How much better all data there can be make the data of a firm.")
    data_clutter: float = dated(0.6, unit="share", low=0, high=1,
        meaning="Part of their quality that they lose again if nobody governs them.")
    measurement_noise: float = dated(0.3, unit="capability", low=0, high=100,
        meaning="Standard error of a month's measurement, with data of the usual quality.")
    reaction: float = dated(0.0, unit="share", low=0, high=1,
        meaning="How far firms answer rivals in price and imitation: 0 frozen, 1 full.")
    price_reaction: float = dated(0.2, unit="per month", low=0, high=1,
        meaning="Part of the gap to cheaper rivals closed in price after a loss of share.")
    price_step: float = dated(0.5, unit="per year", low=0, high=1,
        meaning="Part of the gap in log price that firms with adaptive pricing close at a time.")
    price_step_most: float = dated(0.10, unit="log points per year", low=0, high=10,
        meaning="Largest change of their markup at a time.")
    research_noise: float = dated(0.1, unit="log points", low=0, high=10,
        meaning="Standard error of a year's win/loss research, with data of the usual quality.")
    cost_imitation: float = dated(0.01, unit="per month", low=0, high=1,
        meaning="Part of the gap to the best operations seen that firms which react close.")
    solution_imitation: float = dated(0.01, unit="per month", low=0, high=1,
        meaning="Part of the gap to the best intimacy seen that firms which react close.")
    handed_over: float = dated(0.5, unit="share", low=0, high=1,
        meaning="Part of what customers no longer need that a full set of partners takes over.")
    trial_size: float = dated(0.01, unit="capability", low=0, high=1,
        meaning="Mean size of what a trial changes.")
    trial_harm: float = dated(0.4, unit="share", low=0, high=1,
        meaning="Part of trials that do harm.")


class Finance(Section):
    """Money. Sizes are relative to a firm of reference share, so that markets rescale."""

    reference_share: float = parameter(0.25, unit="share", above=0, high=1,
        meaning="Share of the market of the firm that sizes are relative to.")
    attention_cost: float = dated(0.10, unit="money per customer", low=0, high=100,
        meaning="Monthly cost of full attention to one customer.")
    hiring_lag: float = dated(3.0, unit="months", low=1, high=120,
        meaning="Mean time until staff follow the number of customers.")
    fixed_cost: float = dated(0.02, unit="money per reference customer", low=0, high=100,
        meaning="Monthly cost of being in the market, whatever is sold.")
    indulgence_cost: float = dated(0.0, unit="money per utility and customer", low=0, high=100,
        meaning="Monthly cost of indulging one customer.")
    digital_cost: float = dated(0.0, unit="money per customer", low=0, high=100,
        meaning="Monthly cost of digital contact at level 1 with one customer.")
    foresight_cost: float = dated(0.03, unit="money per utility and customer", low=0, high=100,
        meaning="Monthly cost of foreseeing one customer's needs, whether it hits or not.")
    discovery_cost: float = dated(0.5, unit="money per monthly rate and customer", low=0, high=100,
        meaning="Monthly cost of proposals to one customer, per rate of discovery.")
    technology_cost: float = dated(0.0, unit="money per customer", low=0, high=100,
        meaning="Monthly cost per customer of technology that doubles what staff can attend to.")
    partner_cost: float = dated(0.05, unit="money per unit", low=0, high=100,
        meaning="What a full set of partners asks for each unit delivered.")
    trial_cost: float = dated(0.01, unit="money per reference customer", low=0, high=100,
        meaning="Cost of one trial.")
    intermediary_margin: float = dated(0.25, unit="share of price", low=0, high=0.9,
        meaning="Part of the price of what goes through intermediaries that these keep.")
    acquisition_cost: float = dated(0.5, unit="money per joiner", low=0, high=100,
        meaning="Cost of taking one customer on board.")
    stimulus_cost: float = dated(0.0, unit="money per joiner", low=0, high=100,
        meaning="Further cost of a joiner for whom the firm's own claim spoke most.")
    review_cost: float = dated(0.0, unit="money per joiner", low=0, high=100,
        meaning="Further cost of a joiner for whom reviews spoke most.")
    friend_cost: float = dated(0.0, unit="money per joiner", low=0, high=100,
        meaning="Further cost of a joiner for whom friends' ratings spoke most.")
    referral_cost: float = dated(0.0, unit="money per joiner", low=0, high=100,
        meaning="Further cost of a joiner who was referred.")
    advertising_cost: float = dated(0.02, unit="money per reference customer", low=0, high=100,
        meaning="Monthly cost of advertising at level 1.")
    start_cash: float = parameter(2.0, unit="months of reference revenue", low=0, high=1000,
        meaning="Money that a firm begins with.")
    credit: float = dated(2.0, unit="months of reference revenue", low=0, high=1000,
        meaning="Debt up to which a firm gets credit.")
    grace: int = dated(6, unit="months", low=0, high=1200,
        meaning="Months a firm may be beyond its credit before it must leave.")
    interest: float = dated(0.004, unit="per month", low=0, high=1, meaning="Interest on debt.")
    discount: float = dated(0.008, unit="per month", low=0, high=1,
        meaning="Discount rate in lifetime values.")
