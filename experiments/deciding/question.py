"""What is to be decided: the options file, in YAML, against the scenario it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from tsunagari.experiments.deciding.archetypes import ARCHETYPES
from tsunagari.experiments.deciding.outcomes import YARDSTICKS
from tsunagari.experiments.runs.given import Prices, document_given
from tsunagari.experiments.words.text import LONGEST_NAME
from tsunagari.sim.paths import nearest, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.loading import ordered
from tsunagari.sim.reading.tree import found
from tsunagari.sim.reading.validation import problem_at, validated
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import REQUIRED, Section, parameter
from tsunagari.sim.schema.scenario import Event

AS_IT_IS = "as it is"
"""What is compared with every option: doing nothing new."""
type Rivals = Literal["as-they-are", "frozen", "reacting", "adaptive"]
_Horizon = Annotated[int, Field(ge=1, le=600)]

# A key in two lines reads better than one in eight.
# fmt: off


class Choice(Section):
    """Something that can be done; what it changes holds from a month on."""

    also_called: ClassVar = dict.fromkeys(("start", "starts", "month", "begins"), "from")
    name: str = parameter(REQUIRED, unit="", longest=LONGEST_NAME, meaning="What it is called.")
    set: dict[str, Any] = Field(default_factory=dict,
        description="New value by path of the scenario.")
    add: dict[str, float] = Field(default_factory=dict, json_schema_extra={"unit": "amount"},
        description="What is added to the value by path.")
    times: dict[str, float] = Field(default_factory=dict, json_schema_extra={"unit": "factor"},
        description="What the value is multiplied with, by path.")
    starts: int | None = Field(None, alias="from", ge=1, le=1200,
        description="Month it begins with; nothing means that of the file.")

    @property
    def paths(self) -> tuple[str, ...]:
        """All that it changes."""
        return (*self.set, *self.add, *self.times)


class Entrant(Section):
    """A firm that enters; what it is like, its archetype says."""

    archetype: str = Field(..., alias="as", description="One of the archetypes.")
    after: int = parameter(12, unit="months", low=0, high=600,
        meaning="Months after the decision in which it enters.")
    name: str = parameter("Entrant", unit="", longest=LONGEST_NAME, meaning="Name of the firm.")


class Environment(Section):
    """What may come, whatever is decided."""

    name: str = parameter(REQUIRED, unit="", longest=LONGEST_NAME, meaning="What it is called.")
    set: dict[str, Any] = Field(default_factory=dict,
        description="New value by path of the scenario, from its start.")
    events: list[Event] = Field(default_factory=list,
        description="What happens besides, as in scenario files.")
    entrant: Entrant | None = Field(None, description="A firm that enters.")
    rivals: Rivals = parameter("as-they-are", unit="",
        meaning="Whether rivals answer: frozen, reacting in price and by imitation, or adaptive.")
    weight: float = parameter(1.0, unit="parts", above=0, high=1000,
        meaning="How much it counts in what is recommended.")


class Question(Section):
    """All keys of an options file."""

    also_called: ClassVar = {
        **dict.fromkeys(("firm", "company", "who", "we"), "us"),
        **dict.fromkeys(("months", "length"), "horizon"),
        **dict.fromkeys(("start", "month", "begins"), "from"),
        **dict.fromkeys(("objective", "goal", "measure", "aim"), "yardstick"),
        **dict.fromkeys(("decisions", "choices", "actions"), "options"),
        **dict.fromkeys(("scenarios", "futures", "entrants"), "environments"),
    }
    us: str | None = parameter(None, unit="", longest=LONGEST_NAME,
        meaning="The firm that decides; nothing means the one whose keys the options change.")
    horizon: _Horizon | list[_Horizon] = parameter(24, unit="months",
        meaning="Months that count from the decision on; of several, the first decides.")
    starts: int | None = Field(None, alias="from", ge=1, le=1200,
        description="Month from which options hold; nothing means 1, or what follows a fit's data.")
    yardstick: str = parameter("value", unit="",
        meaning="What is wanted: " + ", ".join(YARDSTICKS) + ".")
    spend: Literal["equal", "as-told"] = parameter("equal", unit="",
        meaning="equal: options are brought to the same spend; as-told: they stay as written.")
    budget: float | None = parameter(None, unit="money a month", above=0, high=1e15,
        meaning="What each option may cost a month; nothing means what the first one costs.")
    prices: Prices = parameter("held", unit="",
        meaning="held: costs that an option brings do not reach prices; passed-on: they do.")
    options: list[Choice] = Field(default_factory=list, max_length=20,
        description="What can be done, besides nothing new.")
    environments: list[Environment] = Field(default_factory=list, max_length=12,
        description="What may come; nothing means the scenario as it is.")
    levers: dict[str, list[float]] = Field(default_factory=dict,
        description="For a search: lowest and highest value by path.")

    _root: Any = PrivateAttr(None)

    # fmt: on
    def problem(
        self, path: Sequence[str | int], message: str, suggestion: str | None = None
    ) -> Problem:
        """A problem with a key, at its place in the file where there is one."""
        if self._root is None:
            return Problem(text_of(path), message, suggestion=suggestion)
        return problem_at(found(self._root, path), message, suggestion)

    @property
    def horizons(self) -> tuple[int, ...]:
        """All horizons, the one that decides first."""
        return tuple(self.horizon) if isinstance(self.horizon, list) else (self.horizon,)

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        """What no single key can know: ``(path, what is wrong, suggestion)``."""
        if not self.horizons:
            yield ("horizon",), "needs at least one number of months", "write horizon: 24"
        if self.yardstick not in YARDSTICKS:
            yield ("yardstick",), f"there is no yardstick {self.yardstick!r}", _near(
                self.yardstick, YARDSTICKS
            )
        yield from self._of_options()
        yield from self._of_environments()
        for path, ends in self.levers.items():
            if len(ends) != 2 or not ends[0] < ends[1]:
                message = "has two ends, the lower one first"
                yield ("levers", path), message, "write [0.9, 1.1]"

    def _of_options(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        names = [option.name for option in self.options]
        for number, option in enumerate(self.options):
            at = ("options", number)
            if option.name in (AS_IT_IS, *names[:number]):
                yield (*at, "name"), f"there is {option.name!r} already", "call it otherwise"
            if not option.paths:
                message = "changes nothing"
                yield at, message, "say what under set, add or times; nothing new is always there"
            for path in dict.fromkeys(option.paths):
                if option.paths.count(path) > 1:
                    yield at, f"changes {path} twice", "leave one of them out"

    def _of_environments(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        names = [each.name for each in self.environments]
        for number, each in enumerate(self.environments):
            if each.name in names[:number]:
                at = ("environments", number, "name")
                yield at, f"there is {each.name!r} already", "call it otherwise"
            known = each.entrant is None or each.entrant.archetype in ARCHETYPES
            if not known:
                called = each.entrant.archetype  # type: ignore[union-attr]
                at = ("environments", number, "entrant")
                yield (*at, "as"), f"there is no archetype {called!r}", _near(called, ARCHETYPES)


def _near(name: str, known: Mapping[str, Any]) -> str:
    close = nearest(name, tuple(known))
    return f"did you mean {close}?" if close else f"there are {', '.join(known)}"


def read_question(source: str | Path | Mapping[str, Any]) -> Question:
    """Read what is to be decided.

    Args:
        source: The file; or what would stand in it.

    Raises:
        Problems: All that is wrong with it, each at its place in the file.
    """
    root, problems, name = document_given(
        source, "the options", "there are no options in it", "an options file", "options and us"
    )
    question = None
    try:
        question = validated(Question, root)
    except Problems as raised:
        problems += raised.problems
    if question is None or problems:
        raise ordered(problems, [name], ())
    question._root = root
    return question


def decider(question: Question, plan: Scenario) -> str:
    """The firm that decides.

    Raises:
        Problems: It is not in the scenario, or the options do not tell.
    """
    there = tuple(firm.name for firm in plan.firms)
    if question.us is not None:
        if question.us in there:
            return question.us
        message = f"there is no firm {question.us!r} at the start"
        close = nearest(question.us, there)
        suggestion = f"did you mean {close}?" if close else f"there are {', '.join(there)}"
        raise Problems([Problem("us", message, suggestion=suggestion)])
    from tsunagari.sim.paths import path_of

    paths = [path for option in question.options for path in option.paths] + list(question.levers)
    owners = {str(path_of(path)[1]) for path in paths if path_of(path)[0] == "firms"}
    if len(owners) == 1 and (owner := owners.pop()) in there:
        return owner
    message = "it does not tell who decides: the options are not all of one firm"
    raise Problems([Problem("us", message, suggestion=f"write us: {there[0]}")])
