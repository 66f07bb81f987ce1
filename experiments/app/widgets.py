"""The components that are drawn in the browser, one Vue file each.

Arguments are what such a file reads; those that begin with ``event_`` are what it may call. What it
reads is text: compared at once, packed once, read once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from experiments.words import texts

LABELS = texts("en", "page")
"""What the page itself says."""

type Event = Callable[[Any], None]
"""Called with what the browser says, or None."""


@solara.component_vue("vue/bar.vue", vuetify=False)
def bar(
    words: str,
    state: str,
    file: str,
    event_choose: Event,
    event_reset: Event,
    event_step: Event,
    event_play: Event,
    event_pause: Event,
    event_pace: Event,
    event_fetch: Event,
) -> None:
    """The bar at the top."""


@solara.component_vue("vue/controls.vue", vuetify=False)
def controls(
    words: str, spec: str, state: str, event_set_value: Event, event_forget: Event
) -> None:
    """Sliders, fields and switches."""


@solara.component_vue("vue/network.vue", vuetify=False)
def network(what: str, people: str, state: str, picked: int, event_person: Event) -> None:
    """The neighbourhood, on a canvas."""


@solara.component_vue("vue/plot.vue", vuetify=False)
def plot(what: str, drawing: str, event_choose: Event, event_resize: Event) -> None:
    """Lines over the months."""


@solara.component_vue("vue/holds.vue", vuetify=False)
def holds(what: str, now: str, ghost: str, frame: int, event_drawn: Event) -> None:
    """Stacked bars of what holds customers."""


@solara.component_vue("vue/figures.vue", vuetify=False)
def figures(what: str, rows: str) -> None:
    """A table."""


@solara.component_vue("vue/person.vue", vuetify=False)
def person(words: str, story: str, event_close: Event, event_why: Event) -> None:
    """One customer's story."""


def as_text(value: Any) -> str:
    """Plain values as the text that a component reads."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
