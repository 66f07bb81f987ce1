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

CATALOGUE = Catalogue()
"""The scenarios on offer; the server puts its own in this place before anybody connects."""


@solara.component
def Page() -> None:
    """The market in a browser."""
    desk = solara.use_memo(_new_desk, [])
    solara.use_effect(lambda: desk.close, [])
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

    return Desk(CATALOGUE, changed)
