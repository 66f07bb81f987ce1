"""The six topics of the page for predictions, one a lesson, and the runs they are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.agents.firm.books import UnitCosts
    from tsunagari.experiments.runs.statistics import Floats
    from tsunagari.sim.scenario import Scenario


@dataclass(frozen=True)
class Size:
    """How much of a market stands behind a course.

    Attributes:
        customers: Of each market.
        seed: What all chance depends on.
        months: Most months; topics that take longer end sooner.
    """

    customers: int
    seed: int
    months: int = 120


@dataclass(frozen=True, eq=False)
class Topic:
    """One chapter of the page for predictions.

    Attributes:
        name: That of its lesson.
        title, question: Of the chapter.
        setting: What the slider sets.
        values: Its values, in order; each of them is run.
        told: How a value is written.
        shipped: The value at which the slider begins.
        measured: What is predicted, with its unit.
        unit: Written after a number.
        decimals: Of numbers.
        most: What the measure cannot exceed.
        months: Of the axis, in order; the first is given to the class.
        since: The name of the axis.
        course: Value, size and replication to the course, [axis], in the unit.
        firm: Place of the firm concerned in its scenario, for its colour; None is the market.
        debrief: What to see, paragraph by paragraph.
        statements: Medians [value, axis] to what the debrief says, and whether it is so.
    """

    name: str
    title: str
    question: str
    setting: str
    values: Sequence[float]
    told: Callable[[float], str]
    shipped: float
    measured: str
    unit: str
    decimals: int
    most: float
    months: Sequence[int]
    since: str
    course: Callable[[float, Size, int], Floats]
    firm: int | None
    debrief: Sequence[str]
    statements: Callable[[Floats], Mapping[str, bool]]


def market_of(scenario: str, size: Size, months: int, changes: Mapping[str, Any]) -> Scenario:
    """A shipped scenario in that size with changes, without its claims."""
    from tsunagari.sim.scenario import Scenario

    basic = {
        "market.customers": size.customers,
        "market.months": min(months, size.months),
        "claims": [],
    }
    plan = Scenario.load(scenario)
    inside = [e.model_dump(mode="json", exclude_none=True) for e in plan.events]
    kept = [event for event in inside if event["month"] <= basic["market.months"]]
    return plan.with_values({"events": kept}).with_values({**basic, **changes})


def courses_of(
    plan: Scenario, size: Size, replication: int, measures: Sequence[str], firm: str = ""
) -> Floats:
    """Measures of a firm, or of the market, in one run: [measure, month], month 0 first.

    NaN from the month on in which the firm has closed.
    """
    from tsunagari.experiments.runs.trial import Trial, run_trial
    from tsunagari.experiments.studies.tally import values_of

    tables = run_trial(Trial(plan, size.seed, replication), threads=1).tables
    months = range(plan.market.months + 1)
    if firm:
        return values_of(tables["firms"], measures, months, [firm])[:, 0]
    return values_of(tables["market"], measures, months)[:, 0]


def on_axis(course: Floats, months: Sequence[int]) -> Floats:
    """A course at the months of an axis; NaN after its end."""
    longer = np.full(max(len(course), months[-1] + 1), np.nan)
    longer[: len(course)] = course
    return longer[list(months)]


FIRST = 12
"""Month from which on Broad spends more on service."""

_BONDS = ("location", "switching", "obligation")


def adoption(imitation: float, size: Size, replication: int) -> Floats:
    """Share of people who have a provider, in per cent."""
    plan = market_of("empty-market", size, 120, {"adoption.imitation": imitation})
    return 100 * courses_of(plan, size, replication, ["reach"])[0]


def promise(connectivity: float, size: Size, replication: int) -> Floats:
    """Share that Loud wins by promising too much, in percentage points; a pair of markets."""
    honest, loud = (
        courses_of(
            market_of(
                "over-claiming",
                size,
                60,
                {"zmot.connectivity": connectivity, "firms.Loud.claim": claim},
            ),
            size,
            replication,
            ["market_share"],
            "Loud",
        )[0]
        for claim in (0.0, 1.0)
    )
    return 100 * (loud - honest)


def share_of_lean(thrifty: float, size: Size, replication: int) -> Floats:
    """Lean's market share in per cent, where so many people look at cost above all."""
    changes = {
        "segments.thrifty.share": thrifty,
        "segments.curious.share": (1 - thrifty) / 2,
        "segments.involved.share": (1 - thrifty) / 2,
    }
    plan = market_of("three-disciplines", size, 120, changes)
    return 100 * _after_closing(courses_of(plan, size, replication, ["market_share"], "Lean")[0])


