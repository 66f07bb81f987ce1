"""Firms: the operating models of the disciplines, and what sets one firm apart."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from experiments.words.text import LONGEST_NAME
from sim.schema.fields import REQUIRED, Section, parameter

# One key per three lines reads better than one per eight.
# fmt: off


class OperatingModel(Section):
    """How a firm splits its money, prices, accepts, serves and speaks.

    A discipline is nothing but a set of these numbers and the decisions made with them
    (:mod:`agents.firm.discipline`); none of them adds to anything because of the discipline's name.
    """

    operations: float = parameter(
        1.0, unit="parts", low=0, high=1000, dated=True,
        meaning="Parts of investment that go into operations.",
    )
    innovation: float = parameter(
        1.0, unit="parts", low=0, high=1000, dated=True,
        meaning="Parts of investment that go into innovation.",
    )
    intimacy: float = parameter(
        1.0, unit="parts", low=0, high=1000, dated=True,
        meaning="Parts of investment that go into intimacy.",
    )
    investment: float = parameter(
        0.10, unit="share of revenue", low=0, high=1, dated=True,
        meaning="Part of revenue that is invested in capabilities.",
    )
    markup: float = parameter(
        0.30, unit="share of full cost", low=-0.99, high=100, dated=True,
        meaning="Price asked above the cost of delivery, service and attention.",
    )
    launch_premium: float = parameter(
        0.0, unit="share of price", low=0, high=10, dated=True,
        meaning="Premium on a product that is just out; it fades with its novelty.",
    )
    launch_rate: float = parameter(
        0.0, unit="per month", low=0, high=1, dated=True,
        meaning="Probability of a launch; without launches the product improves steadily.",
    )
    launch_size: float = parameter(
        0.3, unit="share", low=0, high=10, dated=True,
        meaning="How far a launch may go beyond what innovation gives steadily.",
    )
    attention: float = parameter(
        0.4, unit="share", low=0, high=1, dated=True,
        meaning="Staff attention per customer; 1 is a team of one's own.",
    )
    capacity: float = parameter(
        1.0, unit="share of the market's customers", above=0, high=1, dated=True,
        meaning="Most customers the firm takes; 1 is everybody.",
    )
    minimum_fit: float = parameter(
        0.0, unit="", low=0, high=1, dated=True,
        meaning="Customers with a fit below this are not taken.",
    )
    authority: float = parameter(
        0.2, unit="share", low=0, high=1, dated=True,
        meaning="How far staff near the customer may tailor what they offer.",
    )
    solution: float = parameter(
        1.0, unit="ratio", low=0, high=10, dated=True,
        meaning="Depth of the solution per unit of intimacy capability.",
    )
    breadth: float = parameter(
        0.35, unit="ring width", above=0, high=10, dated=True,
        meaning="Distance of need at which an untailored offer has lost 40 % of its fit.",
    )
    position: float = parameter(
        0.0, unit="ring position", low=0, high=1, dated=True,
        meaning="Need that the untailored offer is made for.",
    )
    renewal: float = parameter(
        0.2, unit="share", low=0, high=1, dated=True,
        meaning="How far the firm opens new areas where customers have become independent.",
    )
    warmth: float = parameter(
        1.0, unit="ratio", low=0, high=10, dated=True,
        meaning="Liking that full attention earns.",
    )
    service: float = parameter(
        0.0, unit="utility", low=-10, high=10, dated=True,
        meaning="Outcome delivered beyond what was asked.",
    )
    service_cost: float = parameter(
        0.15, unit="unit costs per utility", low=0, high=10, dated=True,
        meaning="Cost of service beyond what was asked, per unit sold.",
    )
    indulgence: float = parameter(
        0.0, unit="utility", low=0, high=10, dated=True,
        meaning="Comfort given to the contact person; felt, but no outcome.",
    )
    integration: float = parameter(
        0.6, unit="", low=0, high=10, dated=True,
        meaning="How far long-standing customers are integrated with the firm.",
    )
    wallet_breadth: float = parameter(
        0.0, unit="share", low=-1, high=1, dated=True,
        meaning="Share of wallet due to the breadth of the offer.",
    )
    contract: int = parameter(
        12, unit="months", low=0, high=120, dated=True,
        meaning="Length of a contract; 0 means none.",
    )
    claim: float = parameter(
        0.0, unit="utility", low=-10, high=10, dated=True,
        meaning="How far the firm's claim goes beyond the quality it delivers.",
    )
    reach: float = parameter(
        1.0, unit="share", low=0, high=1, dated=True,
        meaning="Part of all people who know the firm without being told by others.",
    )
    advertising: float = parameter(
        1.0, unit="ratio", low=0, high=100, dated=True,
        meaning="Advertising, relative to what is usual in the market.",
    )
    data_quality: float = parameter(
        1.0, unit="ratio", low=0, high=10, dated=True,
        meaning="Quality of customer data: how fast attention becomes knowledge.",
    )
    digital: float = parameter(
        0.0, unit="share", low=0, high=10, dated=True,
        meaning="Digital contact: how fast knowledge grows without staff, up to its ceiling.",
    )
    inconsistency: float = parameter(
        0.0, unit="share", low=0, high=10, dated=True,
        meaning="How far contact points disagree: spread that they add to outcomes.",
    )
    foresight: float = parameter(
        0.0, unit="utility", low=0, high=10, dated=True,
        meaning="Outcome from needs foreseen; hits as often as the customer is known.",
    )
    discovery: float = parameter(
        0.0, unit="per month", low=0, high=1, dated=True,
        meaning="How fast proposals find what a well-known customer had not noticed.",
    )
    minimum_potential: float = parameter(
        0.0, unit="share of wallet", low=0, high=10, dated=True,
        meaning="Customers with less potential left to be found are not taken.",
    )
    drops_below: float = parameter(
        0.0, unit="", low=0, high=1, dated=True,
        meaning="Relations with a fit below this are ended after three months.",
    )
    guarantee: float = parameter(
        0.0, unit="share of the bill", low=0, high=0.99, dated=True,
        meaning="Part of the bill returned for a month without success.",
    )
    gain_share: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="Part of the gain above what is usual that customers pay for.",
    )
    joiner_price: float = parameter(
        1.0, unit="ratio", above=0, high=10, dated=True,
        meaning="Price for new customers against that for the loyal.",
    )
    winback_price: float = parameter(
        1.0, unit="ratio", above=0, high=10, dated=True,
        meaning="Price for customers who come back against that for the loyal.",
    )
    joiner_months: int = parameter(
        0, unit="months", low=0, high=120, dated=True,
        meaning="Months for which prices for joiners and returners hold.",
    )
    renews: float = parameter(
        1.0, unit="", low=0, high=1, dated=True,
        meaning="1: contracts renew by themselves (a service); 0: each purchase is decided anew.",
    )
    target: str | None = parameter(
        None, unit="", dated=True,
        meaning="Segment that advertising aims at; nothing means everybody.",
    )
    focus: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far advertising leaves out all other segments.",
    )
    culture: float = parameter(
        1.0, unit="ratio", low=0, high=10, dated=True,
        meaning="How much of a budget becomes capability.",
    )
    purpose: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far the firm means to be of use, beyond its own result.",
    )
    use: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far what is measured of the firm moves its budgets, if it has a purpose.",
    )
    plan_months: int = parameter(
        1, unit="months", low=1, high=120, dated=True,
        meaning="Months for which what was measured once is planned with; 1 corrects monthly.",
    )
    governance: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far customer data are kept in order; ungoverned, quantity clutters them.",
    )
    learning: float = parameter(
        0.0, unit="share per log point", low=0, high=10, dated=True,
        meaning="How far what is learned with one account helps to know the others.",
    )
    partners: float = parameter(
        0.0, unit="share", low=0, high=1, dated=True,
        meaning="How far partners lend what the firm lacks where it does not lead.",
    )
    experiments: float = parameter(
        0.0, unit="trials per month", low=0, high=30, dated=True,
        meaning="Trials that staff make on their own, on average.",
    )
    expansion: float = parameter(
        0.0, unit="ring width per month", low=0, high=10, dated=True,
        meaning="Growth of breadth since entry: into fields that the firm did not serve at first.",
    )
    expansion_most: float = parameter(
        1.0, unit="ring width", low=0, high=10, dated=True,
        meaning="Breadth at which that growth ends.",
    )
    marginal_cost: float = parameter(
        1.0, unit="ratio", low=0, high=10, dated=True,
        meaning="Cost of delivering one unit, relative to the usual technology.",
    )
    network_effect: float = parameter(
        0.0, unit="utility per share", low=0, high=100, dated=True,
        meaning="Utility added when everybody is with the firm.",
    )


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
    operations=3.0, markup=0.30, attention=0.15, authority=0.1,
)
ProductModel = _operating_model(
    "ProductModel", "Product leadership: launches in irregular jumps, a premium while new.",
    innovation=3.0, markup=0.25, launch_premium=0.08, launch_rate=0.16, launch_size=0.2,
    attention=0.2,
)
IntimateModel = _operating_model(
    "IntimateModel", "Customer intimacy: knowledge of each customer, tailoring, a limited number.",
    intimacy=3.0, markup=0.4, attention=1.0, capacity=0.35, minimum_fit=0.2, authority=0.6,
    renewal=0.6, wallet_breadth=0.1,
)
DisruptorModel = _operating_model(
    "DisruptorModel", "Disruptor: next to no marginal cost, worth more the more people use it.",
    operations=2.0, innovation=2.0, markup=0.9, marginal_cost=0.35, attention=0.05, authority=0.0,
    integration=0.2, contract=0, network_effect=0.8,
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


class _FirmIdentity(Section):
    name: str = parameter(
        REQUIRED, unit="", longest=LONGEST_NAME, meaning="Name of the firm; it keys all its luck."
    )
    discipline: str = parameter(
        "none", unit="", dated=True,
        meaning="Value discipline, or module:Class of one's own (needs --allow-code).",
    )
    share: float | None = parameter(
        None, unit="share", low=0, high=1,
        meaning="Share of customers at the start; nothing means an equal part of the rest.",
    )
    price: float = parameter(
        1.0, unit="ratio", above=0, high=100, dated=True,
        meaning="Factor on the price that the firm would ask; 0.9 is a tenth cheaper.",
    )


def _own_values() -> dict[str, Any]:
    """Every key of an operating model, optional, with nothing meaning the discipline's value."""
    fields: dict[str, Any] = {}
    for name, field in OperatingModel.model_fields.items():
        bounds = {type(m).__name__.lower(): m for m in field.metadata}
        limits = {
            keyword: getattr(bounds[keyword], keyword)
            for keyword in ("ge", "le", "gt", "lt")
            if keyword in bounds
        }
        fields[name] = (
            field.annotation | None,  # type: ignore[operator]
            Field(
                None,
                description=f"{field.description} Nothing means the discipline's.",
                json_schema_extra=field.json_schema_extra,
                **limits,
            ),
        )
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
