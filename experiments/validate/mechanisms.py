"""What each mechanism does, as its source says, and a paired test of the sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.validate.observed import UNTUNED, differences, follow
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats, Interval
    from tsunagari.experiments.validate.study import Draw, Study

_PEOPLE, _REPLICATIONS = 1200, 8


@dataclass(frozen=True)
class Mechanism:
    """A claim on what changes if a mechanism is switched on, or turned up.

    Attributes:
        name: Of the mechanism.
        source: Which of the source documents says so, and literature.
        claim: What happens, in a line without a full stop.
        treated: Values that switch it on, by dotted path.
        firm: Whose measure is looked at.
        measure: A column of the table of firms, or a customers' column (its mean over the firm's).
        first: First month of which the mean is taken.
        last: Last month, which is the length of the run.
        sign: 1 if the measure rises, −1 if it falls.
        plan: Values besides those of the untuned market, in both runs.
        disagrees: Why the model does not show the claim, where it does not; else empty.
    """

    name: str
    source: str
    claim: str
    treated: Mapping[str, Any]
    firm: str
    measure: str
    first: int
    last: int
    sign: int
    plan: Mapping[str, Any] = field(default_factory=dict)
    disagrees: str = ""

    def base(self, people: int) -> Scenario:
        """The untuned market without the mechanism."""
        size = {"market.customers": people, "market.months": self.last}
        return Scenario().with_values({**UNTUNED, **size}).with_values(dict(self.plan))


@dataclass(frozen=True)
class Effect:
    """What a mechanism did.

    Attributes:
        mechanism: Which.
        found: Paired difference of its measure, with its interval.
    """

    mechanism: Mechanism
    found: Interval

    @property
    def holds(self) -> bool:
        """Whether the whole interval is on the side of the claim; never, where undefined."""
        found = self.found
        return found.low > 0.0 if self.mechanism.sign > 0 else found.high < 0.0


def effects(
    mechanisms: Sequence[Mechanism],
    study: Study,
    *,
    people: int = _PEOPLE,
    replications: int = _REPLICATIONS,
) -> list[Effect]:
    """Run each mechanism off and on under the same luck.

    Args:
        mechanisms: Which, see :data:`MECHANISMS`.
        study: Where to run.
        people: Customers of each market.
        replications: Pairs of each.
    """
    jobs: list[tuple[Draw, Mechanism]] = []
    for each in mechanisms:
        base = each.base(study.people(people))
        for plan in (base, base.with_values(dict(each.treated))):
            jobs += [(draw, each) for draw in study.draws(plan, replications)]
    paths = iter(study.each(_path, jobs))
    many = study.replications(replications)
    found = []
    for each in mechanisms:
        off, on = (np.stack([next(paths) for _ in range(many)]) for _ in range(2))
        apart = differences(off, on, each.first, each.last)
        found.append(Effect(each, t_interval(apart)))
    return found


def _path(job: tuple[Draw, Mechanism]) -> Floats:
    draw, mechanism = job
    return follow(draw, firm=mechanism.firm, measures=(mechanism.measure,))[mechanism.measure]


def _changed(month: int, path: str, value: Any) -> dict[str, Any]:
    return {"month": month, "set": path, "to": value}


_LEADERS = "Treacy & Wiersema 1995"
_INTIMACY = "What is customer intimacy?"
_CONTACT = "Hyodo, Strengthening customer contact, vol. 2"
_RELATIONS = "Building relations with customers"
_SUCCESS = "Service management for customer success 2019"

_DATA = {"technology.data_growth": 0.3}
_POTENTIAL = {"wallet.potential": 0.5, "firms.Adviser.discovery": 0.1}
_NARROW = {"firms.Adviser.breadth": 0.2, "firms.Adviser.authority": 0.3}
_ABLE = {"value.independence": 1.0, "relation.competence_rate": 0.02}
_CUT = {"events": [_changed(7, "firms.Frugal.price", 0.8)]}
_NEW_COURSE = {"events": [_changed(12, "firms.Usual.discipline", "product-leadership")]}

# Mechanism, source, claim, treated values, firm, measure, months, sign, further values.
# fmt: off
MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism("guarantee", _LEADERS, "answering for the result wins customers",
        {"firms.Adviser.guarantee": 0.3}, "Adviser", "joins", 1, 24, +1),
    Mechanism("guarantee", _LEADERS, "answering for the result is a risk that costs profit",
        {"firms.Adviser.guarantee": 0.3}, "Adviser", "profit", 1, 24, -1),
    Mechanism("gain-sharing", _LEADERS, "sharing the value created earns money",
        {"firms.Adviser.gain_share": 0.2}, "Adviser", "settlement", 1, 24, +1),
    Mechanism("gain-sharing", _LEADERS, "what customers share of their gain is less for them",
        {"firms.Adviser.gain_share": 0.2}, "Adviser", "satisfaction", 6, 24, -1),
    Mechanism("channel consistency", _SUCCESS, "contact points that disagree make failures",
        {"firms.Adviser.inconsistency": 0.8}, "Adviser", "success_rate", 6, 24, -1),
    Mechanism("channel consistency", _SUCCESS, "contact points that disagree displease",
        {"firms.Adviser.inconsistency": 0.8}, "Adviser", "satisfaction", 6, 24, -1),
    Mechanism("partner network", _LEADERS, "borrowed capability lifts a firm above par",
        {"firms.Adviser.partners": 1.0}, "Adviser", "market_share", 12, 36, +1,
        {"technology.par": 0.95}),
    Mechanism("partner network", _LEADERS, "borrowed capability has its price",
        {"firms.Adviser.partners": 1.0}, "Adviser", "unit_cost", 1, 12, +1),
    Mechanism("handing areas over", _LEADERS, "partners serve on those who have become independent",
        {"firms.Adviser.partners": 1.0}, "Adviser", "outcome", 12, 48, +1,
        {**_ABLE, "finance.partner_cost": 0.0, "firms.Adviser.renewal": 0.0}),
    Mechanism("learning across accounts", _LEADERS, "best practice helps to know every customer",
        {"firms.Adviser.learning": 0.5}, "Adviser", "knowledge", 6, 24, +1),
    Mechanism("data and governance", _CONTACT, "data in order deepen knowledge",
        {"firms.Adviser.governance": 1.0}, "Adviser", "knowledge", 12, 36, +1, _DATA),
    Mechanism("data and governance", _CONTACT, "data that nobody keeps in order lose their quality",
        _DATA, "Adviser", "knowledge", 12, 36, -1),
    Mechanism("data quality", _LEADERS, "integrated customer data deepen knowledge",
        {"firms.Middling.data_quality": 1.5}, "Middling", "knowledge", 6, 24, +1),
    Mechanism("transition", _LEADERS, "a change of discipline costs capability",
        {"technology.transition": 0.3}, "Usual", "unit_cost", 13, 18, +1, _NEW_COURSE),
    Mechanism("culture", _CONTACT, "a steady purpose grows into capability, in years",
        {"technology.culture_rate": 0.03}, "Frugal", "unit_cost", 37, 60, -1,
        {"firms.Frugal.purpose": 0.8}),
    Mechanism("purpose", _RELATIONS, "being of use to society makes a firm likeable",
        {"firms.Usual.purpose": 0.8}, "Usual", "joins", 1, 24, +1, {"value.purpose_liking": 0.6}),
    Mechanism("measuring", _CONTACT,
        "with a purpose, what is measured moves budgets to what counts",
        {"firms.Frugal.purpose": 1.0}, "Frugal", "product", 24, 48, +1,
        {"firms.Frugal.use": 1.0, "technology.measurement_noise": 0.05}),
    Mechanism("experiments", _RELATIONS, "where needs and technology drift fast, trying pays",
        {"firms.Usual.experiments": 2.0}, "Usual", "market_share", 24, 48, +1,
        {"technology.drift": 0.05, "technology.gain": 0.05}),
    Mechanism("experiments", _RELATIONS, "where nothing drifts, trying does not pay",
        {"firms.Usual.experiments": 2.0}, "Usual", "profit", 24, 48, -1,
        {"technology.drift": 0.004, "technology.gain": 0.004}),
    Mechanism("price for joiners", _LEADERS, "a lower price for new customers wins some",
        {"firms.Usual.joiner_price": 0.8, "firms.Usual.joiner_months": 12}, "Usual", "joins",
        1, 24, +1),
    Mechanism("price for joiners", _LEADERS,
        "a rival's price for new customers draws one's own away",
        {"firms.Usual.joiner_price": 0.8, "firms.Usual.joiner_months": 12}, "Middling",
        "market_share", 12, 48, -1),
    Mechanism("price for joiners", _LEADERS, "a price that only joiners get drives the old away",
        {"firms.Usual.joiner_price": 0.8, "firms.Usual.joiner_months": 12}, "Usual", "retention",
        18, 48, -1,
        disagrees="customers resent no price that others get: they leave when their own price "
        "rises, and meanwhile it keeps them"),
    Mechanism("win-back", _INTIMACY, "a lower price brings former customers back",
        {"firms.Usual.winback_price": 0.6, "firms.Usual.joiner_months": 12}, "Usual", "returned",
        12, 36, +1),
    Mechanism("reward for referring", "Ryu & Feick 2007", "a reward brings joiners by referral",
        {"firms.Usual.referral_reward": 0.5}, "Usual", "joins_referral", 6, 36, +1),
    Mechanism("reward for referring", "Ryu & Feick 2007",
        "who would have come without it is paid for too",
        {"firms.Usual.referral_reward": 0.5}, "Usual", "acquisition_cost", 6, 36, +1),
    Mechanism("loyalty programme", "Hartmann & Viard 2008", "points outstanding hold customers",
        {"firms.Usual.loyalty": 0.1}, "Usual", "stickiness_switching", 12, 36, +1),
    Mechanism("loyalty programme", "Sharp & Sharp 1997", "what the loyal get back keeps some more",
        {"firms.Usual.loyalty": 0.1}, "Usual", "retention", 12, 48, +1),
    Mechanism("technology for staff", _SUCCESS, "technology extends what few people can attend to",
        {"technology.extended_staff": 1.6}, "Middling", "knowledge", 6, 24, +1),
    Mechanism("technology for staff", _SUCCESS, "that technology has its price",
        {"finance.technology_cost": 0.1}, "Middling", "price", 1, 24, +1,
        {"technology.extended_staff": 1.6}),
    Mechanism("first impression", _RELATIONS, "a strong first impression lasts for a while",
        {"judgement.halo": 4.0}, "Frugal", "satisfaction", 1, 36, +1,
        {"firms.Frugal.indulgence": 1.0}),
    Mechanism("unsettling launches", _LEADERS, "launches unsettle those who did not wait for them",
        {"judgement.unsettling": 0.6}, "Pioneer", "satisfaction", 6, 36, -1),
    Mechanism("company review", _RELATIONS, "the company overturns what only pleased the contact",
        {"judgement.review": 0.08}, "Frugal", "retention", 6, 36, -1,
        {"firms.Frugal.indulgence": 1.0}),
    Mechanism("indulgence", _RELATIONS, "indulgence is felt as comfort",
        {"firms.Usual.indulgence": 0.5}, "Usual", "satisfaction", 6, 24, +1),
    Mechanism("indulgence", _RELATIONS, "indulgence slows joint progress",
        {"relation.indulgence_drag": 1.0}, "Adviser", "outcome", 6, 36, -1,
        {"firms.Adviser.indulgence": 0.5}),
    Mechanism("indulgence", _RELATIONS, "indulgence costs money",
        {"finance.indulgence_cost": 0.05}, "Adviser", "price", 1, 24, +1,
        {"firms.Adviser.indulgence": 0.5}),
    Mechanism("digital contact", _INTIMACY, "digital data replace personal contact in part",
        {"firms.Frugal.digital": 1.0}, "Frugal", "knowledge", 6, 24, +1),
    Mechanism("digital contact", _INTIMACY, "digital contact does not reach as far",
        {"relation.digital_ceiling": 0.2}, "Frugal", "knowledge", 6, 24, -1,
        {"firms.Frugal.digital": 1.0}),
    Mechanism("service, level 1", _RELATIONS, "exceeding what was asked makes customers succeed",
        {"firms.Usual.service": 0.5}, "Usual", "success_rate", 3, 24, +1),
    Mechanism("service, level 2", _RELATIONS, "foreseeing needs makes customers succeed",
        {"firms.Adviser.foresight": 0.6}, "Adviser", "success_rate", 3, 24, +1),
    Mechanism("service, level 3", _RELATIONS, "finding what nobody noticed opens new business",
        {"firms.Adviser.discovery": 0.2}, "Adviser", "found", 12, 36, +1,
        {"wallet.potential": 0.5}),
    Mechanism("acceptance by potential", _LEADERS, "who avoids shallow relations has deeper ones",
        {"firms.Adviser.minimum_potential": 0.4}, "Adviser", "found", 12, 36, +1, _POTENTIAL),
    Mechanism("acceptance by fit", _SUCCESS, "who chooses customers has those that fit",
        {"firms.Adviser.minimum_fit": 0.7}, "Adviser", "fit", 1, 24, +1, _NARROW),
    Mechanism("ending relations", _LEADERS, "who ends shallow relations has customers that fit",
        {"firms.Adviser.drops_below": 0.6}, "Adviser", "fit", 6, 24, +1, _NARROW),
    Mechanism("offer kind", _SUCCESS, "who must be chosen anew each time keeps fewer",
        {"firms.Middling.renews": 0.0}, "Middling", "retention", 12, 36, -1),
    Mechanism("target position", _INTIMACY, "aiming at a few brings customers for whom it is made",
        {"firms.Pioneer.target": "demanding", "firms.Pioneer.focus": 1.0}, "Pioneer",
        "segment", 24, 60, +1, {"firms.Pioneer.reach": 0.4, "network.neighbours": 2}),
    Mechanism("prosumers", _SUCCESS, "the able and connected do it themselves",
        {"value.outside_connectivity": 1.5}, "Adviser", "customers", 24, 60, -1,
        {**_ABLE, "zmot.connectivity": 6.0}),
    Mechanism("poaching", _LEADERS, "people take their customers' liking along",
        {"events": [{"month": 7, "poach": "Adviser", "by": "Usual", "size": 0.6}]}, "Adviser",
        "market_share", 8, 20, -1),
    Mechanism("disruptor's expansion", _SUCCESS, "from one field a firm grows into others",
        {"firms.Usual.expansion": 0.02}, "Usual", "fit", 6, 36, +1),
    Mechanism("network effect", _SUCCESS, "what others use is worth more",
        {"firms.Usual.network_effect": 2.0}, "Usual", "market_share", 12, 36, +1),
    Mechanism("complementors", _SUCCESS, "users draw complementors, and these draw users",
        {"firms.Usual.complements": 2.0}, "Usual", "market_share", 12, 36, +1),
    Mechanism("intermediaries", _INTIMACY, "who sells through others knows customers less",
        {"firms.Middling.intermediaries": 0.8}, "Middling", "knowledge", 6, 24, -1),
    Mechanism("intermediaries", _INTIMACY, "what they keep makes the price dearer",
        {"firms.Middling.intermediaries": 0.8}, "Middling", "price", 1, 12, +1),
    Mechanism("intermediaries", _INTIMACY, "they make a firm known to more people",
        {"firms.Usual.intermediaries": 0.8}, "Usual", "joins", 1, 24, +1,
        {"firms.Usual.reach": 0.2, "finance.intermediary_margin": 0.0},
        disagrees="more people know it, but it knows less of those who come, and offers them less"),
    Mechanism("change of job", _RELATIONS, "who changes jobs speaks for the old provider there",
        {"relation.job_change": 0.02}, "Adviser", "joins", 6, 36, +1),
    Mechanism("fragmented tools", _SUCCESS, "tools that do not fit together cost customers",
        {"firms.Usual.fragmentation": 2.0}, "Usual", "market_share", 6, 36, -1,
        {"value.time": 1.5}),
    Mechanism("reaction in price", _LEADERS, "rivals answer a cut in price",
        {"technology.reaction": 1.0}, "Usual", "price", 9, 36, -1, _CUT),
    Mechanism("reaction in price", _LEADERS, "a cut that is answered wins less",
        {"technology.reaction": 1.0, "technology.cost_imitation": 0.0}, "Frugal", "market_share",
        9, 36, -1, _CUT),
    Mechanism("imitation of solutions", _LEADERS, "rivals begin to offer the same service",
        {"technology.reaction": 1.0}, "Adviser", "stickiness_success", 24, 60, -1,
        {"technology.solution_imitation": 0.05, "technology.cost_imitation": 0.0,
         "technology.price_reaction": 0.0}),
    Mechanism("par", _LEADERS, "who falls below par elsewhere is not chosen",
        {"technology.par": 0.95}, "Frugal", "joins", 1, 24, -1, {"technology.par": 0.0}),
    Mechanism("independence", _LEADERS, "customers outgrow the help they get",
        {"value.independence": 1.0}, "Adviser", "outcome", 12, 48, -1,
        {"value.independence": 0.0, "relation.competence_rate": 0.02}),
    Mechanism("renewal of help", _LEADERS, "new areas keep help worth having",
        {"firms.Adviser.renewal": 1.0}, "Adviser", "outcome", 12, 48, +1,
        {**_ABLE, "firms.Adviser.renewal": 0.0}),
    Mechanism("dependence aversion", _LEADERS, "the able hesitate to depend on somebody",
        {"value.dependence_aversion": 1.0}, "Adviser", "joins", 6, 36, -1,
        {"value.dependence_aversion": 0.0, "relation.competence_rate": 0.02}),
    Mechanism("authority", _LEADERS, "authority near the customer makes the offer fit",
        {"firms.Middling.authority": 0.9}, "Middling", "fit", 6, 24, +1),
    Mechanism("staff per customer", _LEADERS, "there is a limit to the accounts of a team",
        {"firms.Adviser.attention": 0.3}, "Adviser", "knowledge", 6, 24, -1),
    Mechanism("connectivity", _SUCCESS, "the connected look around more",
        {"zmot.connectivity": 4.0}, "Middling", "retention", 6, 36, -1),
    Mechanism("bad word of mouth", _SUCCESS, "bad reviews keep customers away",
        {"zmot.review": 0.6}, "Usual", "joins", 6, 36, -1, {"firms.Usual.service": -0.8,
         "zmot.review": 0.0, "zmot.volume": 0.0},
        disagrees="friends tell of it anyway; what reviews add cannot be told from none"),
    Mechanism("good word of mouth", _SUCCESS, "good reviews, and many of them, bring customers",
        {"zmot.review": 0.6}, "Usual", "joins", 6, 36, +1, {"firms.Usual.service": 0.8,
         "zmot.review": 0.0}),
    Mechanism("time is scarce", _SUCCESS, "the quick win where time is scarce",
        {"value.time": 2.5}, "Frugal", "market_share", 6, 36, +1),
    Mechanism("contact points", _RELATIONS, "more jobs together make it harder to part",
        {"relation.contacts": 1.2}, "Adviser", "stickiness_switching", 1, 24, +1),
    Mechanism("brand liking", _INTIMACY, "liked people win prospects",
        {"value.brand": 1.2}, "Adviser", "joins", 1, 24, +1, {"value.brand": 0.0}),
)
