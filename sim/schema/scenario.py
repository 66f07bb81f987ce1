"""All keys of a scenario file; and its events, its claims and its words in other languages."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Field, model_validator

from tsunagari.experiments.words.text import LONGEST_STORY
from tsunagari.sim.measures import COLUMNS, FIRM_MEASURES, MARKET_MEASURES
from tsunagari.sim.problems import At
from tsunagari.sim.schema.customers import (
    Adoption,
    Judgement,
    Looking,
    Relation,
    Stickiness,
    Value,
    Wallet,
    Zmot,
)
from tsunagari.sim.schema.fields import REQUIRED, Section, parameter
from tsunagari.sim.schema.firms import Disciplines, Finance, FirmPlan, Technology
from tsunagari.sim.schema.market import Market, Money, NetworkPlan, Segment

KINDS = ("set", "enter", "leave", "launch", "scandal", "poach")
type Expectation = Literal["higher", "lower", "no-different"]
type ClaimKind = Literal["mechanism", "consequence"]
type Language = Literal["en", "ja"]
"""A language by its tag (BCP 47)."""
_Text = Annotated[str, Field(max_length=LONGEST_STORY)]
TAKEN = frozenset(("key", *COLUMNS["firms"], *FIRM_MEASURES, *MARKET_MEASURES))
"""Columns of ``firms`` and ``market``, of a run and of a sweep."""

# A key in two lines reads better than one in eight.
# fmt: off


class Event(Section):
    """One event; it has exactly one of the keys in :data:`KINDS`."""

    month: int = parameter(REQUIRED, unit="month", low=1, meaning="Month it begins with.")
    set: str | None = parameter(None, unit="", meaning="Path of the parameter that changes.")
    to: Any = Field(
        None, description="Its new value; or a list, a value for each month, the last one stays.",
        json_schema_extra={"unit": "", "dated": False}
    )
    over: int = parameter(0, unit="months", low=0, high=1200,
        meaning="Months over which a number moves there evenly.")
    enter: FirmPlan | None = Field(None, description="A firm that enters the market.")  # type: ignore[valid-type]
    leave: str | None = parameter(None, unit="", meaning="A firm that closes.")
    launch: str | None = parameter(None, unit="", meaning="A firm that launches a new product.")
    scandal: str | None = parameter(None, unit="", meaning="A firm that is in the headlines.")
    poach: str | None = parameter(None, unit="",
        meaning="A firm some of whose people go to another, with their customers' liking.")
    by: str | None = parameter(None, unit="", meaning="The firm to which poached people go.")
    size: float = parameter(
        1.0, low=0, high=10,
        unit="utility; product level for a launch; share of accounts for poaching",
        meaning="Of a launch, its jump; of a scandal, what trust loses; of poaching, how many.")
    note: str | None = parameter(None, unit="", meaning="Text beside the event in figures.")

    @model_validator(mode="after")
    def _one_kind(self) -> Event:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            kinds = ", ".join(KINDS)
            raise ValueError(f"an event has exactly one of {kinds}; this one has {found}")
        if (self.set is not None) != (self.to is not None):
            raise ValueError("'set' (which parameter) and 'to' (its new value) belong together")
        if self.over and self.set is None:
            raise ValueError("'over' belongs to 'set'")
        if (self.poach is not None) != (self.by is not None):
            raise ValueError("'poach' (whose people) and 'by' (who gets them) belong together")
        if self.poach is not None and self.size > 1.0:
            raise At(("size",), "a share of accounts is at most 1")
        return self

    @property
    def kind(self) -> str:
        """Which of them it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


class Changeable(Protocol):
    """A scenario, of which there are others with other values."""

    def with_values(self, values: Mapping[str, Any]) -> Self: ...  # noqa: D102


