"""The page and its parts: the bar, the controls, the neighbourhood, the person."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import solara
from mesa.visualization.utils import update_counter
from solara.server.kernel_context import get_current_context

from tsunagari.experiments.app.acts import ENTRANTS
from tsunagari.experiments.app.catalogue import Catalogue
from tsunagari.experiments.app.desk import Desk
from tsunagari.experiments.app.plots import (
    Callback,
    Difference,
    Figures,
    Holds,
    Plot,
    as_text,
    price_told,
    title_of,
)
from tsunagari.experiments.app.series import DRAWN
from tsunagari.experiments.app.session import MOST_TIES, Room, ties_of
from tsunagari.experiments.pictures.web import style as chart_style
from tsunagari.experiments.words import Words, texts
from tsunagari.sim.paths import text_of
from tsunagari.sim.problems import Problem, Problems

_STYLE = Path(__file__).resolve().parent / "vue" / "page.css"


@solara.component_vue("vue/bar.vue", vuetify=False)
def bar(
    words: str,
    state: str,
    link: str,
    file: str,
    event_choose: Callback,
    event_reset: Callback,
    event_step: Callback,
    event_play: Callback,
    event_pause: Callback,
    event_pace: Callback,
    event_fetch: Callback,
    event_restore: Callback,
) -> None:
    """The bar at the top."""


@solara.component_vue("vue/controls.vue", vuetify=False)
def controls(
    words: str,
    spec: str,
    state: str,
    event_set_value: Callback,
    event_forget: Callback,
    event_show: Callback,
) -> None:
    """Sliders, fields and switches."""


@solara.component_vue("vue/acts.vue", vuetify=False)
def acts(
    words: str, state: str, event_act: Callback, event_undo: Callback, event_redo: Callback
) -> None:
    """What can be done at once, and what was done."""


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
        words=as_text(dict(texts(desk.words.language, "page"))),
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
                "again": view.again,
                "restored": desk.restored,
                "language": desk.words.language,
            }
        ),
        link=as_text(desk.link),
        file=as_text(desk.file),
        event_choose=desk.asked(desk.choose),
        event_reset=desk.asked(lambda _: desk.reset()),
        event_step=desk.asked(lambda _: session.step()),
        event_play=desk.asked(lambda _: session.play()),
        event_pause=desk.asked(lambda _: session.pause()),
        event_pace=desk.asked(session.pace),
        event_fetch=desk.asked(desk.fetch),
        event_restore=desk.asked(desk.restore),
    )


@solara.component
def Controls(desk: Desk) -> None:
    """Sliders, group by group."""
    update_counter.get()
    spec = solara.use_memo(lambda: as_text(desk.spec), [id(desk.spec)])
    controls(
        words=as_text(dict(texts(desk.words.language, "page"))),
        spec=spec,
        state=as_text(
            {
                "changed": desk.changed_values,
                "running": desk.running,
                "standing": desk.standing,
                "coming": [
                    act.event["set"]
                    for act in desk.session.view.acts
                    if act.month > desk.session.view.month and "set" in act.event
                ],
                "asked": price_told(desk.session.view, desk.words),
                "month": desk.session.view.month,
                "months": desk.session.view.months,
                "measures": _measures(desk.words),
                "problems": desk.problems,
                "waiting": desk.waiting,
                "story": desk.story,
                "source": desk.source,
            }
        ),
        event_set_value=desk.asked(lambda said: desk.set_value(*_path_and_value(said))),
        event_forget=desk.asked(lambda _: desk.forget()),
        event_show=desk.asked(lambda key: desk.draw("second", _measure(key))),
    )


@solara.component
def Deeds(desk: Desk) -> None:
    """What can be done at once, and what was done."""
    update_counter.get()
    view, words = desk.session.view, desk.words
    firms = [] if view.series is None else [firm["name"] for firm in view.series["firms"]]
    entered = [act.event["enter"]["name"] for act in view.acts if "enter" in act.event]
    acts(
        words=as_text(dict(texts(words.language, "page"))),
        state=as_text(
            {
                "firms": [*firms, *(name for name in entered if name not in firms)],
                "factors": {
                    path: value for path, value in view.standing.items() if path.endswith(".price")
                },
                "paths": {name: text_of(("firms", name, "price")) for name in (*firms, *entered)},
                "asked": price_told(view, words),
                "kinds": [[kind, words(f"page.kind_{kind}")] for kind in ENTRANTS],
                "acts": [
                    [words("page.at_month", month=act.month), act.words, act.month > view.month]
                    for act in view.acts
                ],
                "undo": view.can_undo,
                "redo": view.can_redo,
                "busy": bool(view.busy),
                "over": view.month >= view.months,
                "coming": view.month + 1,
            }
        ),
        event_act=desk.asked(desk.session.act),
        event_undo=desk.asked(lambda _: desk.session.undo()),
        event_redo=desk.asked(lambda _: desk.session.redo()),
    )


@solara.component
def Neighbours(desk: Desk) -> None:
    """Some of the people, coloured by provider, and the ratings that go between them."""
    update_counter.get()
    view = desk.session.view
    people = solara.use_memo(lambda: as_text(view.people), [id(view.people)])
    count = 0 if view.people is None else view.people["count"]
    words = desk.words
    explained = words("page.neighbourhood_explained", count=f"{count:,}", people=f"{view.size:,}")
    network(
        what=as_text(
            {
                "label": words("page.neighbourhood"),
                "explained": explained,
                "rest": words("page.rest_of_market", count=f"{view.size - count:,}"),
                "language": words.language,
                **{
                    key: words(f"page.{key}")
                    for key in ("nobody", "flowing", "customer", "read", "mover")
                },
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
        words=as_text(dict(texts(desk.words.language, "page"))),
        story=as_text(desk.story_of_person()),
        event_close=desk.asked(lambda _: desk.read(None)),
        event_why=desk.asked(lambda _: desk.explain()),
    )


def _measures(words: Words) -> list[list[str]]:
    """The measures that charts can show, for the search: name, title, and all that is said."""
    return [
        [key, title_of(key, words), f"{key} {measure.english} {measure.meaning}"]
        for key, measure in DRAWN.items()
        if key != "market_share"
    ]


def _measure(key: Any) -> str:
    """A measure that was found.

    Raises:
        Problems: It is none that a chart can show.
    """
    if not isinstance(key, str) or key not in DRAWN or key == "market_share":
        raise Problems([Problem("", "there is no such chart; nothing was changed")])
    return key


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
                Plot(desk, "share", large=True)
                Neighbours(desk)
                Person(desk)
                Difference(desk)
                Deeds(desk)
                with solara.Div(classes=["ts-lower"]):
                    Plot(desk, "second")
                    Plot(desk, "third")
                    Holds(desk)
                Figures(desk)


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
