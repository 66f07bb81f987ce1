"""What a dated event of a scenario is called in pictures, films and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.words import Words

if TYPE_CHECKING:
    from sim.schema.events import Event


def words_of(event: Event) -> str:
    """Its author's note, or a few words of English."""
    return event.note if event.note is not None else own_words(event, Words("en"))


def own_words(event: Event, words: Words) -> str:
    """What an event says of itself, in a few words of a language."""
    if event.enter is not None:
        return words("report.event_enter", firm=event.enter.name)
    for kind in ("leave", "launch", "scandal"):
        firm = getattr(event, kind)
        if firm is not None:
            return words(f"report.event_{kind}", firm=firm)
    if event.poach is not None:
        return words("report.event_poach", firm=event.poach, by=event.by)
    return f"{event.set} → {event.to}"
