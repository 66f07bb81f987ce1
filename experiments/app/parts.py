"""The parts of the page: each hands what there is to see to a component drawn in the browser."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import solara
from mesa.visualization.utils import update_counter

from experiments.app import widgets
from experiments.app.desk import Desk
from experiments.app.labels import LABELS
from experiments.app.widgets import as_text
from sim.problems import Problem, Problems

_STYLE = Path(__file__).resolve().parent / "vue" / "page.css"
_WORDS = json.dumps(dict(LABELS), ensure_ascii=False)


@solara.component
def Stylesheet() -> None:
    """The page's style sheet."""
    solara.Style(_STYLE)


@solara.component
def Bar(desk: Desk) -> None:
    """Which scenario, how far it is, and the buttons that run it."""
    update_counter.get()
    view, session = desk.session.view, desk.session
    widgets.bar(
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
    widgets.controls(
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
    widgets.network(
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
    widgets.person(
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
