"""The mechanisms that can be switched off, each with the values at which it does nothing.

One place says what a mechanism of its own is, and where its limit lies. Strengths are switched off
rather than regimes, since a scenario's events move these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.sim.paths import path_of, text_of

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.scenario import Event

_EVERY_FIRM = "firms[]."


@dataclass(frozen=True)
class Mechanism:
    """Something that can be taken out of the model.

    Attributes:
        name: In lower case, words joined by underscores; its words are under ``ablating``.
        off: Values by path at which it does nothing; ``firms[].…`` is meant of every firm, those
            that enter later too.
        in_logit: Whether a logit of offers with constant hazards of looking has it, too: it is of
            what offers are and are worth, not of what ties, is told, or comes back.
    """

    name: str
    off: Mapping[str, Any]
    in_logit: bool = False


# fmt: off
MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism("location", {"stickiness.location_strength": 0.0}),
    Mechanism("switching", {"stickiness.switching_strength": 0.0}),
    Mechanism("obligation", {"stickiness.obligation_strength": 0.0}),
    Mechanism("success", {"stickiness.success_strength": 0.0}),
    Mechanism("contracts", {"looking.in_contract": 1.0, "looking.when_due": 1.0}),
    Mechanism("discontent", {"looking.satisfaction": 0.0}),
    Mechanism("readiness", {"looking.spread": 0.0}),
    Mechanism("friends_left", {"looking.friends_left": 1.0}),
    Mechanism("friends_here", {"looking.friends_here": 0.0}),
    Mechanism("referral", {"looking.referred": 0.0}),
    Mechanism("bad_rating", {"looking.bad_rating": 0.0}),
    Mechanism("effort", {"value.effort": 0.0}),
    Mechanism("advertising", {"zmot.advertising": 0.0, "zmot.advertising_carry": 0.0}),
    Mechanism("stimulus", {"looking.stimulus": 0.0}),
    Mechanism("connectivity", {"looking.connectivity_power": 0.0}),
    Mechanism("imitation", {"adoption.imitation": 0.0}),
    Mechanism("friends_told", {"zmot.friend": 0.0}),
    Mechanism("reviews", {"zmot.review": 0.0, "zmot.volume": 0.0}),
    Mechanism("own_experience", {"zmot.own": 0.0}),
    Mechanism("doubt", {"zmot.doubt": 0.0, "zmot.backlash": 0.0}),
    Mechanism("risk", {"zmot.risk_aversion": 0.0}),
    Mechanism("surprise", {"judgement.surprise": 0.0}),
    Mechanism("loss_aversion", {"judgement.loss_aversion": 1.0}),
    Mechanism("expectations", {"judgement.expectation_rate": 0.0}),
    Mechanism("needs", {"judgement.need_up": 0.0, "judgement.need_down": 0.0,
        "judgement.need_technology": 0.0, "judgement.need_rate": 0.0}),
    Mechanism("company_review", {"judgement.review": 0.0}),
    Mechanism("knowledge", {"relation.knowledge_rate": 0.0}),
    Mechanism("liking", {"relation.liking_rate": 0.0}),
    Mechanism("indebtedness", {"relation.indebtedness_rate": 0.0}),
    Mechanism("competence", {"relation.competence_rate": 0.0}),
    Mechanism("share_of_wallet", {"wallet.trust": 0.0, "wallet.success": 0.0}),
    Mechanism("potential", {"wallet.potential": 0.0}),
    Mechanism("homophily", {"network.homophily": 0.0}),
    Mechanism("brand", {"value.brand": 0.0}),
    Mechanism("taste", {"value.taste": 0.0}, in_logit=True),
    Mechanism("time", {"value.time": 0.0}, in_logit=True),
    Mechanism("dependence", {"value.dependence_aversion": 0.0}),
    Mechanism("outside", {"value.outside_competence": 0.0, "value.outside_connectivity": 0.0}),
    Mechanism("purpose", {"value.purpose_liking": 0.0}, in_logit=True),
    Mechanism("scale", {"technology.scale": 0.0}, in_logit=True),
    Mechanism("par", {"technology.par": 0.0}, in_logit=True),
    Mechanism("progress", {"technology.gain": 0.0, "technology.drift": 0.0}, in_logit=True),
    Mechanism("imitation_of_firms", {"technology.imitation": 0.0}, in_logit=True),
    Mechanism("reaction", {"technology.reaction": 0.0, "firms[].reaction": 0.0}, in_logit=True),
    Mechanism("culture", {"technology.culture_rate": 0.0}, in_logit=True),
    Mechanism("data", {"technology.data_growth": 0.0}, in_logit=True),
    Mechanism("launches", {"firms[].launch_rate": 0.0}, in_logit=True),
    Mechanism("capacity", {"firms[].capacity": 1.0, "firms[].minimum_fit": 0.0,
        "firms[].drops_below": 0.0}, in_logit=True),
    Mechanism("network_effect", {"firms[].network_effect": 0.0}),
    Mechanism("guarantee", {"firms[].guarantee": 0.0, "zmot.guarantee_signal": 0.0}, in_logit=True),
    Mechanism("pricing", {"firms[].pricing": "markup"}, in_logit=True),
    Mechanism("renewal", {"firms[].renewal": 0.0}),
    Mechanism("learning", {"firms[].learning": 0.0}),
    Mechanism("steering", {"firms[].use": 0.0}, in_logit=True),
    Mechanism("complements", {"firms[].complements": 0.0}, in_logit=True),
    Mechanism("intermediaries", {"firms[].intermediaries": 0.0}, in_logit=True),
    Mechanism("claims", {"firms[].claim": 0.0}, in_logit=True),
    Mechanism("foresight", {"firms[].foresight": 0.0}),
    Mechanism("discovery", {"firms[].discovery": 0.0}),
    Mechanism("digital", {"firms[].digital": 0.0}),
    Mechanism("inconsistency", {"firms[].inconsistency": 0.0}, in_logit=True),
    Mechanism("indulgence", {"firms[].indulgence": 0.0}),
    Mechanism("tariffs", {"firms[].joiner_price": 1.0,
        "firms[].winback_price": 1.0}, in_logit=True),
    Mechanism("loyalty", {"firms[].loyalty": 0.0}),
    Mechanism("rewards", {"firms[].referral_reward": 0.0}),
    Mechanism("gain_sharing", {"firms[].gain_share": 0.0}, in_logit=True),
    Mechanism("targeting", {"firms[].focus": 0.0}, in_logit=True),
    Mechanism("partners", {"firms[].partners": 0.0}, in_logit=True),
    Mechanism("trials", {"firms[].experiments": 0.0}, in_logit=True),
    Mechanism("expansion", {"firms[].expansion": 0.0}, in_logit=True),
    Mechanism("fragmentation", {"firms[].fragmentation": 0.0}, in_logit=True),
    Mechanism("halo", {"judgement.halo": 0.0}),
    Mechanism("job_change", {"relation.job_change": 0.0}),
)
"""In the order in which they are told."""
# fmt: on


def switched_off(plan: Scenario, mechanisms: Iterable[Mechanism]) -> Scenario:
    """A plan without mechanisms: the plan itself where they do nothing there.

    Events that would set one of their values are left out.

    Args:
        plan: The scenario.
        mechanisms: Which to take out of it.
    """
    values: dict[str, Any] = {}
    for mechanism in mechanisms:
        for path, value in mechanism.off.items():
            values |= _off(plan, path, value)
    paths = {path for mechanism in mechanisms for path in mechanism.off}
    events = [_quiet(event, paths, mechanisms) for event in plan.events]
    kept = [event for event in events if event is not None]
    if kept != [_written(event) for event in plan.events]:
        values["events"] = kept
    return plan.with_values(values) if values else plan


def at_work(plan: Scenario) -> list[Mechanism]:
    """Those that a plan has switched on, now or by an event."""
    return [each for each in MECHANISMS if switched_off(plan, [each]) is not plan]


def _off(plan: Scenario, path: str, value: Any) -> dict[str, Any]:
    """Values that switch a key off; of a firm's, with its discipline and for each that has one."""
    if not path.startswith(_EVERY_FIRM):
        section, key = path.split(".")
        return {} if getattr(getattr(plan, section), key) == value else {path: value}
    key = path.removeprefix(_EVERY_FIRM)
    coming = [event.enter for event in plan.events if event.enter is not None]
    used = {firm.discipline for firm in (*plan.firms, *coming)}
    found = {
        text_of(("disciplines", name, key)): value
        for name in sorted(used)
        for model in [getattr(plan.disciplines, name.replace("-", "_"), None)]
        if model is not None and getattr(model, key) not in (None, value)
    }
    for firm in plan.firms:
        if getattr(firm, key) not in (None, value):
            found[text_of(("firms", firm.name, key))] = value
    return found


def _quiet(
    event: Event, paths: Iterable[str], mechanisms: Iterable[Mechanism]
) -> dict[str, Any] | None:
    """An event without what would switch a mechanism on; None if nothing is left of it."""
    written = _written(event)
    if event.set is not None:
        first, *rest = path_of(event.set)
        key = f"{_EVERY_FIRM}{rest[-1]}" if first in ("firms", "disciplines") else event.set
        return None if key in paths else written
    if event.enter is not None:
        off = {
            path.removeprefix(_EVERY_FIRM): value
            for mechanism in mechanisms
            for path, value in mechanism.off.items()
            if path.startswith(_EVERY_FIRM)
        }
        own = {key: value for key, value in off.items() if getattr(event.enter, key) is not None}
        return {**written, "enter": {**written["enter"], **own}} if own else written
    return written


def _written(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", by_alias=True, exclude_defaults=True)
