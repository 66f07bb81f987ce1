"""The columns in which customers live: one declaration each, with unit and meaning.

Real numbers are stored as float32 in one block of rows, whole numbers as int32 in another; the
constants are the row numbers, so that ``state[SATISFACTION, i]`` reads in a kernel as it is meant.
Arithmetic on them is done in float64 by the rules (:mod:`agents.compiled`).
"""

from __future__ import annotations

from dataclasses import dataclass


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
    kind: str


REALS: list[Column] = []
MARKS: list[Column] = []


def _real(name: str, unit: str, meaning: str, kind: str = "state") -> int:
    REALS.append(Column(name, unit, meaning, kind))
    return len(REALS) - 1


def _mark(name: str, unit: str, meaning: str, kind: str = "state") -> int:
    MARKS.append(Column(name, unit, meaning, kind))
    return len(MARKS) - 1


WEIGHT_COST = _real("weight_cost", "share", "value weight on total cost", "trait")
WEIGHT_PRODUCT = _real("weight_product", "share", "value weight on product", "trait")
WEIGHT_SOLUTION = _real("weight_solution", "share", "value weight on solution", "trait")
TIME_WEIGHT = _real("time_weight", "utility per log point", "weight on handling time", "trait")
NEED_POSITION = _real("need_position", "ring position", "what kind of solution is needed", "trait")
LOCATION = _real("location", "ring position", "where the customer lives", "trait")
WALLET = _real("wallet", "mean wallets", "spending a month at price 1", "trait")
REVIEW_PROPENSITY = _real("review_propensity", "per month", "readiness to review", "trait")
SOURCES = _real("sources", "reviews", "reviews read of a firm at connectivity 1", "trait")

WALLET_SHARE = _real("wallet_share", "share", "part of the wallet spent with the provider")
NEED = _real("need", "utility", "outcome that counts as success")
EXPECTATION = _real("expectation", "utility", "what is expected to be felt")
SATISFACTION = _real("satisfaction", "utility", "satisfaction with the provider")
TRUST = _real("trust", "utility", "slow average of satisfaction")
SUCCESS = _real("success", "share", "record of success with the provider")
KNOWLEDGE = _real("knowledge", "share", "what the provider knows of the customer")
LIKING = _real("liking", "share", "liking of the provider's people")
INDEBTEDNESS = _real("indebtedness", "utility", "feeling of owing the provider something")
SWITCHING_COST = _real("switching_cost", "ratio", "procedural cost of leaving")
COMPETENCE = _real("competence", "share", "own ability in what the market offers")
LIVED_QUALITY = _real("lived_quality", "utility", "own experience of the provider's quality")
MEMORY_QUALITY = _real("memory_quality", "utility", "own experience of the provider before")
MEMORY_PRECISION = _real("memory_precision", "precision", "weight of that memory")
DEFECTIONS = _real("defections", "friends", "friends who left the same provider, fading")
FRIENDS_HERE = _real("friends_here", "share", "friends with the same provider (with any, if none)")
NORM = _real("norm", "utility", "what the market would give this customer")

FOUND = _real("found", "share of wallet", "potential found: wallet added to the one at the start")
CONTACT_LIKING = _real("contact_liking", "share", "liking of somebody who went to another firm")

OUTCOME = _real("outcome", "utility", "what this month brought", "note")
SETTLEMENT = _real("settlement", "share of bill", "gain shared, less refunds, this month", "note")
SURPRISE = _real("surprise", "utility", "felt above expectation this month", "note")
BELIEF = _real("belief", "utility", "quality believed of the firm chosen this month", "note")
STICKINESS_LOCATION = _real("stickiness_location", "utility", "held by nearness", "note")
STICKINESS_SWITCHING = _real("stickiness_switching", "utility", "held by switching cost", "note")
STICKINESS_OBLIGATION = _real("stickiness_obligation", "utility", "held by obligation", "note")
STICKINESS_SUCCESS = _real("stickiness_success", "utility", "held by own success", "note")

