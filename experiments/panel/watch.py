"""One firm's files on people, month by month: what it could have, missing and noisy.

Nothing here changes the market. What the files lack and get wrong is drawn by luck of its own,
keyed by month and person (:mod:`tsunagari.agents.chance`), so that they depend neither on workers
nor on who else is observed.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.asked import finite
from tsunagari.agents.chance import absorbed, decision_word, uniform, word_of
from tsunagari.agents.columns import By, Looks
from tsunagari.agents.rules.judgement import recommendation
from tsunagari.agents.rules.search import reviews_read
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.agents.firm.firm import Firm
    from tsunagari.sim.market import Market

    type Floats = NDArray[np.float64]
    type Whole = NDArray[np.int64]
    type Mask = NDArray[np.bool_]

# What records lack and get wrong at noise 1; it all shrinks with the noise.
VISITS = 4.0
"""Visits a month by a team that attends to nobody else; at noise 1 their number is a Poisson's."""
COMPLAINING = 0.3
"""Part of the months without success that are complained of at noise 1; at 0 it is all of them."""
GRUMBLING = 0.02
"""Complaints in a month with success at noise 1."""
IMPRESSIONS = 0.1
"""Months in which advertising shows itself to somebody who does not look around, at noise 1."""
RECOGNISED = 0.6
"""Visitors of the reviews whom the web statistics know again at noise 1."""
CODES_USED = 0.7
"""Joiners by referral who enter their code at noise 1."""
CODES_FOUND = 0.02
"""Other joiners who enter one that they found somewhere, at noise 1."""
ANSWER_SPREAD = 1.0
"""Standard deviation of an answer around what somebody feels, in points, at noise 1."""
TILT = 0.25
"""Log odds of answering a survey for a point more of the answer: the pleased answer more often."""
USUAL_ANSWER = 7.5
"""The answer at which the odds of answering are those of the response rate."""

CHANNELS: Mapping[int, str] = {
    By.STIMULUS: "advertising",
    By.REVIEW: "reviews",
    By.FRIEND: "friends",
    By.REFERRAL: "referral",
}
"""What a firm calls the source that spoke most for it, where it knows; any other is ``direct``."""
DIRECT = "direct"


@dataclass(frozen=True)
class Records:
    """How good a firm's records are.

    Attributes:
        missing: Part of all records that is lost.
        noise: How far records err: 0 is not at all, 1 as the constants of this module have it.
        asked: Part of its customers whom the firm asks in a month whether they recommend it.
        response: Part of them who answer, at the usual answer; the pleased answer more often.

    Raises:
        Problems: A number is out of range.
    """

    missing: float = 0.05
    noise: float = 1.0
    asked: float = 0.1
    response: float = 0.3

    def __post_init__(self) -> None:
        problems = []
        for each in fields(self):
            most = 0.99 if each.name == "missing" else 1.0
            try:
                number = finite(getattr(self, each.name), each.name)
            except (TypeError, ValueError) as problem:
                problems.append(Problem("", str(problem)))
                continue
            if not 0.0 <= number <= most:
                message = f"must be from 0 to {most:g}, not {number:g}"
                problems.append(Problem(each.name, message, suggestion=f"write {each.default}"))
        if problems:
            raise Problems(problems)


def answers(market: Market, rows: Whole) -> Floats:
    """What customers would answer if they were asked whether they recommend, 0 to 10, exactly."""
    column, zmot = market.population.column, market.live.zmot
    own = np.array([firm.terms.recommended for firm in market.firms])
    beyond = np.append(own, 0.0)[column("provider")[rows]]  # of nobody's customers the last
    told = np.vectorize(recommendation, otypes=[np.float64])
    satisfied, trusted = column("satisfaction")[rows], column("trust")[rows]
    return told(
        satisfied.astype(np.float64),
        trusted.astype(np.float64),
        float(zmot.recommendation_base) + beyond,
        float(zmot.recommendation),
    )