class Claim(Section):
    """What a source says an idea does: a measure with the idea against one without it."""

    say: str = parameter(REQUIRED, unit="", lines=True,
        meaning="What the source claims, in one sentence.")
    source: str = parameter(REQUIRED, unit="", meaning="Who claims it: author and year.")
    without: dict[str, Any] = Field(
        min_length=1,
        description="Values by path that take the idea out of the scenario: the counterfactual.",
        json_schema_extra={"unit": "", "dated": False},
    )
    given: dict[str, Any] = Field(
        default_factory=dict,
        description="Values by path that both markets have otherwise than the scenario.",
        json_schema_extra={"unit": "", "dated": False},
    )
    firm: str | None = parameter(None, unit="",
        meaning="Whose measure; nothing for a measure of the market.")
    measure: str = parameter(REQUIRED, unit="",
        meaning="A column of the table firms or market, own measures included.")
    month: int | None = parameter(None, unit="month", low=0,
        meaning="Month in which it is measured; nothing means the last.")
    expect: Expectation = parameter(REQUIRED, unit="",
        meaning="What the source expects of the market with the idea.")
    kind: ClaimKind | None = parameter(None, unit="",
        meaning="mechanism: the switch proves itself; consequence: it could come out otherwise.")
    margin: float = parameter(0.0, unit="of the measure", low=0, source="Schuirmann 1987",
        meaning="Largest difference that counts as none; no-different needs one.")
    remark: str | None = parameter(None, unit="", lines=True,
        meaning="Why the model may see it otherwise; told if it does not come true.")

    def fault_of_firm(self, *, is_of_firms: bool) -> tuple[tuple[str, ...], str, str] | None:
        """Where, what is wrong and what to do if the measure is not of whom the claim says.

        Args:
            is_of_firms: Whether the measure is one of firms, and not of the market.
        """
        if is_of_firms and self.firm is None:
            return (), f"{self.measure} is a measure of firms: say of which", "add firm: Name"
        if not is_of_firms and self.firm is not None:
            message = f"{self.measure} is a measure of the market, not of a firm"
            return ("firm",), message, "leave firm out"
        return None

    def with_idea[P: Changeable](self, plan: P) -> P:
        """The market with the idea: the scenario itself, unless both differ from it.

        Raises:
            tsunagari.sim.problems.Problems: A path of ``given`` leads nowhere, or a value is not
                allowed.
        """
        return plan.with_values({"claims": [], **self.given}) if self.given else plan

    def without_idea[P: Changeable](self, plan: P) -> P:
        """The market without the idea.

        Raises:
            tsunagari.sim.problems.Problems: A path leads nowhere, or a value is not allowed.
        """
        return plan.with_values({"claims": [], **self.given, **self.without})


def _texts(meaning: str) -> Any:
    extra: dict[str, Any] = {"unit": "", "dated": False, "lines": True}
    return Field(default_factory=list, description=meaning, json_schema_extra=extra)


class Translation(Section):
    """The words of a scenario in one other language; what is left out is not translated.

    Lists have as many texts as the scenario has claims or events, or none.
    """

    title: str = parameter("", unit="", meaning="The title; empty where it is not translated.")
    story: str = parameter("", unit="", lines=True,
        meaning="The story; empty where it is not translated.")
    claims: list[_Text] = _texts("What each claim says, in their order.")
    remarks: list[_Text] = _texts("The claims' remarks, in their order; empty where one has none.")
    notes: list[_Text] = _texts("The events' notes, in their order; empty where one has none.")


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

    What the keys demand of one another is :mod:`tsunagari.sim.schema.checks`' matter; how they are
    read from files, and changed, is that of :class:`tsunagari.sim.scenario.Scenario`, which is the
    one to be used.
    """

    format: Literal[1] = parameter(1, unit="", meaning="Version of the scenario format.")
    title: str = parameter("", unit="", meaning="What figures and tables are headed with.")
    story: str = parameter("", unit="", lines=True, meaning="What to look at, and why it happens.")
    seed: int = parameter(1, unit="", low=0, high=2**63 - 1,
        meaning="Seed from which all chance of a run follows.")
    replications: int = parameter(1, unit="runs", low=1, high=100_000,
        meaning="Runs that differ in their chance only.")
    market: Market = Field(Market(), description="Size, length and start.")
    money: Money = Field(Money(), description="In what money results are told.")
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
    members: dict[str, list[float]] = Field(
        default_factory=dict,
        description="What is not known: by path a value for each member. Replications take turns.",
        json_schema_extra={"unit": "", "dated": False},
    )
    translations: dict[Language, Translation] = Field(
        default_factory=dict,
        description="The words in other languages; no run depends on them.",
        json_schema_extra={"unit": "", "dated": False},
    )

    @property
    def entries(self) -> dict[str, int]:
        """Month in which each firm enters, by name: 0 for those of the start, who come first."""
        months = {firm.name: 0 for firm in self.firms}
        for event in self.events:
            if event.enter is not None:
                months.setdefault(event.enter.name, event.month)
        return months


def fault_of_column(name: str, others: Collection[str]) -> tuple[str, str] | None:
    """Why a column cannot be called so, and what to do instead; None if it can.

    Args:
        name: The column, which is called like the function.
        others: Further columns of one's own.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        return f"{name!r} is no name of a function", "write letters, digits and underscores"
    if name in TAKEN:
        return f"the tables have a column {name} already", "call the function otherwise"
    if name in others:
        return f"there are two measures called {name}", "call one of the functions otherwise"
    return None


def columns_of(plan: Keys) -> tuple[str, ...]:
    """What a scenario's own measures are called in the tables."""
    return tuple(column_of(named) for named in plan.measures)


def column_of(named: str) -> str:
    """What a measure, ``module:function``, is called in the tables."""
    return named.partition(":")[2]
