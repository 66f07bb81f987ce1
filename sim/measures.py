"""The measures: what is reported of every firm and month. Each is declared here, once.

Tables and their page in ``docs/``, checks of files, figures of a run, reports, comparisons and the
page read the declarations; what a measure is called in Japanese, the catalogue of texts has (theme
``measures``). A measure of sums that nobody takes yet needs them in
:mod:`tsunagari.agents.phases.survey`.

What a declaration says, and the month it is made of, :mod:`tsunagari.sim.measuring` has. Nothing
heavy is imported here: a check of a file reads the declarations, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from tsunagari.agents.columns import By
from tsunagari.sim.measuring import (
    LAST,
    RATE,
    SUM,
    Line,
    Measure,
    Unit,
    added,
    concentration,
    each_of,
    joined_by,
    part_kept,
    part_of,
    part_of_all,
    ratio,
    settled_part,
    sum_of,
    sum_of_parts,
)

PEOPLE = Unit("people", is_count=True)
SHARE = Unit("share", 0, 100.0, " %")
UTILITY = Unit("utility", 2)
OF_PRICE = Unit("share of price", 0, 100.0, " %")
POINTS = Unit("points")
STARS = Unit("stars", 2)
REVIEWS = Unit("reviews", is_count=True)
CAPABILITY = Unit("capability", 2)
PER_UNIT = Unit("money per unit", 2, is_money=True)
A_MONTH = Unit("money a month", is_money=True, is_count=True)
MONEY = Unit("money", is_money=True, is_count=True)
PER_CUSTOMER = Unit("money per customer", is_money=True)
PER_CUSTOMER_A_MONTH = Unit("money per customer a month", is_money=True)
PER_PERSON_A_MONTH = Unit("money per person a month", is_money=True)
PER_JOINER = Unit("money per joiner", is_money=True)
ZERO_TO_ONE = Unit("0 to 1", 2)
RATIO = Unit("ratio", 2)

NO_CUSTOMERS = "it has no customers"
NONE_SETTLED = "it has none; month 0"

# fmt: off
OF_FIRMS = (
    Measure("customers", PEOPLE, "customers", "Its customers.", sum_of("customers"),
            figure=LAST, whole=True, line=Line("Customers", "people", zero=True)),
    Measure("market_share", SHARE, "market share", "Its part of all people who have a provider.",
            lambda m: m.shares, "nobody has a provider", LAST,
            line=Line("Market share", "% of customers with a provider", zero=True)),
    Measure("revenue_share", SHARE, "revenue share", "Its part of the revenue of all firms.",
            lambda m: part_of_all(m.each("accounts.revenue")),
            "no firm has revenue, as in month 0", LAST),
    Measure("share_of_customer", SHARE, "share of customer",
            "Part of its customers' wallets that is spent with it.",
            part_of("kept", "wallets"), NO_CUSTOMERS),
    Measure("retention", SHARE, "retention a month",
            "Of its customers a month ago, the part that did not leave in this month. Leaving the "
            "market is leaving.",
            lambda m: m.retention, "it had no customers a month ago; month 0", RATE),
    Measure("retention_due", SHARE, "retention of those due",
            "The same among those whose contract was in its last month, or who had none.",
            part_of("due_stayed", "due"), "there was no such customer"),
    Measure("retention_12", SHARE, "retention a year",
            "Of its customers twelve months ago, the part that has been with it ever since.",
            lambda m: ratio(m.sums["tenure_12"], m.year_ago),
            "it had no customers then; the first eleven months",
            line=Line("Still there a year later", "% of the customers of 12 months ago")),
    Measure("net_retention", SHARE, "net revenue retention",
            "What it bills those who have been its customers for twelve months or longer, of what "
            "it billed all its customers twelve months ago.",
            lambda m: m.net_retention, "it billed nobody then; the first eleven months"),
    Measure("gross_retention", SHARE, "gross revenue retention",
            "The same without what any of them is billed more than then: `net_retention` less "
            "`expansion`.",
            lambda m: m.net_retention - m.expanded, "one of the two is"),
    Measure("expansion", SHARE, "expansion",
            "What customers of twelve months ago who stayed are billed more than then, summed over "
            "those who are, of what all were billed then; of the sample.",
            lambda m: m.expanded,
            "it billed nobody in the sample then; the first eleven months"),
    Measure("joins", PEOPLE, "joiners", "Who became its customers this month.", sum_of("joins"),
            figure=SUM, whole=True),
    Measure("joins_stimulus", PEOPLE, "joiners by stimulus",
            "Those of them for whom the firm's own claim spoke most; the five of this kind add up "
            "to `joins`.", joined_by(By.STIMULUS), figure=SUM, whole=True),
    Measure("joins_review", PEOPLE, "joiners by reviews",
            "Those for whom reviews spoke most.", joined_by(By.REVIEW), figure=SUM, whole=True),
    Measure("joins_friend", PEOPLE, "joiners by friends",
            "Those for whom friends' ratings spoke most, without a referral.",
            joined_by(By.FRIEND), figure=SUM, whole=True),
    Measure("joins_referral", PEOPLE, "joiners by referral",
            "Those for whom friends' ratings spoke most, one of them a customer's five stars.",
            joined_by(By.REFERRAL), figure=SUM, whole=True),
    Measure("joins_memory", PEOPLE, "joiners by memory",
            "Those for whom their own memory of it spoke most.",
            joined_by(By.MEMORY), figure=SUM, whole=True),
    Measure("leaves", PEOPLE, "leavers",
            "Who was its customer a month ago and left in this month, for another firm, for "
            "nobody, or out of the market.", sum_of("leaves"), figure=SUM, whole=True),
    Measure("stickiness", UTILITY, "stickiness",
            "Mean of what holds its customers: the sum of the four below.",
            sum_of_parts("", "customers"), NO_CUSTOMERS),
    Measure("stickiness_location", UTILITY, "stickiness by location",
            "Mean lead over the best rival in nearness.", part_of("location"), NO_CUSTOMERS),
    Measure("stickiness_switching", UTILITY, "stickiness by switching cost",
            "Mean procedural switching cost.", part_of("switching"), NO_CUSTOMERS),
    Measure("stickiness_obligation", UTILITY, "stickiness by obligation",
            "Mean obligation: liking and indebtedness.", part_of("obligation"), NO_CUSTOMERS),
    Measure("stickiness_success", UTILITY, "stickiness by success",
            "Mean lead over the best rival in the probability of success; may be negative.",
            part_of("success"), NO_CUSTOMERS),
    Measure("stickiness_money", OF_PRICE, "stickiness in money",
            "The discount at which an identical rival would win, weighted by the units that "
            "customers buy; may be negative.", sum_of_parts("money_", "units"), NO_CUSTOMERS,
            line=Line("Stickiness in money", "% of the bill", zero=True)),
    Measure("stickiness_money_location", OF_PRICE, "stickiness in money by location",
            "Part of `stickiness_money` that nearness accounts for; the four parts add up to it.",
            part_of("money_location", "units"), NO_CUSTOMERS),
    Measure("stickiness_money_switching", OF_PRICE, "stickiness in money by switching cost",
            "Part that procedural switching cost accounts for.",
            part_of("money_switching", "units"), NO_CUSTOMERS),
    Measure("stickiness_money_obligation", OF_PRICE, "stickiness in money by obligation",
            "Part that liking and indebtedness account for.",
            part_of("money_obligation", "units"), NO_CUSTOMERS),
    Measure("stickiness_money_success", OF_PRICE, "stickiness in money by success",
            "Part that the customers' own success accounts for.",
            part_of("money_success", "units"), NO_CUSTOMERS),
    Measure("surplus", PER_CUSTOMER_A_MONTH, "consumer surplus",
            "What the market's offers are worth to its customers above doing without, as they "
            "could choose anew each month, in money a month per customer (7.23 of [the "
            "model](model.md)); of a sample of 2,048 people at most.",
            lambda m: m.surplus, "it has no customers in the sample",
            line=Line("Consumer surplus", "money a month per customer", least=0.2)),
    Measure("surplus_realised", PER_CUSTOMER_A_MONTH, "realised surplus",
            "What its own offer is worth so to its customers.",
            lambda m: m.realised, "it has no customers in the sample"),
    Measure("value_share", SHARE, "value that customers keep",
            "Part of the value created that its customers keep: their surplus, of the sum of that "
            "and its contribution from them.",
            lambda m: part_kept(m.value_kept, m.value_earned),
            "no value is created; month 0",
            line=Line("Value that customers keep", "% of the value created")),
    Measure("held_against_better", SHARE, "held against better",
            "Of its customers who looked around and saw something better, the part that stayed. "
            "Better is a higher utility, luck included, of a rival or of nobody, than the provider "
            "has without switching cost and obligation.",
            part_of("better_stayed", "better"), "nobody saw something better"),
    Measure("satisfaction", UTILITY, "satisfaction", "Mean satisfaction of settled customers.",
            settled_part("satisfaction"), NONE_SETTLED,
            line=Line("Satisfaction", "utility, 0 is neutral", least=0.2)),
    Measure("expectation", UTILITY, "expectation", "Mean expectation of settled customers.",
            settled_part("expectation"), NONE_SETTLED),
    Measure("success_rate", SHARE, "success rate",
            "Settled customers whose outcome met their need this month.",
            settled_part("succeeded"), NONE_SETTLED),
    Measure("trust", UTILITY, "trust", "Mean trust of settled customers.",
            settled_part("trust"), NONE_SETTLED),
    Measure("nps", POINTS, "net promoter score",
            "Promoters less detractors among settled customers, in per cent. Promoters answer from "
            "8.5, detractors below 6.5, on the scale of 0 to 10 (Reichheld 2003).",
            lambda m: 100.0 * ratio(m.sums["promoters"] - m.sums["detractors"], m.lived),
            NONE_SETTLED,
            among="−100 to 100", line=Line("Net Promoter Score", "points, −100 to 100")),
    Measure("next_purchase_intention", SHARE, "intention to buy again",
            "Mean probability of choosing it again against the best rival.",
            part_of("intention"), NO_CUSTOMERS),
    Measure("rating", STARS, "public rating",
            "Public rating: mean of all stars given, each month counting .9 of the next.",
            lambda m: m.rating, "it has never been reviewed",
            line=Line("Public rating", "stars, 1 to 5", least=0.2)),
    Measure("reviews", REVIEWS, "reviews", "Reviews since the beginning of the run.",
            lambda m: m.stars.sum(axis=2), figure=LAST, whole=True),
    Measure("stars_1", REVIEWS, "reviews of one star", "Those of one star.",
            lambda m: m.stars[..., 0], figure=LAST, whole=True),
    Measure("stars_2", REVIEWS, "reviews of two stars", "Those of two stars.",
            lambda m: m.stars[..., 1], figure=LAST, whole=True),
    Measure("stars_3", REVIEWS, "reviews of three stars", "Those of three stars.",
            lambda m: m.stars[..., 2], figure=LAST, whole=True),
    Measure("stars_4", REVIEWS, "reviews of four stars", "Those of four stars.",
            lambda m: m.stars[..., 3], figure=LAST, whole=True),
    Measure("stars_5", REVIEWS, "reviews of five stars", "Those of five stars.",
            lambda m: m.stars[..., 4], figure=LAST, whole=True),
    Measure("fit", SHARE, "fit of the offer", "Mean fit of its offer to its customers' needs.",
            part_of("fit"), NO_CUSTOMERS),
    Measure("knowledge", SHARE, "knowledge of customers",
            "Mean knowledge that it has of its customers.", part_of("knowledge"), NO_CUSTOMERS),
    Measure("liking", SHARE, "liking of the people",
            "Mean liking of its people among its customers.", part_of("liking"), NO_CUSTOMERS),
    Measure("product", CAPABILITY, "product level", "Level of its product.", each_of("product")),
    Measure("complementors", SHARE, "complementors",
            "Complementors of it that have come, of all whom everybody as users would draw.",
            each_of("complementors")),
    Measure("attention_given", SHARE, "attention given", "Attention that one customer gets.",
            each_of("attention")),
    Measure("price", PER_UNIT, "price", "Its price.", each_of("price"),
            line=Line("Price", "ratio to the usual price", least=0.05)),
    Measure("unit_cost", PER_UNIT, "unit cost", "Its cost of delivering a unit.",
            each_of("unit_cost")),
    Measure("full_cost", PER_UNIT, "cost per unit, all in",
            "Its cost of a unit with service, attention and contact: what its price is set on, "
            "unless [prices are held](compare.md#prices-held).", each_of("cost.full")),
    Measure("revenue", A_MONTH, "revenue",
            "Price times all units sold, to own customers and to those of rivals; 0 in month 0 and "
            "in the month of closing, as all that follow up to `profit`.",
            each_of("accounts.revenue"), figure=SUM),
    Measure("settlement", A_MONTH, "settlement of gains and refunds",
            "Gains that customers shared, less refunds under a guarantee; negative if refunds are "
            "more.", each_of("accounts.settlement"), figure=SUM),
    Measure("delivery", A_MONTH, "cost of delivery", "Unit cost times all units sold.",
            each_of("accounts.delivery"), figure=SUM),
    Measure("attention", A_MONTH, "cost of staff", "Cost of staff.",
            each_of("accounts.attention"), figure=SUM),
    Measure("service", A_MONTH, "cost of service", "Cost of service beyond what was asked.",
            each_of("accounts.service"), figure=SUM),
    Measure("intermediation", A_MONTH, "intermediaries' part",
            "What intermediaries keep of the price of what goes through them.",
            each_of("accounts.intermediation"), figure=SUM),
    Measure("advertising", A_MONTH, "cost of advertising", "Cost of advertising.",
            each_of("accounts.advertising"), figure=SUM),
    Measure("acquisition", A_MONTH, "cost of taking on board",
            "Cost of taking joiners on board, and what each channel costs besides.",
            each_of("accounts.acquisition"), figure=SUM),
    Measure("investment", A_MONTH, "investment", "Budget invested in capabilities.",
            each_of("accounts.investment"), figure=SUM),
    Measure("fixed", A_MONTH, "fixed cost", "Cost of being in the market.",
            each_of("accounts.fixed"), figure=SUM),
    Measure("interest", A_MONTH, "interest", "Interest on debt.",
            each_of("accounts.interest"), figure=SUM),
    Measure("profit", A_MONTH, "profit", "Revenue and settlement less all costs above.",
            lambda m: m.profit, figure=SUM,
            line=Line("Profit", "money a month", zero=True)),
    Measure("margin", SHARE, "margin",
            "Revenue and settlement less delivery, staff, service and intermediaries' part, per "
            "revenue.",
            lambda m: m.margin, "it has no revenue"),
    Measure("cash", MONEY, "cash", "Cash at the end of the month; negative is debt.",
            each_of("cash"), figure=LAST),
    Measure("clv", PER_CUSTOMER, "customer lifetime value",
            "What a customer of today is worth on average from next month on, by a life table: the "
            "chance to stay by tenure (leavers of the last 24 months) times what customers of that "
            "tenure bring (the last twelve months; what they pay and are settled less delivery, "
            "service and attention), discounted by `finance.discount`.", lambda m: m.worth.base,
            "it has no customers, or none a month ago; also where nobody leaves and i is 0"),
    Measure("clv_joiner", PER_CUSTOMER, "lifetime value of a joiner",
            "The same for somebody who has just joined: their tenure begins at 0.",
            lambda m: m.worth.joiner,
            "it has had no customers of late; also where nobody leaves and i is 0"),
    Measure("customer_equity", MONEY, "customer equity",
            "`clv` of all customers, and `clv_joiner` less the cost of acquisition of all who will "
            "join, if as many do as in the last twelve months, discounted.",
            lambda m: m.worth.equity, "`clv_joiner` is; also where i is 0"),
    Measure("elasticity_retention", RATIO, "retention elasticity of customer equity",
            "Per cent of `customer_equity` that one per cent more of retention a year would add.",
            lambda m: m.worth.by_retention, "`customer_equity` is, or is not positive"),
    Measure("elasticity_margin", RATIO, "margin elasticity of customer equity",
            "The same for one per cent more of what customers bring.",
            lambda m: m.worth.by_margin, "`customer_equity` is, or is not positive"),
    Measure("elasticity_acquisition", RATIO, "acquisition elasticity of customer equity",
            "The same for one per cent less of the cost of acquisition.",
            lambda m: m.worth.by_acquisition, "`customer_equity` is, or is not positive"),
    Measure("clv_to_date", PER_CUSTOMER, "customer value to date",
            "Revenue and settlement less delivery, attention and service, discounted to month 0 "
            "and summed since the start, per customer it has ever had.",
            lambda m: ratio(m.discounted, m.ever), "it has never had one", LAST),
    Measure("referral_value", PER_CUSTOMER_A_MONTH, "referral value",
            "Joiners for whom friends spoke most for the firm, by rating or referral, times "
            "`clv_joiner`, per customer.",
            lambda m: ratio((joined_by(By.FRIEND)(m) + joined_by(By.REFERRAL)(m))
                            * m.worth.joiner, m.sums["customers"]),
            "`clv` is, or `clv_joiner`"),
    Measure("acquisition_cost", PER_JOINER, "acquisition cost per joiner",
            "Cost of advertising and of taking on board, per joiner.",
            lambda m: ratio(m.each("accounts.advertising") + m.each("accounts.acquisition"),
                            m.sums["joins"]), "nobody joined"),
)
"""Of every firm and month, in the order of the columns of ``firms``."""

OF_THE_MARKET = (
    Measure("hhi", ZERO_TO_ONE, "concentration (Herfindahl)",
            "Concentration: sum of the squared market shares.", concentration,
            "nobody has a provider", LAST),
    Measure("reach", SHARE, "people with a provider", "People who have a provider, of all.",
            lambda m: m.adopters / m.people, figure=LAST),
    Measure("without_provider", PEOPLE, "people without a provider", "People who have none.",
            lambda m: m.people - m.adopters, figure=LAST, whole=True),
    Measure("need", UTILITY, "need", "Mean need of all people.", lambda m: m.needs / m.people),
    Measure("connectivity", RATIO, "connectivity", "`zmot.connectivity` as it stands.",
            lambda m: m.connectivity, figure=LAST),
    Measure("adopters", PEOPLE, "adopters", "People who have a provider.",
            lambda m: m.adopters, figure=LAST, whole=True),
    Measure("market_surplus", PER_PERSON_A_MONTH, "consumer surplus of everybody",
            "Mean `surplus` of all people, those without a provider included.",
            lambda m: m.sample.surplus.mean(axis=1)),
    Measure("market_value_share", SHARE, "value that all customers keep",
            "`value_share` of all firms together.",
            lambda m: part_kept(added(m.value_kept), added(m.value_earned)),
            "no value is created; month 0"),
    Measure("spending", A_MONTH, "spending",
            "What people paid to all firms; the sum of `revenue`.",
            lambda m: m.spending, figure=SUM),
)
"""Of every month, in the order of the columns of ``market``."""

MADE_ELSEWHERE = (
    Measure("churn", Unit("share", 1, 100.0, " %"), "churn",
            "`leaves` of a month per customer of the month before.", figure=RATE,
            line=Line("Churn", "% of customers lost a month, line: mean of three months",
                      zero=True, least=1.0)),
    Measure("joining", SHARE, "joining", "`joins` of a month per customer of the month before.",
            figure=RATE),
    Measure("profit_to_date", MONEY, "profit so far",
            "Sum of `profit` since the firm came, that of a firm that has closed since included.",
            figure=LAST),
)
"""Made of the columns of ``firms`` where they are shown: in figures of a run, and comparisons."""
# fmt: on

MEASURES: Mapping[str, Measure] = {m.name: m for m in (*OF_FIRMS, *OF_THE_MARKET, *MADE_ELSEWHERE)}
"""All measures by name."""
FIRM_MEASURES = tuple(measure.name for measure in OF_FIRMS)
"""Columns of ``firms`` that hold numbers."""
MARKET_MEASURES = tuple(measure.name for measure in OF_THE_MARKET)
"""Columns of ``market`` that hold numbers."""
SEGMENT_MEASURES = ("surplus", "surplus_realised", "value_share")
"""Measures of firms that ``segments`` has of the customers of a segment, whoever provides them."""


def unit_of(name: str) -> str:
    """The unit of a measure in a word; an empty text for one of somebody's own."""
    return MEASURES[name].unit.name if name in MEASURES else ""


