"""A pattern: what should be seen in the model, who saw it in the world, and how to look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.patterns.verdict import Finding, Verdict

if TYPE_CHECKING:
    from experiments.patterns.study import Study


@dataclass(frozen=True)
class Pattern:
    """One regularity, or one limit, that the model is held to.

    Attributes:
        id: ``P1``, ``L1``, …
        pattern: What should be seen, in a line without a full stop.
        source: Who saw it, as ``Bass 1969; Sultan et al. 1990``.
        statistic: What the value is, with its unit, and what was run to get it.
        null: The null model, which must not show the pattern.
        find: Runs the markets and looks.
    """

    id: str
    pattern: str
    source: str
    statistic: str
    null: str
    find: Callable[[Study], Finding]

    def run(self, study: Study) -> Verdict:
        """Look for it."""
        began = time.perf_counter()
        finding = self.find(study)
        return Verdict(
            id=self.id,
            pattern=self.pattern,
            source=self.source,
            statistic=self.statistic,
            null=self.null,
            quantities=finding.quantities,
            null_quantities=finding.null,
            details=finding.details,
            seconds=time.perf_counter() - began,
        )