def survey(
    market: Market, month: int, rows: Whole, people: Whole, records: Records
) -> tuple[Mask, Floats]:
    """Who of some customers is asked whether they recommend, and what they answer.

    Args:
        market: The market.
        month: The month that has ended.
        rows: Rows of the customers.
        people: Numbers of the people in them, which their luck depends on.
        records: How many are asked, and how they err.

    Returns:
        Who is asked; and the answers, 0 to 10, NaN of those who do not answer or are not asked.
    """
    from scipy.special import expit, logit, ndtri

    def drawn(name: str) -> Floats:
        return _uniforms(market, f"panel.{name}", month, people)

    asked = (drawn("asked") < records.asked) & (drawn("missing nps") >= records.missing)
    exact = answers(market, rows) if len(rows) else np.zeros(0)
    score = np.clip(np.rint(exact + records.noise * ANSWER_SPREAD * ndtri(drawn("answer"))), 0, 10)
    with np.errstate(divide="ignore"):
        willing = expit(logit(records.response) + TILT * (exact - USUAL_ANSWER))
    return asked, np.where(asked & (drawn("response") < willing), score, np.nan)


@dataclass(frozen=True)
class Billed:
    """What everybody was billed by one firm this month, float64[people]; 0 for all others.

    Attributes:
        units: Units bought.
        revenue: Paid for them, in money.
        settlement: Gains shared less refunds, in money.
        contribution: Both, less what it costs to deliver and to attend, and intermediaries' part.
    """

    units: Floats
    revenue: Floats
    settlement: Floats
    contribution: Floats


def billed(market: Market, firm: Firm) -> Billed:
    """What a firm's own customers are billed in the month that has just ended, in unit costs."""
    population, accounts = market.population, firm.accounts
    own = (population.column("provider") == firm.index) & firm.active
    units, paid, settled = np.where(own, population.bills(), 0.0)
    revenue, settlement = firm.price * paid, firm.price * settled
    kept = 1.0 - (accounts.intermediation / accounts.revenue if accounts.revenue else 0.0)
    cost = (firm.unit_cost + firm.unit_cost_of_service) * units
    attended = own * (accounts.attention / max(int(own.sum()), 1))
    contribution = kept * revenue + settlement - cost - attended
    return Billed(units, revenue, settlement, contribution)


def observed_rows(market: Market, sample: int) -> Whole:
    """Places in the market that are observed, in their order: so many, or all if there are fewer.

    Whoever is replaced by somebody new leaves the place to them.
    """
    everybody = np.arange(market.population.people)
    if sample >= len(everybody):
        return everybody
    drawn = _uniforms(market, "panel.sample", 0, everybody)
    return np.sort(np.argsort(drawn, kind="stable")[:sample])


def _uniforms(market: Market, name: str, month: int, people: Whole) -> Floats:
    """A number in (0, 1) for each person, by luck of this name in this month."""
    word = decision_word(int(market.population.seed), word_of(name), month)
    # The rules are scalar ones; on arrays of words they do the same, element by element.
    mixed = inspect.unwrap(absorbed)(np.uint64(word), people.astype(np.uint64))  # type: ignore[arg-type]
    return np.asarray(inspect.unwrap(uniform)(mixed))


class _Pages:
    """Tables that grow by parts of columns."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **columns: Any) -> None:
        self._parts.setdefault(table, []).append(columns)

    def tables(self) -> dict[str, dict[str, Any]]:
        return {
            name: {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
            for name, parts in self._parts.items()
        }


@dataclass
class _Spell:
    """Somebody's time as a customer; months are None where they lie outside the panel."""

    person: int
    joined: int | None
    district: int
    returned: bool
    channel: str | None
    left: int | None = None