def is_share(name: str) -> bool:
    """Whether values are parts of one, shown in per cent, and their differences in points."""
    return name in MEASURES and MEASURES[name].unit.scale != 1.0


# -- what rows are of ----------------------------------------------------------------------------


class Key(NamedTuple):
    """A column that says of what a row is, or how many there are.

    Whole numbers are from 0, signed ones may be less. People are whole numbers from 0, too; in a
    scenario with ``market.people`` they are any number from 0.
    """

    kind: Literal["text", "whole", "signed", "people"]
    unit: str
    meaning: str


_RUN = {
    "scenario": Key("text", "text", "Title of the scenario."),
    "replication": Key("whole", "number", "Which run among runs of one seed, from 0."),
}
_MONTH = Key("whole", "month", "Month of the run.")
_FIRM = Key("text", "text", "Name of the firm.")

# fmt: off
COLUMNS: Mapping[str, Mapping[str, Key]] = {
    "firms": {
        **_RUN, "month": _MONTH, "firm": _FIRM,
        "discipline": Key("text", "text", "Its discipline in this month."),
    },
    "market": {**_RUN, "month": _MONTH},
    "segments": {
        **_RUN, "month": _MONTH,
        "segment": Key("text", "text", "Name of the segment."),
        "people": Key("people", "people", "All people of the segment."),
        "customers": Key("people", "people", "Those of them who have a provider."),
    },
    "cohorts": {
        **_RUN, "firm": _FIRM,
        "joined": Key(
            "signed", "month",
            "Month in which the cohort joined; for those who were customers at the start 0, or "
            "negative by the months they had been there (at most 600).",
        ),
        "tenure": Key(
            "whole", "months",
            "Months since then, up to the end of the run: from 0, or for customers from the start "
            "from `−joined`.",
        ),
        "survivors": Key("people", "people", "Those of the cohort who have not left since."),
    },
    "flows": {
        **_RUN, "month": _MONTH._replace(meaning="Month of the move."),
        "source": Key("text", "text", "The firm left; empty for nobody."),
        "destination": Key("text", "text", "The firm joined; empty for nobody."),
        "decided_by": Key("text", "text", "What decided, see below."),
        "customers": Key("people", "people", "Who moved so."),
    },
}
# fmt: on
"""By table: what every row says besides measures, none of which is ever null."""