def kept_by_broad(left: float, size: Size, replication: int) -> Floats:
    """Broad's retention over twelve months in per cent, where so much of each bond is left.

    NaN in the first eleven months.
    """
    plan = market_of("connected-age", size, 120, {})
    events = [event.model_dump(mode="json", exclude_none=True) for event in plan.events]
    for event in events:
        section, _, bond = str(event.get("set", "")).partition(".")
        if section == "stickiness" and bond in _BONDS:
            event["to"] = left * getattr(plan.stickiness, bond)
    plan = plan.with_values({"events": events})
    return 100 * courses_of(plan, size, replication, ["retention_12"], "Broad")[0]


def cash_for_each(minimum: float, size: Size, replication: int) -> Floats:
    """How much more cash for each customer Tailor has by choosing, in per cent; a pair of runs."""
    everybody, chosen = (_cash_for_each(fit, size, replication) for fit in (0.0, minimum))
    return 100 * (chosen / everybody - 1)


def _cash_for_each(minimum: float, size: Size, replication: int) -> Floats:
    """Tailor's cash for each of its customers; undefined without any."""
    changes = {
        "firms.Tailor.minimum_fit": minimum,
        "firms.Tailor.drops_below": max(minimum - 0.1, 0.0),
    }
    plan = market_of("right-customers", size, 96, changes)
    cash, customers = courses_of(plan, size, replication, ["cash", "customers"], "Tailor")
    return cash / np.where(customers > 0, customers, np.nan)


def returned_by_service(more: float, size: Size, replication: int) -> Floats:
    """What more service brought Broad so far, less what it cost, per customer; month 0 is before.

    As present values. Broad's prices are held to what they would have been anyhow, see
    :mod:`tsunagari.experiments.runs.given`.
    """
    plan = market_of("connected-age", size, 120, {})
    usual = _contributions(plan, size, replication, None)
    raised = {"month": FIRST, "set": "firms.Broad.service", "to": usual.service + more}
    events = [event.model_dump(mode="json", exclude_none=True) for event in plan.events]
    plan = plan.with_values({"events": [*events, raised]})
    other = _contributions(plan, size, replication, usual.costs)
    difference = (other.values - usual.values)[FIRST:]
    factor = (1 + plan.finance.discount) ** -np.arange(1.0, len(difference) + 1)
    per_customer = np.cumsum(factor * difference) / usual.customers[FIRST - 1]
    return np.concatenate(([0.0], per_customer))


@dataclass(frozen=True, eq=False)
class _Business:
    """One firm's months: contribution and customers, [month], unit costs; service in the last."""

    values: Floats
    costs: dict[int, UnitCosts]
    customers: Floats
    service: float


def _contributions(
    plan: Scenario, size: Size, replication: int, costs: dict[int, UnitCosts] | None
) -> _Business:
    """Broad's business in one run, its price set on given costs where there are any."""
    from tsunagari.experiments.studies.tally import values_of
    from tsunagari.sim.market import Market

    held_to = {"Broad": costs} if costs else None
    market = Market(plan, seed=size.seed, replication=replication, threads=1, costs=held_to)
    firm = market.firm("Broad")
    market.run_for(plan.market.months)
    names = "revenue settlement delivery attention service acquisition customers".split()
    months = range(plan.market.months + 1)
    found = values_of(market.results.tables["firms"], names, months, ["Broad"])[:, 0]
    brought, spent = found[:2].sum(axis=0), found[2:6].sum(axis=0)
    return _Business(brought - spent, firm.costs, found[6], float(firm.terms.service))


def _after_closing(share: Floats) -> Floats:
    """A firm that has closed has no share."""
    return np.where(np.isnan(share), 0.0, share)


