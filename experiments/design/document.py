"""The schema of sweep files: factors, levers, and how the uncertain ones are sampled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.design.spread import Spread
from experiments.prices import HELD, Prices
from sim.schema.fields import REQUIRED, Section, parameter

Kind = Literal["grid", "list", "latin-hypercube", "sobol", "morris"]
Table = Literal["firms", "market", "cohorts", "flows"]

SAMPLED: tuple[Kind, ...] = ("latin-hypercube", "sobol", "morris")
"""Designs whose uncertain factors are sampled from the unit cube."""
MOST_TRIALS = 1_000_000
"""More trials than this no folder of tables is made for."""


def _default_tables() -> list[Table]:
    return ["firms", "market"]


class Design(Section):
    """A validated sweep file, apart from what only its scenario can tell."""

    format: Literal[1] = parameter(1, unit="", meaning="Version of the sweep format.")
    title: str = parameter("", unit="", meaning="What figures and tables are headed with.")
    scenario: str = parameter(
        REQUIRED,
        unit="",
        meaning="The scenario that is varied: a file, seen from this one, or a shipped name.",
    )
    values: dict[str, Any] = Field(
        default_factory=dict, description="Values set in every trial, by path."
    )
    factors: dict[str, Annotated[list[Any], Field(min_length=1)] | Spread] = Field(
        min_length=1, description="What is varied, by path: a list of values, or a range."
    )
    levers: list[str] = Field(
        default_factory=list, description="Factors that a firm decides; the others are uncertain."
    )
    design: Kind = parameter(
        REQUIRED, unit="", meaning="How the values of the uncertain factors are combined."
    )
    samples: int | None = parameter(
        None,
        unit="points",
        low=1,
        high=MOST_TRIALS,
        meaning="Rows, base samples (sobol, a power of 2) or trajectories (morris).",
    )
    levels: int = parameter(
        4, unit="levels", low=2, high=100, meaning="Levels of a Morris design; an even number."
    )
    replications: int = parameter(
        1, unit="runs", low=1, high=100_000, meaning="Runs under other luck at every point."
    )
    networks: int = parameter(
        1,
        unit="draws",
        low=1,
        high=100_000,
        meaning="Draws of people and ties, crossed with the replications.",
    )
    keep: list[Table] = Field(
        default_factory=_default_tables, min_length=1, description="Tables kept of every trial."
    )
    prices: Prices = parameter(
        HELD,
        unit="",
        meaning="held: firms price on what a unit costs them in the scenario itself, under the "
        "same luck; passed-on: on what it costs them in the trial.",
    )
    seed: int = parameter(
        1, unit="", low=0, high=2**63 - 1, meaning="Seed of the sampling and of all trials."
    )

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        """What no single key can know: ``(path, what is wrong, suggestion)``."""
        from experiments.design.checks import of_design

        yield from of_design(self)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Paths of the factors that are no levers, in the order of the file."""
        return tuple(path for path in self.factors if path not in self.levers)
