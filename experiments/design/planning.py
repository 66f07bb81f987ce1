"""The scenario of a point: the base with the values that its factors take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.paths import path_of
from sim.problems import Problems
from sim.reading import written
from sim.reading.overrides import with_plain_values
from sim.reading.resolving import with_absolute_files
from sim.reading.validation import validated
from sim.scenario import Scenario

_MONTHS = ("market", "months")


class Planning:
    """Makes scenarios out of a base, and remembers what several of them share.

    Args:
        base: The resolved scenario.
        factors: Paths of all factors.

    Attributes:
        notes: What was done without being asked for, each thing once.
    """

    def __init__(self, base: Scenario, factors: tuple[str, ...]) -> None:
        # No table depends on claims, and each would be checked again for every point.
        self._base = base.model_copy(update={"claims": [], "translations": {}})
        self._months = next((path for path in factors if path_of(path) == _MONTHS), None)
        self._varies_network = any(path_of(path)[0] == "network" for path in factors)
        self._names_digest = any(path_of(path) == ("network", "digest") for path in factors)
        self._varied = _Varied(self._base)
        self._shortened: dict[int, _Varied] = {}
        self._files: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []

    def plan(self, values: Mapping[str, Any], draw: int | None = None) -> Scenario:
        """A validated scenario.

        Args:
            values: A value for every factor.
            draw: Which draw of people and ties; None leaves it to the base.

        Raises:
            sim.problems.Problems: These values make no scenario, or name a network that cannot be
                read.
        """
        base, changed = self._varied, dict(values)
        if self._months is not None and isinstance(changed[self._months], int):
            base = self._of_length(changed.pop(self._months))
        if draw is not None:
            changed["network.draw"] = draw
        if self._varies_network and not self._names_digest:
            changed["network.digest"] = None
        return self._with_network(base.with_values(changed))

    def _of_length(self, months: int) -> _Varied:
        """The base with another length and without the events that it does not reach."""
        if months not in self._shortened:
            events = self._base.events
            kept = [event for event in events if event.month <= months]
            values: dict[str, Any] = {"market.months": months}
            if len(kept) < len(events):
                values["events"] = kept
                what = "an event" if len(events) - len(kept) == 1 else "events"
                self.notes.append(f"{what} after month {months} left out of runs that end there")
            self._shortened[months] = _Varied(self._base.with_values(values))
        return self._shortened[months]

    def _with_network(self, plan: Scenario) -> Scenario:
        """The plan with size and digest of the network it names; each file is read once."""
        if not self._varies_network or plan.network.kind != "file":
            return plan
        # Of how the file is read depends, too, how many people it has.
        asked = plan.network.model_dump_json(include={"file", "digest", "columns", "weights"})
        if asked not in self._files:
            from experiments.resolving import resolved

            found, notes = resolved(plan)
            self.notes += [note for note in notes if note not in self.notes]
            self._files[asked] = {
                "market.customers": found.market.customers,
                "network.digest": found.network.digest,
            }
            return found
        return plan.with_values(self._files[asked])


class _Varied:
    """A scenario of which many others are made.

    What :meth:`sim.scenario.Scenario.with_values` does, a third as long for every one of them: the
    scenario is taken apart only once.
    """

    def __init__(self, base: Scenario) -> None:
        self._tree = written(base)

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """A new, validated scenario with other values at dotted paths.

        Raises:
            Problems: The values do not make a scenario.
        """
        tree, problems = with_plain_values(self._tree, values, Scenario)
        if problems:
            raise Problems(problems)
        return validated(Scenario, with_absolute_files(tree), {"allow_code": True})
