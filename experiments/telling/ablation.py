"""Which parts an answer needs: for the terminal, for programs and for a page of documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.studies.ablation import LEADS_BY
from tsunagari.experiments.telling.names import name_of
from tsunagari.experiments.telling.run import verdict_in_words
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.studies.ablation import Ablation, Without

_ENGLISH = Words("en")
_NAME, _CELLS = 44, (8, 40)


def as_text(found: Ablation, words: Words = _ENGLISH) -> str:
    """What the command prints, at most 100 columns wide."""
    head = [words("ablating.without"), words("ablating.kept"), words("ablating.lost")]
    lines = [table_line(head[0], head[1:], _NAME, _CELLS)]
    for each in found.each:
        cells = [_kept(found, each), cut_to(_lost(found, each, words), _CELLS[1] - 1)]
        lines.append(table_line(mechanism_name(each.off[0], words), cells, _NAME, _CELLS))
    blocks = ["\n".join(wrapped(text)) for text in in_words(found, words)]
    return "\n\n".join(["\n".join(results(found, words)), "\n".join(lines), *blocks])


def results(found: Ablation, words: Words = _ENGLISH) -> list[str]:
    """The headline results, a line each, with what they are called in the table."""
    lines = []
    for number, claim in enumerate(found.whole.claims):
        verdict = verdict_in_words(claim, words)
        text = words("ablating.claim", number=number + 1, verdict=verdict, say=claim.claim.say)
        lines += wrapped(text, first="- ", rest="  ")
    for by in LEADS_BY:
        key = "leads" if by in found.headlines else "level"
        names = [name for name in found.whole.order[by] if name in found.whole.level[by]]
        told = {"measure": name_of(by, words), "names": words.joined(names)}
        lines += wrapped(words(f"ablating.{key}", **told), first="- ", rest="  ")
    return lines


def in_words(found: Ablation, words: Words = _ENGLISH) -> list[str]:
    """What is needed, what none of it needs, and whether a logit would have said the same."""
    if not found.headlines:
        return [words("ablating.no_result")]
    many = {"count": len(found.each), "needed": len(found.needed)}
    needed = _names(found.needed, words) or words("ablating.nothing")
    decide = [each.off[0] for each in found.each if each.lost]
    told = [
        words("ablating.decide", names=_names(decide, words) or words("ablating.nothing")),
        words("ablating.smallest", names=needed, **many),
    ]
    if found.logit.lost:
        lost = _lost(found, found.logit, words)
        told.append(words("ablating.logit_other", kept=_kept(found, found.logit), lost=lost))
    else:
        told.append(words("ablating.logit_same"))
    return told


def mechanism_name(name: str, words: Words = _ENGLISH) -> str:
    """What a mechanism is called."""
    return words(f"ablating.m_{name}")


def _names(names: Iterable[str], words: Words) -> str:
    return words.joined([mechanism_name(name, words) for name in names])


def _kept(found: Ablation, model: Without) -> str:
    total = len(found.headlines)
    return f"{total - len(model.lost)}/{total}"


def _lost(found: Ablation, model: Without, words: Words) -> str:
    """The results that are not kept, and what stands in their place."""
    parts = []
    for name in model.lost:
        if name in LEADS_BY:
            first = model.found.order[name][0]
            parts.append(words("ablating.other", measure=name_of(name, words), name=first))
        else:
            number = int(name.removeprefix("claim "))
            verdict = verdict_in_words(model.found.claims[number], words)
            parts.append(words("ablating.verdict", number=number + 1, verdict=verdict))
    return words("common.semicolon").join(parts)


def as_rows(found: Ablation, words: Words = _ENGLISH) -> list[Sequence[str]]:
    """A row for each mechanism whose loss changes a result: what it is, kept, and what is lost."""
    return [
        (mechanism_name(each.off[0], words), _kept(found, each), _lost(found, each, words))
        for each in found.each
        if each.lost
    ]


def as_json(found: Ablation) -> dict[str, Any]:
    """The same as plain values."""

    def model(each: Without) -> dict[str, Any]:
        return {
            "off": list(each.off),
            "kept": len(found.headlines) - len(each.lost),
            "lost": list(each.lost),
            "reordered": list(each.reordered),
            "leaders": {by: each.found.order[by][0] for by in LEADS_BY},
            "claims": [one.verdict for one in each.found.claims],
        }

    return {
        "headlines": list(found.headlines),
        "claims": [
            {"say": one.claim.say, "kind": one.claim.kind, "verdict": one.verdict}
            for one in found.whole.claims
        ],
        "order": {by: list(names) for by, names in found.whole.order.items()},
        "level": {by: sorted(names) for by, names in found.whole.level.items()},
        "profit_sign": dict(found.whole.sign),
        "without": [model(each) for each in found.each],
        "smallest": {"needed": list(found.needed), **model(found.smallest)},
        "logit": {"same": not found.logit.lost, **model(found.logit)},
        "search": "greedy backward elimination under common random numbers",
    }
