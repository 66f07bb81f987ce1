"""The columns in which customers live: one declaration each, with unit and meaning.

Real numbers are stored as float32 in one block of rows, whole numbers as int32 in another; phases
read and write them by name (:mod:`tsunagari.agents.row`), in float64 by the rules
(:mod:`tsunagari.agents.compiled`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Column:
    """One column of the customers' table.

    Attributes:
        name: As in ``customer.<name>`` and ``get("<name>")``.
        unit: What it is measured in.
        meaning: One line, for the documentation.
        kind: ``trait`` (drawn once), ``state`` (moves monthly) or ``note`` (what happened last).
    """

    name: str
    unit: str
    meaning: str
    kind: str = "state"


REALS = (
    Column("weight_cost", "share", "value weight on total cost", "trait"),
    Column("weight_product", "share", "value weight on product", "trait"),
    Column("weight_solution", "share", "value weight on solution", "trait"),
    Column("time_weight", "utility per log point", "weight on handling time", "trait"),
    Column("need_position", "ring position", "what kind of solution is needed", "trait"),
    Column("location", "ring position", "where the customer lives", "trait"),
    Column("wallet", "mean wallets", "spending a month at price 1", "trait"),
    Column("review_propensity", "per month", "readiness to review", "trait"),
    Column("sources", "reviews", "reviews read of a firm at connectivity 1", "trait"),
    Column("readiness", "ratio", "lasting readiness to look around, 1 on average", "trait"),
    Column("wallet_share", "share", "part of the wallet spent with the provider"),
    Column("need", "utility", "outcome that counts as success"),
    Column("expectation", "utility", "what is expected to be felt"),
    Column("satisfaction", "utility", "satisfaction with the provider"),
    Column("trust", "utility", "slow average of satisfaction"),
    Column("success", "share", "record of success with the provider"),
    Column("knowledge", "share", "what the provider knows of the customer"),
    Column("liking", "share", "liking of the provider's people"),
    Column("indebtedness", "utility", "feeling of owing the provider something"),
    Column("switching_cost", "ratio", "procedural cost of leaving"),
    Column("competence", "share", "own ability in what the market offers"),
    Column("lived_quality", "utility", "own experience of the provider's quality"),
    Column("memory_quality", "utility", "own experience of the provider before"),
    Column("memory_precision", "precision", "weight of that memory"),
    Column("defections", "friends", "friends who left the same provider, fading"),
    Column("friends_here", "share", "friends with the same provider (with any, if none)"),
    Column("norm", "utility", "what the market would give this customer"),
    Column("found", "share of wallet", "potential found: wallet added to the one at the start"),
    Column("contact_liking", "share", "liking of somebody who went to another firm"),
    Column("outcome", "utility", "what this month brought", "note"),
    Column("settlement", "share of bill", "gain shared, less refunds, this month", "note"),
    Column("surprise", "utility", "felt above expectation this month", "note"),
    Column("belief", "utility", "quality believed of the firm chosen this month", "note"),
    Column("stickiness_location", "utility", "held by nearness", "note"),
    Column("stickiness_switching", "utility", "held by switching cost", "note"),
    Column("stickiness_obligation", "utility", "held by obligation", "note"),
    Column("stickiness_success", "utility", "held by own success", "note"),
)

MARKS = (
    Column("segment", "index", "segment of the customer", "trait"),
    Column("district", "index", "district in which the customer lives", "trait"),
    Column("provider", "firm", "present provider; -1 for none"),
    Column("tenure", "months", "months lived with the provider"),
    Column("contract_left", "months", "months left of the contract; 0 without"),
    Column("rating", "stars", "last rating given, 1 to 5; 0 if never"),
    Column("rated_provider", "firm", "whom the last rating is about; -1 if never"),
    Column("joined_month", "month", "when the provider was joined; NEVER without"),
    Column(
        "adopted_month",
        "month",
        "when a provider was first joined, 0 at the start; NEVER if none yet",
    ),
    Column(
        "joined_through", "source", "source that spoke most for the provider when it was joined"
    ),
    Column("joined_for", "reason", "what decided joining, see SOURCE_NAMES"),
    Column("returned", "flag", "came back to a provider left before"),
    Column("contact_at", "firm", "where a contact person went; -1 if nobody did"),
    Column("contact_moved", "month", "when that was; NEVER if nobody did"),
    Column("previous_provider", "firm", "the provider before; -1 if none"),
    Column("lived_month", "month", "last month this customer went through", "note"),
    Column("looks", "code", "what the customer does this month, see LOOKS_*", "note"),
    Column("choice", "firm", "firm chosen this month; -1 for none", "note"),
    Column("decided_by", "reason", "what decided this month's choice", "note"),
    Column(
        "heard_through", "source", "source that spoke most for the firm chosen this month", "note"
    ),
    Column("saw_better", "flag", "looked and found a rival, or nobody, better", "note"),
    Column("was_due", "flag", "the contract was due this month, or there was none", "note"),
    Column("succeeded", "flag", "this month's outcome met the need", "note"),
    Column("left_provider", "firm", "firm left this month; -1 if none", "note"),
    Column("left_cohort", "month", "month in which that firm had been joined", "note"),
    Column("rated_month", "month", "month of the last rating; NEVER if none", "note"),
)

REAL_ROW = {column.name: row for row, column in enumerate(REALS)}
MARK_ROW = {column.name: row for row, column in enumerate(MARKS)}

RESERVOIRS = ("location", "switching", "obligation", "success")
"""What only a provider has: the four reservoirs of stickiness, in the order of all tables."""


class Looks(IntEnum):
    """What somebody does in a month: what ``looks`` holds."""

    NOT = 0
    AROUND = 1
    AFTER_STIMULUS = 2
    AFTER_FRIENDS = 3
    FAREWELL = 4
    FOR_THE_COMPANY = 5
    AFTER_DISMISSAL = 6


class By(IntEnum):
    """What can decide: sources of information, events, and the terms of a choice."""

    NOTHING = 0
    STIMULUS = 1
    REVIEW = 2
    FRIEND = 3
    REFERRAL = 4
    MEMORY = 5
    DISSATISFACTION = 6
    EXIT = 7
    CLOSURE = 8
    DISMISSAL = 9
    PRICE = 10
    TIME = 11
    QUALITY = 12
    CERTAINTY = 13
    SUCCESS = 14
    NEARNESS = 15
    TASTE = 16
    REPUTATION = 17
    POPULARITY = 18
    GUARANTEE = 19
    PEOPLE = 20
    NECESSITY = 21
    LUCK = 22


CHANNELS = (By.STIMULUS, By.REVIEW, By.FRIEND, By.REFERRAL, By.MEMORY)
"""What can speak most for a firm when it is joined, in the order of all tables."""

SOURCE_NAMES = ("", *(by.name.lower() for by in By if by))
"""The names of :class:`By` in tables; empty for nothing."""
NOBODY = -1
NEVER = -(2**31)
"""Stands for no month where a month can lie before the start."""
