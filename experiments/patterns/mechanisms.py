"""What each mechanism does, as its source says, and a paired test of the sign.

The table :data:`MECHANISMS` is in :mod:`experiments.patterns.mechanism_table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from experiments.statistics import Interval
    from sim.scenario import Scenario

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
        from experiments.patterns.another_market import another_market

        return another_market(people, self.last).with_values(dict(self.plan))


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
        mechanisms: Which, see :data:`experiments.patterns.mechanism_table.MECHANISMS`.
        study: Where to run.
        people: Customers of each market.
        replications: Pairs of each.
    """
    from experiments.patterns.paths import Followed, Paired, follow

    jobs: list[Followed] = []
    for each in mechanisms:
        base = each.base(study.people(people))
        for plan in (base, base.with_values(dict(each.treated))):
            draws: list[Draw] = study.draws(plan, replications)
            jobs += [Followed(draw, each.firm, (each.measure,)) for draw in draws]
    paths = study.each(follow, jobs)
    many = study.replications(replications)
    found = []
    for number, each in enumerate(mechanisms):
        off = paths[2 * many * number : 2 * many * number + many]
        on = paths[2 * many * number + many : 2 * many * (number + 1)]
        difference = Paired(off, on).difference(each.measure, each.first, each.last)
        found.append(Effect(each, difference))
    return found
