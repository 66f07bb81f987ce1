"""What came out of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.comparison.changes import Change, changes

if TYPE_CHECKING:
    import pandas as pd

    from experiments.comparison.alternative import Alternative
    from experiments.comparison.precision import Decision
    from experiments.comparison.tally import Course
    from experiments.runs.prices import Prices


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios under the same seed and the same replications: paired differences.

    Attributes:
        alternatives: The scenarios with their labels, the base first.
        seed: What all chance depended on.
        replications: How many each scenario had.
        at: Months of the table, in ascending order.
        measure: The measure followed over all months.
        prices: Whether prices were held to the base's, or costs passed on.
        columns: The table of differences; undefined is NaN.
        courses: The measure's differences over the months, one for each scenario but the base.
        present: In how many replications each firm is in the last month of the table: firm to
            numbers, the base first.
        decision: What ``precision`` led to; None where it was not asked for.
        notes: Sentences for the user about what was done without being asked for.
    """

    alternatives: tuple[Alternative, ...]
    seed: int
    replications: int
    at: tuple[int, ...]
    measure: str
    prices: Prices
    columns: Mapping[str, Any]
    courses: tuple[Course, ...]
    present: Mapping[str, tuple[int, ...]]
    decision: Decision | None
    notes: tuple[str, ...]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The table of differences: a row per scenario but the base, measure, firm and month."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))

    @cached_property
    def changes(self) -> tuple[tuple[Change, ...], ...]:
        """In which parameters each scenario but the base differs from it."""
        base, *others = self.alternatives
        return tuple(changes(base.plan, other.plan) for other in others)
