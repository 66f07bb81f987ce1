"""P14: purity against the middle: a map of where each pure discipline wins, ties and loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.purity import CONNECTIVITIES, ENVIRONMENTS, PURE, mapped
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.purity import PurityMap
    from experiments.patterns.study import Study

_NOT_ALL = (0.05, 0.95)
"""An interval of 95 % is apart from zero by chance alone in one case of twenty."""


def find(study: Study) -> Finding:
    """Draw the map, and the map of four firms in the middle."""
    from experiments.runs.statistics import Interval, wilson_interval

    found, null = mapped(study), mapped(study, in_the_middle=True)

    def part(of: PurityMap, *outcomes: int) -> Interval:
        hits = sum(of.count(outcome) for outcome in outcomes)
        return wilson_interval(hits, of.contests)

    lines = []
    for number, (firm, name) in enumerate(PURE.items()):
        wins, ties, losses = (found.count(outcome, firm) for outcome in (1, 0, -1))
        best = max(ENVIRONMENTS, key=lambda env: found.mean_in(env, number))
        lines.append(
            f"{name[:1].upper()}{name[1:]} earns more than the middle in {wins} of "
            f"{wins + ties + losses} cells, as much in {ties}, less in {losses}; its best "
            f"customers weigh {best}."
        )
    by_share = (found.share.mean(axis=-1) > 0).sum(axis=(0, 1)).tolist()
    lines.append(
        "By mean market share instead, they lead the middle in "
        f"{', '.join(str(cells) for cells in by_share)} cells."
    )
    some = sum(found.someone_wins(env, c) for env in ENVIRONMENTS for c in CONNECTIVITIES)
    lines.append(
        f"In {some} of {len(ENVIRONMENTS) * len(CONNECTIVITIES)} cells at least one pure firm "
        "earns more than the middle."
    )
    return Finding(
        quantities=(
            Quantity(
                "part of contests that the pure firm wins", part(found, 1), _NOT_ALL, "interval"
            ),
            Quantity("part that it loses", part(found, -1), _NOT_ALL, "interval"),
        ),
        null=(
            Quantity("part of contests decided", part(null, 1, -1), (0.0, 0.05), "overlap"),
            Quantity("the same", part(null, 1, -1), (None, 0.2), "interval"),
        ),
        details=tuple(lines),
    )


PATTERN = Pattern(
    id="P14",
    pattern="purity against the middle: neither wins everywhere",
    source="Treacy & Wiersema 1995; Thornhill & White 2007; against: Campbell-Hunt 2000",
    statistic="part of 105 contests (three disciplines, seven kinds of value weights, five "
    "connectivities) in which the pure firm's profit in years 4 and 5 is above that of the firm in "
    "the middle, the paired 95 % interval apart from zero",
    null="four firms in the middle, three of them under the names of the pure",
    find=find,
)
