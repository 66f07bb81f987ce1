"""What may be done in a market while it runs: each act of the page is an event of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.agents.firm.discipline import DISCIPLINES
from tsunagari.experiments.app.controls import controls_of, wanted
from tsunagari.experiments.deciding.archetypes import ARCHETYPES
from tsunagari.experiments.words.numbers import written
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.words import Words
    from tsunagari.sim.scenario import Scenario

ENTRANTS = (*DISCIPLINES, *ARCHETYPES)
"""Kinds of firms that may be let in: a discipline, or an archetype."""
SHOCKS = ("launch", "scandal", "leave")
"""What may happen to a firm, besides changes of its numbers."""
MOST_ACTS = 100
"""Acts of one market: a link and a list have no room for more."""
_LONGEST_NAME = 40
_SHAPES = {
    "set": {"do", "path", "value"},
    "enter": {"do", "like", "name"},
    **{shock: {"do", "firm"} for shock in SHOCKS},
}


@dataclass(frozen=True)
class Act:
    """Something that was done.

    Attributes:
        month: The month from which on it holds.
        said: How the page says it; a link holds that.
        event: As in a file, without its month.
    """

    month: int
    said: Mapping[str, Any]
    event: Mapping[str, Any]

    @property
    def words(self) -> str:
        """What was done, in a few words."""
        return str(self.event["note"])

    @property
    def dated(self) -> dict[str, Any]:
        """The event with its month."""
        return {"month": self.month, **self.event}

    def gives_way(self, month: int, event: Mapping[str, Any]) -> bool:
        """Whether another act of the same month sets the same number anew."""
        same = self.event.get("set")
        return self.month == month and same is not None and same == event.get("set")


def event_of(said: Any, plan: Scenario, price: float, words: Words) -> dict[str, Any]:
    """The event that the page asks for, without its month; whether it can be is not checked here.

    Args:
        said: What a browser says.
        plan: The scenario with all acts so far.
        price: What a unit costs in the market now, on average, in its currency.
        words: The language of the event's note.

    Raises:
        Problems: It is nothing that this page offers.
    """
    do = said.get("do") if isinstance(said, dict) else None
    if not isinstance(do, str) or do not in _SHAPES or said.keys() != _SHAPES[do]:
        raise _refused("this is nothing that can be done here")
    if do == "set":
        return _setting(plan, said["path"], said["value"], words)
    if do == "enter":
        return _entry(said["like"], said["name"], price, words)
    firm = said["firm"]
    if not isinstance(firm, str) or firm not in plan.entries:
        raise _refused("there is no such firm")
    return {do: firm, "note": words(f"page.did_{do}", firm=firm)}


def _setting(plan: Scenario, path: Any, value: Any, words: Words) -> dict[str, Any]:
    control = next((one for one in controls_of(plan, words) if one.path == path), None)
    value = wanted(None if control is None else vars(control), path, value)
    assert control is not None
    if not control.acts:
        raise Problems([Problem(control.path, words("page.only_reset"))])
    value = control.value if value is None else value
    note = words(
        "page.did_set", what=control.section, what_of_it=control.label, value=_told(value, words)
    )
    return {"set": control.path, "to": value, "note": note}


def _told(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words("page.yes" if value else "page.no")
    return written(value, ".6g") if isinstance(value, int | float) else str(value)


def _entry(like: Any, name: Any, price: float, words: Words) -> dict[str, Any]:
    if not isinstance(like, str) or like not in ENTRANTS:
        raise _refused("there is no such kind of entrant")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise _refused(f"a firm's name has 1 to {_LONGEST_NAME} characters")
    firm: dict[str, Any] = {"name": name.strip()}
    if like in ARCHETYPES:
        kind = ARCHETYPES[like]
        firm |= {"asks": round(kind.asks * price, 4), "brand": kind.brand, **kind.keys}
    else:
        firm |= {"discipline": like}
    kind_in_words = words(f"page.kind_{like}")
    return {"enter": firm, "note": words("page.did_enter", firm=firm["name"], kind=kind_in_words)}


def script_of(said: Any) -> list[tuple[int, Any]]:
    """Acts as a link holds them: month and what was said, in the order in which they were done.

    Raises:
        Problems: It is no such list.
    """
    pairs = said if isinstance(said, list) and len(said) <= MOST_ACTS else [None]
    before, found = 0, []
    for pair in pairs:
        match pair:
            case [int() as month, {} as what] if not isinstance(month, bool) and month >= before:
                before = month
                found.append((month, what))
            case _:
                raise _refused("the link holds acts that this page does not offer")
    return found


def _refused(why: str) -> Problems:
    return Problems([Problem("", f"{why}; nothing was changed")])