_EVERY_SECOND_MONTH = range(0, 121, 2)


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _of_adoption(medians: Floats) -> Mapping[str, bool]:
    steepest = np.diff(medians, axis=1).argmax(axis=1)
    return {
        "the more people imitate, the sooner half have one": bool(
            np.all(np.diff((medians >= 50).sum(axis=1)) >= 0)
        ),
        "with much imitation nearly everybody has adopted in the end": medians[-1, -1] > 90,
        "without imitation the curve is not steepest in its middle": bool(
            medians[0, -1] < 50 and steepest[-1] > 0
        ),
    }


def _of_promise(medians: Floats) -> Mapping[str, bool]:
    return {
        "where few look it up the promise wins at first": bool(medians[0, 6] > 0.5),
        "and loses in the end": bool(medians[0, -1] < -0.5),
        "where everybody does it wins and loses less": bool(
            medians[-1, 6] < medians[0, 6] / 2 and medians[-1, -1] > medians[0, -1]
        ),
    }


def _of_lean(medians: Floats) -> Mapping[str, bool]:
    return {
        "Lean ends larger the more people look at cost": bool(
            medians[-1, -1] > medians[0, -1] + 20
        ),
        "it is not with all of them even where all look at cost": bool(medians[-1, -1] < 95),
    }


def _of_broad(medians: Floats) -> Mapping[str, bool]:
    return {
        "the less is left, the fewer stay": bool(medians[0, -1] < medians[-1, -1] - 3),
        "they get fewer even where all is left": bool(medians[-1, -1] < medians[-1, 0]),
        "it does not fall to nothing": bool(medians[0].min() > 30),
    }


def _of_choosing(medians: Floats) -> Mapping[str, bool]:
    ends = medians[:, -1]
    return {
        "the choosier, the more there is for each customer": bool(ends[-1] > ends[4] > ends[2]),
        "the lowest setting changes nothing": bool(abs(ends[1]) < 2),
        "the first steps bring more than the last": bool(ends[5] > ends[-1] - ends[5]),
    }


def _of_service(medians: Floats) -> Mapping[str, bool]:
    deepest, ends = np.nanmin(medians, axis=1), medians[:, -1]
    return {
        "every raise costs at first": bool(np.all(deepest < 0)),
        "every raise comes back": bool(np.all(ends > 0)),
        "each brings less for its size": bool(ends[0] / 0.05 > ends[4] / 0.4 > ends[-1] / 1.0),
    }


