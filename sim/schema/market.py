"""The market itself: how many people for how long, who they are and how they are linked."""

from __future__ import annotations

from typing import Literal

from tsunagari.experiments.words.text import LONGEST_NAME, LONGEST_PATH
from tsunagari.sim.schema.fields import REQUIRED, Section, dated, parameter

# A key in two lines reads better than one in eight.
# fmt: off


class Market(Section):
    """Size, length and start of the simulated market."""

    customers: int = parameter(20_000, unit="customers", low=1, high=10_000_000,
        meaning="People in the market, as many as are simulated.")
    people: int | None = parameter(None, unit="people", low=1, high=100_000_000_000,
        meaning="People in the real market; counts and sums of money are told for so many.")
    months: int = parameter(120, unit="months", low=0, high=1200,
        meaning="Length of the run; month 0 is the start.")
    start: Literal["shares", "steady", "empty"] = parameter("shares", unit="",
        meaning="Firms begin with shares; steady: and keep them; empty: nobody has a provider.")
    tenure: float = parameter(24.0, unit="months", low=0,
        meaning="Mean tenure of those who are customers at the start.")
    wallet_spread: float = parameter(1.0, unit="log points", low=0, high=3,
        meaning="Standard deviation of the logarithm of wallets; the mean wallet is 1.")
    exit: float = dated(0.002, unit="per month", low=0, high=1,
        meaning="Part of all people who leave the market and are replaced by newcomers.")
    cities: int = parameter(10, unit="cities", low=1, high=100_000,
        meaning="Places; friends live in the same one.")
    district: int = parameter(20, unit="people", low=1,
        meaning="Neighbours who share their distance to every outlet.")


class Money(Section):
    """The currency in which money is told; a run computes in unit costs."""

    currency: str | None = parameter(None, unit="", longest=12,
        meaning="Currency of all results, as JPY; nothing: money is in unit costs.")
    unit_cost: float = parameter(1.0, unit="currency a month", above=0, high=1e12,
        meaning="What the usual unit costs a month in that currency.")


class Segment(Section):
    """A group of customers with similar value weights."""

    name: str = parameter(REQUIRED, unit="", longest=LONGEST_NAME, meaning="Name of the segment.")
    share: float = parameter(REQUIRED, unit="share", low=0, high=1,
        meaning="Part of all customers.")
    cost: float = parameter(0.0, unit="", low=0, high=100,
        meaning="Added Dirichlet concentration on total cost.")
    product: float = parameter(0.0, unit="", low=0, high=100,
        meaning="Added Dirichlet concentration on product.")
    solution: float = parameter(0.0, unit="", low=0, high=100,
        meaning="Added Dirichlet concentration on solution.")
    need: float = parameter(0.0, unit="ring position", low=0, high=1,
        meaning="Centre of the segment's needs.")
    need_spread: float = parameter(1.0, unit="ring width", low=0, high=1,
        meaning="Width of the segment's needs around the centre; 1 is the whole ring.")
    wallet: float = parameter(1.0, unit="mean wallets", above=0, high=1000,
        meaning="Mean wallet of the segment.")


class NetworkColumns(Section):
    """Where a network's file has the ends of a tie and its weight, if usual words do not say it."""

    source: int | str | None = parameter(None, unit="",
        meaning="Column of one end of a tie: its name, or its number from 1.")
    target: int | str | None = parameter(None, unit="",
        meaning="Column of the other end: its name, or its number from 1.")
    weight: int | str | None = parameter(None, unit="",
        meaning="Column, or attribute, of the weight: its name, or its number.")


class NetworkPlan(Section):
    """Who hears of whom."""

    kind: Literal[
        "small-world", "random", "scale-free", "communities", "complete", "file"
    ] = parameter("small-world", unit="",
        meaning="Form of the network; complete means everybody knows everybody.")
    neighbours: int = parameter(10, unit="friends", low=0, high=1000,
        meaning="Mean number of friends.")
    rewire: float = parameter(0.1, unit="share", low=0, high=1,
        meaning="Part of small-world ties that lead anywhere.")
    homophily: float = parameter(0.8, unit="", low=0, high=1,
        meaning="How far people are linked to people like themselves.")
    community_size: int = parameter(100, unit="people", low=2, high=1_000_000,
        meaning="People in one community.")
    between: float = parameter(0.1, unit="share", low=0, high=1,
        meaning="Part of ties that leave the community.")
    draw: int | None = parameter(None, unit="", low=0,
        meaning="Draw of people and ties, the same in every replication; none: another in each.")
    file: str | None = parameter(None, unit="", longest=LONGEST_PATH,
        meaning="List of ties (CSV, white space), GraphML, GEXF, GML, Pajek … for kind: file.")
    columns: NetworkColumns = parameter(NetworkColumns(), unit="",
        meaning="Columns of the file that count.")
    weights: Literal["as-given", "mean-1", "ignored"] = parameter("as-given", unit="",
        meaning="Weights of the file as they are, divided by their mean, or all 1.")
    digest: str | None = parameter(None, unit="",
        meaning="Digest of the file's content, checked when given (resolved files).")