SEGMENT = _mark("segment", "index", "segment of the customer", "trait")
DISTRICT = _mark("district", "index", "district in which the customer lives", "trait")
PROVIDER = _mark("provider", "firm", "present provider; -1 for none")
TENURE = _mark("tenure", "months", "months lived with the provider")
CONTRACT_LEFT = _mark("contract_left", "months", "months left of the contract; 0 without")
RATING = _mark("rating", "stars", "last rating given, 1 to 5; 0 if never")
RATED_PROVIDER = _mark("rated_provider", "firm", "whom the last rating is about; -1 if never")
JOINED_MONTH = _mark("joined_month", "month", "when the provider was joined; NEVER without")
ADOPTED_MONTH = _mark(
    "adopted_month", "month", "when a provider was first joined, 0 at the start; NEVER if none yet"
)
JOINED_THROUGH = _mark(
    "joined_through", "source", "source that spoke most for the provider when it was joined"
)
JOINED_FOR = _mark("joined_for", "reason", "what decided joining, see SOURCE_NAMES")
RETURNED = _mark("returned", "flag", "came back to a provider left before")
CONTACT_AT = _mark("contact_at", "firm", "where a contact person went; -1 if nobody did")
CONTACT_MOVED = _mark("contact_moved", "month", "when that was; NEVER if nobody did")
PREVIOUS_PROVIDER = _mark("previous_provider", "firm", "the provider before; -1 if none")

LIVED_MONTH = _mark("lived_month", "month", "last month this customer went through", "note")
LOOKS = _mark("looks", "code", "what the customer does this month, see LOOKS_*", "note")
CHOICE = _mark("choice", "firm", "firm chosen this month; -1 for none", "note")
DECIDED_BY = _mark("decided_by", "reason", "what decided this month's choice", "note")
HEARD_THROUGH = _mark(
    "heard_through", "source", "source that spoke most for the firm chosen this month", "note"
)
SAW_BETTER = _mark("saw_better", "flag", "looked and found a rival, or nobody, better", "note")
WAS_DUE = _mark("was_due", "flag", "the contract was due this month, or there was none", "note")
SUCCEEDED = _mark("succeeded", "flag", "this month's outcome met the need", "note")
LEFT_PROVIDER = _mark("left_provider", "firm", "firm left this month; -1 if none", "note")
LEFT_COHORT = _mark("left_cohort", "month", "month in which that firm had been joined", "note")
RATED_MONTH = _mark("rated_month", "month", "month of the last rating; NEVER if none", "note")

REAL_ROW = {column.name: row for row, column in enumerate(REALS)}
MARK_ROW = {column.name: row for row, column in enumerate(MARKS)}

LOOKS_NOT = 0
LOOKS_AROUND = 1
LOOKS_AFTER_STIMULUS = 2
LOOKS_AFTER_FRIENDS = 3
LOOKS_FAREWELL = 4
LOOKS_FOR_THE_COMPANY = 5
LOOKS_AFTER_DISMISSAL = 6

SOURCE_NAMES = (
    "",
    "stimulus",
    "review",
    "friend",
    "referral",
    "memory",
    "dissatisfaction",
    "exit",
    "closure",
    "dismissal",
    "price",
    "time",
    "quality",
    "certainty",
    "success",
    "nearness",
    "taste",
    "reputation",
    "popularity",
    "guarantee",
    "people",
    "necessity",
    "luck",
)
"""What can decide: sources of information, events, and the terms of a choice."""
BY_NOTHING = 0
BY_STIMULUS = 1
BY_REVIEW = 2
BY_FRIEND = 3
BY_REFERRAL = 4
BY_MEMORY = 5
BY_DISSATISFACTION = 6
BY_EXIT = 7
BY_CLOSURE = 8
BY_DISMISSAL = 9
BY_PRICE = 10
BY_TIME = 11
BY_QUALITY = 12
BY_CERTAINTY = 13
BY_SUCCESS = 14
BY_NEARNESS = 15
BY_TASTE = 16
BY_REPUTATION = 17
BY_POPULARITY = 18
BY_GUARANTEE = 19
BY_PEOPLE = 20
BY_NECESSITY = 21
BY_LUCK = 22

NOBODY = -1
NEVER = -(2**31)
"""Stands for no month where a month can lie before the start."""
