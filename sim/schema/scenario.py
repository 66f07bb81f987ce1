"""All keys of a scenario file, section by section."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sim.schema.claims import Claim
from sim.schema.customers import (
    Adoption,
    Judgement,
    Looking,
    Relation,
    Stickiness,
    Value,
    Wallet,
    Zmot,
)
from sim.schema.economy import Finance, Technology
from sim.schema.events import Event
from sim.schema.fields import Section, parameter
from sim.schema.firms import Disciplines, FirmPlan
from sim.schema.market import Market, NetworkPlan, Segment
from sim.schema.translation import Language, Translation


def _default_segments() -> list[Segment]:
    return [
        Segment(name="thrifty", share=0.3, cost=3.3),
        Segment(name="curious", share=0.35, product=3.3),
        Segment(name="involved", share=0.35, solution=3.3),
    ]


def _default_firms() -> list[Any]:
    return [
        FirmPlan(name="Lean", discipline="operational-excellence"),
        FirmPlan(name="Spark", discipline="product-leadership"),
        FirmPlan(name="Tailor", discipline="customer-intimacy"),
        FirmPlan(name="Broad", discipline="none"),
    ]


class Keys(Section):
    """Every key of a scenario file, each valid by itself.

    What the keys demand of one another is :mod:`sim.schema.checks`' matter; how they are read from
    files, and changed, is that of :class:`sim.scenario.Scenario`, which is the one to be used.
    """

    format: Literal[1] = parameter(1, unit="", meaning="Version of the scenario format.")
    title: str = parameter("", unit="", meaning="What figures and tables are headed with.")
    story: str = parameter("", unit="", lines=True, meaning="What to look at, and why it happens.")
    seed: int = parameter(
        1, unit="", low=0, high=2**63 - 1, meaning="Seed from which all chance of a run follows."
    )
    replications: int = parameter(
        1, unit="runs", low=1, high=100_000, meaning="Runs that differ in their chance only."
    )
    market: Market = Field(Market(), description="Size, length and start.")
    segments: list[Segment] = Field(
        default_factory=_default_segments,
        min_length=1,
        max_length=32,
        description="Groups of customers.",
    )
    network: NetworkPlan = Field(NetworkPlan(), description="Who hears of whom.")
    firms: list[FirmPlan] = Field(  # type: ignore[valid-type]
        default_factory=_default_firms, min_length=1, max_length=30, description="The firms."
    )
    disciplines: Disciplines = Field(Disciplines(), description="The operating models.")
    value: Value = Field(Value(), description="What customers find valuable.")
    judgement: Judgement = Field(Judgement(), description="How they judge what they lived.")
    relation: Relation = Field(Relation(), description="What grows between them and a provider.")
    wallet: Wallet = Field(Wallet(), description="How much of their spending a provider gets.")
    looking: Looking = Field(Looking(), description="When they look around.")
    adoption: Adoption = Field(Adoption(), description="How they come into the market.")
    zmot: Zmot = Field(Zmot(), description="What they look up and share.")
    stickiness: Stickiness = Field(Stickiness(), description="What only the provider has.")
    technology: Technology = Field(Technology(), description="Budgets and capabilities.")
    finance: Finance = Field(Finance(), description="Costs, credit and interest.")
    events: list[Event] = Field(default_factory=list, description="What changes, and when.")
    measures: list[str] = Field(
        default_factory=list,
        description="Measures of one's own, each a module:function (needs --allow-code).",
        json_schema_extra={"unit": "", "dated": False},
    )
    claims: list[Claim] = Field(
        default_factory=list, description="What sources say of it, for a run to be held against."
    )
    translations: dict[Language, Translation] = Field(
        default_factory=dict,
        description="The words in other languages; no run depends on them.",
        json_schema_extra={"unit": "", "dated": False},
    )