TOPICS: tuple[Topic, ...] = (
    Topic(
        name="diffusion",
        title="Diffusion",
        question="Nobody has a provider yet. A few people adopt by themselves; others adopt when "
        "friends have. How many people have a provider, month by month?",
        setting="Imitation: probability of adopting in a month when all friends have",
        values=(0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2, 0.3),
        told=_percent,
        shipped=0.1,
        measured="People who have a provider, %",
        unit=" %",
        decimals=0,
        most=100.0,
        months=_EVERY_SECOND_MONTH,
        since="Month",
        course=adoption,
        firm=None,
        debrief=(
            "Without imitation the few who adopt by themselves make a slow, nearly straight line. "
            "With it every adopter is an example, and the curve bends upwards until so few are "
            "left that it bends down again: an S (Bass 1969).",
            "Was your curve steep too soon? Most are. In the first years of an S the market looks "
            "like a failure; who looks at those years only cannot tell it from a slow line.",
        ),
        statements=_of_adoption,
    ),
    Topic(
        name="zmot",
        title="Word of mouth",
        question="Loud and Quiet are the same firm twice, but Loud promises far more than it "
        "delivers. People look up what others lived through before they choose. How much market "
        "share does the promise win, against an honest Loud in the same market?",
        setting="How connected people are (1: as in 2010; 2: as in 2011)",
        values=(0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0),
        told="{:g}".format,
        shipped=1.0,
        measured="Market share won by the promise, percentage points",
        unit=" points",
        decimals=1,
        most=math.inf,
        months=range(61),
        since="Month",
        course=promise,
        firm=0,
        debrief=(
            "At first the promise wins. Then those who believed it tell others, its record counts "
            "against it, and people place it below what it says. In the end it is behind an honest "
            "Loud: a promise is a loan.",
            "The more connected people are, the flatter the curve: who hears of many experiences "
            "gives the firm's own words less weight. Less to win, and less to lose.",
        ),
        statements=_of_promise,
    ),
    Topic(
        name="disciplines",
        title="Three disciplines",
        question="Lean is cheap and quick, Spark has the newest product, Tailor knows its "
        "customers, Broad does a bit of everything. Each begins with a quarter of the market. How "
        "large does Lean become?",
        setting="People who look at cost above all",
        values=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        told=_percent,
        shipped=0.3,
        measured="Market share of Lean, %",
        unit=" %",
        decimals=0,
        most=100.0,
        months=_EVERY_SECOND_MONTH,
        since="Month",
        course=share_of_lean,
        firm=0,
        debrief=(
            "Lean is as good or as bad at every setting; what changes is whom it meets. There is "
            "no best discipline, only people for whom it is best.",
            "Did you expect all who look at cost to be with Lean, and at once? People stay where "
            "they are for years, and even they look at other things, too.",
        ),
        statements=_of_lean,
    ),
    Topic(
        name="stickiness",
        title="Stickiness",
        question="From month 24 on, within three years, place stops mattering, leaving becomes "
        "easy, obligation fades, and people become connected. How many of Broad's customers of a "
        "year ago are still there?",
        setting="What is left in the end of place, switching cost and obligation",
        values=tuple(round(0.1 * step, 1) for step in range(11)),
        told=_percent,
        shipped=0.1,
        measured="Customers of a year ago still with Broad, %",
        unit=" %",
        decimals=0,
        most=100.0,
        months=range(12, 121, 2),
        since="Month",
        course=kept_by_broad,
        firm=3,
        debrief=(
            "Retention falls even where all three are left: the connected hear of better offers. "
            "The less of them is left, the further it falls.",
            "It does not fall to nothing. Most people do not look around in a month, and that is "
            "no bond either. Bonds fade over three years, and retention over twelve months shows "
            "it with a delay of a year.",
        ),
        statements=_of_broad,
    ),
    Topic(
        name="right-customers",
        title="Right customers",
        question="Tailor makes solutions to measure and has people for a quarter of the market. "
        "It may take only customers whom it fits, and will have fewer of them. How much more cash "
        "has it for each of its customers than if it took everybody?",
        setting="The fit from which on Tailor takes a customer",
        values=tuple(round(0.1 * step, 1) for step in range(10)),
        told=_percent,
        shipped=0.6,
        measured="Cash for each customer, against taking everybody, %",
        unit=" %",
        decimals=0,
        most=math.inf,
        months=range(0, 97, 2),
        since="Month",
        course=cash_for_each,
        firm=0,
        debrief=(
            "Customers whom Tailor does not fit buy less, succeed less often and leave sooner, but "
            "need the same people. Without them Tailor is smaller, and each customer brings more.",
            "That is not more cash in all: multiply it by the customers who are missing. The first "
            "steps bring most of it, as they keep out those whom it fits least. At the lowest "
            "settings nothing happens, as nearly nobody fits as badly as that.",
        ),
        statements=_of_choosing,
    ),
    Topic(
        name="connection",
        title="Value of a connection",
        question="From month 12 on Broad spends more on service to its customers, at unchanged "
        "prices. What has come back so far, less what was spent, per customer?",
        setting="Service beyond the usual, in utility",
        values=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0),
        told="{:g}".format,
        shipped=0.2,
        measured="Money back less money spent so far, per customer",
        unit="",
        decimals=1,
        most=math.inf,
        months=range(0, 109, 2),
        since="Months since the raise",
        course=returned_by_service,
        firm=3,
        debrief=(
            "First the money goes, to all customers at once. It comes back month by month, from "
            "those who would have left, and from those who come because they have heard of it.",
            "Margins are high in this market, and every raise comes back; but each further step "
            "brings less for its money. The best is where the next unit just comes back. Where "
            "would somebody stop who looks at two years?",
        ),
        statements=_of_service,
    ),
)
"""In the order of the lessons."""