class Watch:
    """A firm's files on the people observed, from the month that a market has come to.

    Args:
        market: It goes on; each month is taken down when it has ended.
        firm: The firm's name.
        sample: How many people are observed.
        records: How good the files are.
    """

    def __init__(self, market: Market, firm: str, sample: int, records: Records) -> None:
        self._market, self._records = market, records
        self._firm = market.firm(firm)
        self._rows = observed_rows(market, sample)
        self._times = np.zeros(len(self._rows), np.int64)  # replaced by somebody new
        self._pages = _Pages()
        self._unit, self._begun = market.plan.money.unit_cost, market.month
        self._totals: list[tuple[float, float]] = []
        self._was = self._is_customer()
        self._spells: list[_Spell] = []
        self._open: dict[int, _Spell] = {}
        for place in np.flatnonzero(self._was):
            self._begin(int(place), None, None)

    def take(self) -> None:
        """Take down the month that the market has just completed."""
        month, now = self._market.month, self._is_customer()
        joined = now & (self._column("joined_month") == month)
        left = self._was & (~now | joined)
        who = self._people()
        stays = now & ~joined
        seen = self._exposures(month, who, now, joined)
        for place in np.flatnonzero(left):
            self._open.pop(int(place)).left = month
        for place in np.flatnonzero(joined):
            self._begin(int(place), month, self._channel(month, int(place), who, seen))
        self._reviews(month, who)
        # A place whose person has left the market goes to somebody new, who is nobody's customer.
        self._times += self._column("looks") == Looks.FAREWELL
        self._transactions(month, who, now)
        self._contacts(month, who, stays)
        self._survey(month, who, stays)
        self._was = now

    def tables(self) -> dict[str, dict[str, Any]]:
        """The firm's files: a table by name, see the page on panels."""
        return {"customers": self._customers(), **self._pages.tables(), "books": self._books()}

    # -- who is who --

    def _column(self, name: str) -> Any:
        return self._market.population.column(name)[self._rows]

    def _is_customer(self) -> Mask:
        return (self._column("provider") == self._firm.index) & self._firm.active

    def _people(self) -> Whole:
        """Numbers of the people in the places observed."""
        return self._rows + self._market.population.people * self._times

    def _uniform(self, name: str, month: int, who: Whole) -> Floats:
        return _uniforms(self._market, f"panel.{name}", month, who)

    def _kept(self, table: str, month: int, who: Whole) -> Mask:
        """Whose record of the month is not lost."""
        return self._uniform(f"missing {table}", month, who) >= self._records.missing

    def _begin(self, place: int, month: int | None, channel: str | None) -> None:
        person = int(self._people()[place])
        district, again = (int(self._column(name)[place]) for name in ("district", "returned"))
        self._open[place] = _Spell(person, month, district, bool(again), channel)
        self._spells.append(self._open[place])

    # -- what is written down --

    def _transactions(self, month: int, who: Whole, now: Mask) -> None:
        found = billed(self._market, self._firm)
        there = now & self._kept("transactions", month, who)
        units, revenue = found.units[self._rows][there], found.revenue[self._rows][there]
        self._totals.append((found.revenue.sum(), found.contribution.sum()))
        self._pages.add(
            "transactions",
            person=who[there],
            month=np.full(there.sum(), month),
            units=units,
            price=self._unit * np.divide(revenue, units, out=units * np.nan, where=units > 0),
            revenue=self._unit * revenue,
            settlement=self._unit * found.settlement[self._rows][there],
        )

    def _contacts(self, month: int, who: Whole, stays: Mask) -> None:
        noise = self._records.noise
        usual = VISITS * float(self._market.population.offers["attention"][self._firm.index])
        drawn = _poisson(usual, self._uniform("visits", month, who))
        failed = self._column("succeeded") == 0
        heard = self._uniform("complaints", month, who)
        complains = np.where(
            failed, heard >= noise * (1.0 - COMPLAINING), heard < noise * GRUMBLING
        )
        there = stays & self._kept("contacts", month, who)
        self._pages.add(
            "contacts",
            person=who[there],
            month=np.full(there.sum(), month),
            visits=(usual + noise * (drawn - usual))[there],
            complaints=complains[there].astype(np.int64),
        )

    def _exposures(self, month: int, who: Whole, now: Mask, joined: Mask) -> dict[str, Mask]:
        """Write down what the firm sees of advertising, reviews and codes; the same, nothing lost.

        Whoever looks around hears the claim of a firm that reaches them, and reads its reviews.
        """
        noise, column = self._records.noise, self._column
        looks = column("looks")
        searches = (looks != Looks.NOT) & (looks != Looks.FAREWELL)
        reached = self._reached()
        level = min(1.0, self._firm.adstock)
        shown = self._uniform("impressions", month, who) < noise * IMPRESSIONS * level
        knows = searches & (reached | now | self._was)
        known_again = self._uniform("visitors", month, who) >= noise * (1.0 - RECOGNISED)
        referred = column("joined_through") == By.REFERRAL
        code = self._uniform("codes", month, who)
        entered = np.where(referred, code >= noise * (1.0 - CODES_USED), code < noise * CODES_FOUND)
        seen = {
            "advertising": reached & (searches | shown),
            "reviews": knows & self._reads() & known_again,
            "referral_code": joined & entered,
        }
        there = np.logical_or.reduce(list(seen.values())) & self._kept("exposures", month, who)
        told = {name: mask[there] for name, mask in seen.items()}
        count = there.sum()
        self._pages.add(
            "exposures",
            person=who[there],
            month=np.full(count, month),
            customer=self._was[there],
            **told,
        )
        return seen

    def _reached(self) -> Mask:
        """Whom the firm's own effort reaches."""
        from tsunagari.agents.phases.worth import aware, reach_for

        offer = self._market.population.offers[self._firm.index]
        if not self._firm.active:
            return np.zeros(len(self._rows), bool)
        reach, focus, target = float(offer["reach"]), float(offer["focus"]), int(offer["target"])
        is_target = (target < 0) | (self._column("segment") == target)
        seed, word = int(self._market.population.seed), int(offer["word"])
        heard = [
            aware(seed, row, word, reach_for(reach, focus, bool(one)))
            for row, one in zip(self._rows.tolist(), is_target, strict=True)
        ]
        return np.array(heard, bool)

    def _reads(self) -> Mask:
        """Who reads reviews at all, if there are any of the firm."""
        zmot = self._market.live.zmot
        most = float(zmot.reviews_most)
        told = np.vectorize(reviews_read, otypes=[np.int64])
        sources = self._column("sources").astype(np.float64)
        there = bool((self._market.population.posts[self._firm.index] > 0).any())
        return (told(sources, float(zmot.connectivity), most) > 0) & there

    def _channel(self, month: int, place: int, who: Whole, seen: Mapping[str, Mask]) -> str | None:
        """What the firm takes a joiner's channel to be: at noise the last click, else the truth."""
        person = who[place : place + 1]
        if not self._kept("channel", month, person)[0]:
            return None
        source = int(self._column("joined_through")[place])
        if self._uniform("last click", month, person)[0] >= self._records.noise:
            return CHANNELS.get(source, DIRECT)
        if seen["referral_code"][place]:
            return CHANNELS[By.REFERRAL]
        clicks = [name for name in ("advertising", "reviews") if seen[name][place]]
        if not clicks:
            return DIRECT
        last = self._uniform("order of clicks", month, person)[0]
        return clicks[int(last * len(clicks))]

    def _reviews(self, month: int, who: Whole) -> None:
        written = (self._column("rated_month") == month) & (
            self._column("rated_provider") == self._firm.index
        )
        there = written & self._kept("reviews", month, who)
        self._pages.add(
            "reviews",
            person=who[there],
            month=np.full(there.sum(), month),
            stars=self._column("rating")[there].astype(np.int64),
        )

    def _survey(self, month: int, who: Whole, stays: Mask) -> None:
        rows, people = self._rows[stays], who[stays]
        asked, score = survey(self._market, month, rows, people, self._records)
        self._pages.add(
            "nps", person=people[asked], month=np.full(asked.sum(), month), score=score[asked]
        )

    def _books(self) -> dict[str, Any]:
        """The firm's own totals, of all its customers: what accounting has."""
        table = self._market.results.tables["firms"]
        row = np.flatnonzero((np.asarray(table["firm"]) == self._firm.name)
                             & (np.asarray(table["month"]) > self._begun))  # fmt: skip
        names = ("month", "price", "customers", "joins", "leaves", "revenue", "profit")
        told = {name: np.asarray(table[name])[row] for name in names}
        named, contribution = np.array(self._totals, np.float64).reshape(-1, 2)[: len(row)].T
        return {
            **told,
            "over_the_counter": told["revenue"] - self._unit * named,
            "contribution": self._unit * contribution,
        }

    def _customers(self) -> dict[str, Any]:
        def months(given: list[int | None]) -> Floats:
            return np.array([np.nan if month is None else month for month in given], np.float64)

        spells = self._spells
        return {
            "person": np.array([spell.person for spell in spells], np.int64),
            "joined_month": months([spell.joined for spell in spells]),
            "left_month": months([spell.left for spell in spells]),
            "channel": np.array([spell.channel for spell in spells], object),
            "returned": np.array([spell.returned for spell in spells], bool),
            "censored": np.array([spell.joined is None for spell in spells], bool),
            "district": np.array([spell.district for spell in spells], np.int64),
        }


def _poisson(mean: float, drawn: Floats) -> Floats:
    """Numbers of a Poisson distribution, from numbers in (0, 1), by its inverse."""
    from scipy.special import pdtr

    most = int(mean + 12.0 * np.sqrt(mean) + 12.0)
    return np.searchsorted(pdtr(np.arange(most), mean), drawn).astype(np.float64)
