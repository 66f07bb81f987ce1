"""What set the defaults: published figures, targets that they were fitted to, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tsunagari.sim.schema.keys import Key

type How = Literal["figure", "direction", "fitted"]

HOWS: dict[How, str] = {
    "figure": "set by the figure",
    "direction": "sign by the source, size assumed",
    "fitted": "fitted, with others",
}
SECTIONS = (
    "market", "network", "value", "judgement", "relation", "wallet", "looking", "adoption", "zmot",
    "stickiness", "technology", "finance",
)  # fmt: skip
"""Sections whose other keys are assumed."""


@dataclass(frozen=True)
class Setting:
    """What a default, or several together, were set by.

    Attributes:
        paths: Keys of the schema.
        how: Whether a figure set it, gave its sign only, or is what it was fitted to.
        figure: What is known.
        source: By whom, as author and year; empty for a target of this model's own.
    """

    paths: tuple[str, ...]
    how: How
    figure: str
    source: str


_CHURN = "churn of carriers in the United States 1.2 to 2.8 % a month, 2013 to 2018"
_STARS = "reviews follow a J: five stars most of all, and more ones than threes"
_SPREAD = (
    "the dearest firm asks 30 to 60 % more than the cheapest: assumed, as offers differ; for like "
    "business tariffs 15 to 20 % are reported"
)

# fmt: off
SETTINGS: tuple[Setting, ...] = (
    Setting(("zmot.sources", "zmot.connectivity"), "figure",
        "5.2 sources a purchase in 2010, 10.4 in 2011 (5.3 and 10.4 in the book), spread over the "
        "firms considered: 1.8 of a firm",
        "Google & Shopper Sciences 2011; Lecinski 2011"),
    Setting(("looking.friends_left",), "figure",
        "a neighbour's defection raises the hazard of defection by 80 %", "Nitzan & Libai 2011"),
    Setting(("judgement.loss_aversion",), "figure",
        "median loss aversion 2.25, rounded down", "Tversky & Kahneman 1992"),
    Setting(("zmot.attention",), "figure",
        "the second layer of close people has 9 to 15, of some 150 known",
        "Zhou et al. 2005; Dunbar 1992"),
    Setting(("adoption.innovation",), "figure",
        "p .03 a year on average over 213 applications; here 12 times the monthly value",
        "Sultan et al. 1990"),
    Setting(("adoption.imitation",), "figure",
        "q .38 a year on average, with a wide spread; the q that the market shows is lower than "
        "12 times the monthly value, as friends overlap (P1)",
        "Sultan et al. 1990"),
    Setting(("looking.friends_memory",), "direction",
        "the effect of a defection decays exponentially", "Nitzan & Libai 2011"),
    Setting(("judgement.expectation_rate",), "direction",
        "expectations follow what is experienced", "Boulding et al. 1993"),
    Setting(("zmot.negative",), "direction",
        "a one-star review moves sales more than a five-star one", "Chevalier & Mayzlin 2006"),
    Setting(("network.kind", "network.rewire"), "direction",
        "friends know each other, and few ties lead far", "Watts & Strogatz 1998"),
    Setting(("looking.base", "looking.satisfaction", "looking.in_contract", "looking.when_due"),
        "fitted", _CHURN, "Statista 2018"),
    Setting(("value.price_base", "value.price_slope"), "fitted",
        "price elasticity −2.62 on average over 1,851 estimates", "Bijmolt et al. 2005"),
    Setting(("zmot.recommendation",), "fitted",
        "net promoter score of wireless carriers −3.2 on average; of other services tens",
        "Amdocs 2013"),
    Setting(("zmot.kindness", "zmot.extremity", "zmot.lukewarm", "zmot.star_step",
             "zmot.rating_success"), "fitted", _STARS,
        "Hu, Zhang & Pavlou 2009; Schoenmueller, Netzer & Stahl 2020"),
    Setting(("disciplines.operational-excellence.markup", "disciplines.product-leadership.markup",
             "disciplines.customer-intimacy.markup", "disciplines.none.markup",
             "technology.cost_slope"), "fitted", _SPREAD, "Billmonitor 2018"),
    Setting(("segments[].cost", "segments[].product", "segments[].solution",
             "technology.reference_investment"), "fitted",
        "no discipline leads everywhere, and each leads somewhere", "Treacy & Wiersema 1995"),
)
# fmt: on


def rows(keys: dict[str, Key]) -> Iterator[tuple[str, ...]]:
    """The table of all that was set by something: key, default, how, figure, source.

    Raises:
        KeyError: There is no such key.
    """
    for setting in SETTINGS:
        for path in setting.paths:
            default = keys[path].default
            shown = f"`{default}`" if default else ""
            yield f"`{path}`", shown, HOWS[setting.how], setting.figure, setting.source


def assumed(keys: dict[str, Key]) -> Iterator[tuple[str, str]]:
    """Section by section the keys that nothing published set, with their defaults."""
    set_by_something = {path for setting in SETTINGS for path in setting.paths}
    for section in SECTIONS:
        inner = [key for path, key in keys.items() if path.startswith(f"{section}.")]
        rest = [key for key in inner if key.path not in set_by_something and key.default]
        told = ", ".join(f"`{key.path.partition('.')[2]}` {key.default}" for key in rest)
        yield f"`{section}`", told
