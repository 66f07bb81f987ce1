"""The page: what Solara shows in a tab, and what it does when somebody clicks."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

import itertools
from typing import Any

import solara
from mesa.visualization.utils import update_counter
from solara.server.kernel_context import get_current_context

from experiments.app.catalogue import Catalogue
from experiments.app.desk import Desk
from experiments.app.parts import Bar, Controls, Neighbours, Person, Stylesheet
from experiments.app.plots import Figures, Holds, Plot
from experiments.app.room import MOST_TIES, Room, ties_of

_CATALOGUE, _ROOM = Catalogue(), Room()
_DESKS: dict[str, Desk] = {}
"""The desk of every tab, by the number of its kernel."""


def open_with(catalogue: Catalogue) -> None:
    """Settle what the page offers, before anybody connects.

    Args:
        catalogue: The scenarios; the one a server was started with always has room.
    """
    global _CATALOGUE, _ROOM
    _CATALOGUE = catalogue
    _ROOM = Room(max(MOST_TIES, ties_of(catalogue.plan(catalogue.opening)[0])))


def tell(problem: Exception) -> None:
    """Tell the tab whose message is at hand what was wrong with it; before it has begun, nobody."""
    desk = _DESKS.get(get_current_context().id)
    if desk is not None:
        desk.refuse(problem)


@solara.component
def Page() -> None:
    """The market in a browser."""
    desk = solara.use_memo(_new_desk, [])
    solara.use_effect(lambda: lambda: _gone(desk), [])
    solara.Title("Tsunagari")
    Stylesheet()
    with solara.Div(classes=["ts-page"]):
        Bar(desk)
        with solara.Div(classes=["ts-body"]):
            Controls(desk)
            with solara.Div(classes=["ts-main"]):
                Plot(desk, "share", "market_share", large=True)
                Neighbours(desk)
                with solara.Div(classes=["ts-lower"]):
                    Plot(desk, "second", "retention_12")
                    Plot(desk, "third", "satisfaction")
                    Holds(desk)
                Figures(desk)
        Person(desk)


@solara.component
def Layout(children: list[Any]) -> None:
    """Nothing around the page: it has its own bar and its own columns."""
    solara.Div(classes=["ts-root"], children=children)


def _new_desk() -> Desk:
    """A desk of this tab's own; Mesa's counter tells all parts that there is something to draw."""
    tab = get_current_context()
    numbers = itertools.count(1)

    def changed() -> None:
        # Mesa's force_update() adds one to what it reads: of two threads at once one goes unseen.
        try:
            update_counter.set(next(numbers))
        except Exception:
            if not tab.closed_event.is_set():  # nobody is there any more to draw for
                raise

    desk = _DESKS[tab.id] = Desk(_CATALOGUE, changed, _ROOM)
    return desk


def _gone(desk: Desk) -> None:
    """A tab is closed."""
    for tab in [number for number, known in _DESKS.items() if known is desk]:
        del _DESKS[tab]
    desk.close()
