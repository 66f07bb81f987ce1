"""Title, story, claims and events of a scenario in the reader's language, as far as they exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tsunagari.experiments.pictures.markup import Markup, tag, with_keys
from tsunagari.experiments.words import Words, language_of

if TYPE_CHECKING:
    from tsunagari.experiments.studies.claims import JudgedClaim
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.scenario import Event, Translation


def title_of(plan: Scenario, words: Words) -> str:
    """The scenario's title: translated where it is, else as its author wrote it."""
    found = _translation(plan, words)
    return (found.title if found is not None else "") or plan.title


def story_of(plan: Scenario, words: Words) -> str:
    """The scenario's story, likewise."""
    found = _translation(plan, words)
    return (found.story if found is not None else "") or plan.story


def claim_of(plan: Scenario, number: int, words: Words) -> str:
    """What a claim says, likewise."""
    found = _translation(plan, words)
    if found is not None and found.claims:
        return found.claims[number]
    return plan.claims[number].say


def remark_of(plan: Scenario, number: int, words: Words) -> str:
    """The remark on a claim, likewise; an empty text where there is none."""
    found = _translation(plan, words)
    if found is not None and found.remarks:
        return found.remarks[number]
    return plan.claims[number].remark or ""


def claims_of(plan: Scenario, judged: Sequence[JudgedClaim], words: Words) -> list[JudgedClaim]:
    """The judged claims of a scenario with what they say in the reader's language."""
    told = []
    for number, one in enumerate(judged):
        say, remark = claim_of(plan, number, words), remark_of(plan, number, words) or None
        claim = one.claim.model_copy(update={"say": say, "remark": remark})
        told.append(replace(one, claim=claim))
    return told


def events_of(plan: Scenario, words: Words) -> list[tuple[int, str]]:
    """Month and words of every dated event.

    An author's note in another language gives way to what the event says of itself.
    """
    found = _translation(plan, words)
    told = []
    for number, event in enumerate(plan.events):
        note = (found.notes[number] if found is not None and found.notes else "") or event.note
        if not note or language_of(note) != words.language:
            note = own_words(event, words)
        told.append((event.month, note))
    return told


def words_of(event: Event, words: Words) -> str:
    """An event in a picture: its author's note, or what it says of itself."""
    return event.note if event.note is not None else own_words(event, words)


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
    if isinstance(event.to, list):
        return words("report.event_series", path=event.set, months=len(event.to))
    return f"{event.set} → {event.to}"


def authored(text: str, words: Words, name: str = "span") -> Markup:
    """Words of a scenario's author, marked with their language if it is not the report's."""
    language = language_of(text)
    other = language if language != words.language else None
    return tag(name, with_keys(text), lang=other)


def _translation(plan: Scenario, words: Words) -> Translation | None:
    return plan.translations.get(words.language)
