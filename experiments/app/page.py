"""The page and its parts: the bar, the controls, the neighbourhood, the person."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import solara
from mesa.visualization.utils import update_counter
from solara.server.kernel_context import get_current_context

from tsunagari.experiments.app.catalogue import Catalogue
from tsunagari.experiments.app.desk import Desk
from tsunagari.experiments.app.plots import LABELS, Callback, Figures, Holds, Plot, as_text
from tsunagari.experiments.app.session import MOST_TIES, Room, ties_of
from tsunagari.experiments.pictures.web import style as chart_style
from tsunagari.sim.problems import Problem, Problems

_STYLE = Path(__file__).resolve().parent / "vue" / "page.css"
_WORDS = json.dumps(dict(LABELS), ensure_ascii=False)


@solara.component_vue("vue/bar.vue", vuetify=False)
def bar(
    words: str,
    state: str,
    file: str,
    event_choose: Callback,
    event_reset: Callback,
    event_step: Callback,
    event_play: Callback,
    event_pause: Callback,
    event_pace: Callback,
    event_fetch: Callback,
) -> None:
    """The bar at the top."""


@solara.component_vue("vue/controls.vue", vuetify=False)
def controls(
    words: str, spec: str, state: str, event_set_value: Callback, event_forget: Callback
) -> None:
    """Sliders, fields and switches."""


@solara.component_vue("vue/network.vue", vuetify=False)
def network(what: str, people: str, state: str, picked: int, event_person: Callback) -> None:
    """The neighbourhood, on a canvas."""


@solara.component_vue("vue/person.vue", vuetify=False)
def person(words: str, story: str, event_close: Callback, event_why: Callback) -> None:
    """One customer's story."""


@solara.component
def Stylesheet() -> None:
    """The page's style sheet."""
    solara.Style(_STYLE.read_text(encoding="utf-8") + chart_style())


@solara.component
def Bar(desk: Desk) -> None:
    """Which scenario, how far it is, and the buttons that run it."""
    update_counter.get()
    view, session = desk.session.view, desk.session
    bar(
        words=_WORDS,
        state=as_text(
            {
                "sources": list(desk.titles.items()),
                "source": desk.source,
                "run": view.run,
                "month": view.month,
                "months": view.months,
                "playing": view.playing,
                "busy": view.busy,
                "problem": view.problem,
                "refused": desk.refused,
                "problems": desk.problems,
                "notes": desk.notes,
                "waiting": desk.waiting,
                "packing": desk.packing,
            }
        ),
        file=as_text(desk.file),
        event_choose=desk.asked(desk.choose),
        event_reset=desk.asked(lambda _: desk.reset()),
        event_step=desk.asked(lambda _: session.step()),
        event_play=desk.asked(lambda _: session.play()),
        event_pause=desk.asked(lambda _: session.pause()),
        event_pace=desk.asked(session.pace),
        event_fetch=desk.asked(desk.fetch),
    )


@solara.component
def Controls(desk: Desk) -> None:
    """Sliders, group by group."""
    update_counter.get()
    spec = solara.use_memo(lambda: as_text(desk.spec), [id(desk.spec)])
    controls(
        words=_WORDS,
        spec=spec,
        state=as_text(
            {
                "changed": desk.changed_values,
                "problems": desk.problems,
                "waiting": desk.waiting,
                "story": desk.story,
                "source": desk.source,
            }
        ),
        event_set_value=desk.asked(lambda said: desk.set_value(*_path_and_value(said))),
        event_forget=desk.asked(lambda _: desk.forget()),
    )


@solara.component
def Neighbours(desk: Desk) -> None:
    """Some of the people, coloured by provider, and the ratings that go between them."""
    update_counter.get()
    view = desk.session.view
    people = solara.use_memo(lambda: as_text(view.people), [id(view.people)])
    count = 0 if view.people is None else view.people["count"]
    explained = LABELS["neighbourhood_explained"].format(
        count=f"{count:,}", people=f"{view.size:,}"
    )
    network(
        what=as_text(
            {
                "label": LABELS["neighbourhood"],
                "explained": explained,
                **{key: LABELS[key] for key in ("nobody", "flowing", "customer", "read", "mover")},
            }
        ),
        people=people,
        state=as_text(
            {
                "run": view.run,
                "month": view.month,
                "firms": (view.series or {}).get("firms", []),
                "providers": "",
                "ratings": [],
                "moved": [],
                **view.snapshot,
            }
        ),
        picked=desk.picked,
        event_person=desk.asked(desk.read),
    )


@solara.component
def Person(desk: Desk) -> None:
    """What one customer lives through."""
    update_counter.get()
    person(
        words=_WORDS,
        story=as_text(desk.story_of_person()),
        event_close=desk.asked(lambda _: desk.read(None)),
        event_why=desk.asked(lambda _: desk.explain()),
    )


def _path_and_value(said: Any) -> tuple[Any, Any]:
    """What a slider says.

    Raises:
        Problems: It says only half of it.
    """
    if not isinstance(said, dict) or said.keys() != {"path", "value"}:
        raise Problems(
            [Problem("", "a slider said only half of what it wants; nothing was changed")]
        )
    return said["path"], said["value"]


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
