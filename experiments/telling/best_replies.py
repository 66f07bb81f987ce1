"""Best replies: in sentences, as a table and for programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.telling.names import told_in
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import UNDEFINED, large, plain, readable, written
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.studies.best_replies import BestReplies, Iterated, Reply

_NAME, _CELLS = 22, (8, 15, 16, 16, 23)
_HEADS = ("factor", "interval", "value", "cost", "within_alone")


def in_words(found: BestReplies, words: Words | None = None) -> list[str]:
    """A sentence for each firm; then, if they were looked for, replies to replies.

    Args:
        found: What was found.
        words: None: English, in the money of the scenario.
    """
    words = words or Words.of(found.plan)
    told = [on_firm(one, found.lever, words) for one in found.replies]
    if found.replications == 1:
        told.append(words("discovering.reply_one_run"))
    if found.iterated is not None:
        told.append(on_iterated(found.iterated, found.lever, words))
    return told


def on_firm(found: Reply, lever: str, words: Words) -> str:
    """Where a firm earns most, and what its level of today costs it."""
    names = {"firm": found.firm, "lever": lever_name(lever, words)}
    if found.verdict == "cannot be told":
        low, high = (written(x, ".2f") for x in (found.open[0], found.open[-1]))
        return words("discovering.reply_untold", low=low, high=high, **names)
    factor = written(found.factor.mean, ".2f")
    cost = _part(found, words)
    if found.verdict != "best":
        key = "reply_more" if found.verdict == "the more the better" else "reply_less"
        return words(f"discovering.{key}", factor=factor, cost=cost, **names)
    key = "reply_own" if found.is_own else "reply_best"
    ends = _ends(found.factor)
    return words(f"discovering.{key}", factor=factor, ends=ends, cost=cost, **names)


def on_iterated(found: Iterated, lever: str, words: Words) -> str:
    """Where best replies to best replies come to rest, or who still moves."""
    state, replies = found.rounds[-1], found.replies[-1]
    at = words.joined([f"{name} {written(factor, '.2f')}" for name, factor in state.items()])
    values = {
        "lever": lever_name(lever, words),
        "rounds": words.counted(len(found.rounds), "round"),
        "at": at,
        "part": words.percent(found.tolerance, 0),
    }
    if found.rested:
        return words("discovering.iterated_rest", **values)
    far = max(replies, key=lambda one: abs(math.log(one.factor.mean / state[one.firm])))
    to, own = (written(x, ".2f") for x in (far.factor.mean, state[far.firm]))
    return words("discovering.iterated_moves", firm=far.firm, own=own, to=to, **values)


def lever_name(lever: str, words: Words) -> str:
    """What a number of a firm is called; its key where it has no other name."""
    key = f"discovering.lever_{lever}"
    return words(key) if words.has(key) else lever.replace("_", " ")


def _part(found: Reply, words: Words) -> str:
    """What is lost, as a part of what could be earned, where that is anything."""
    amount = words.money(_amount(found.cost.mean, words))
    if not found.value.low > 0:
        return amount
    part = words.percent(max(found.cost.mean, 0.0) / found.value.mean)
    told = words("discovering.reply_of_that", part=part)
    return words("common.in_brackets", text=told, more=amount) if words.is_scaled else told


def _ends(found: Interval) -> str:
    if math.isnan(found.low):
        return UNDEFINED
    return f"[{written(found.low, '.2f')}, {written(found.high, '.2f')}]"


# -- the terminal --------------------------------------------------------------------------------


def as_text(found: BestReplies, words: Words | None = None) -> str:
    """What the command prints, at most 100 columns wide."""
    words = words or Words.of(found.plan)
    lines = wrapped(
        words(
            "discovering.reply_head" if found.is_forever else "discovering.reply_head_within",
            lever=lever_name(found.lever, words),
            month=found.month,
            months=words.counted(found.horizon, "month"),
            discount=words.percent(found.discount),
            runs=words.counted(found.replications, "run"),
        )
    )
    heads = [words(f"discovering.reply_head_{name}") for name in _HEADS]
    if words.is_scaled and words.currency:
        heads[2] = words("common.in_brackets", text=heads[2], more=words.currency)
    lines += ["", table_line("", heads, _NAME, _CELLS)]
    for one, within in zip(found.replies, found.within, strict=True):
        cells = [
            _factor(one),
            _ends(one.factor),
            _amount(one.value.mean, words),
            _amount(one.cost.mean, words),
            f"{_factor(within)} {_ends(within.factor)}".removesuffix(f" {UNDEFINED}"),
        ]
        lines.append(table_line(one.firm, cells, _NAME, _CELLS))
    sentences = in_words(found, words)
    return "\n\n".join(["\n".join(map(cut_to, lines)), *("\n".join(wrapped(s)) for s in sentences)])


def _factor(found: Reply) -> str:
    """The factor, with a mark where it is only the last one tried, or chance."""
    sign = {"the more the better": "≥", "the less the better": "≤", "cannot be told": "?"}
    return sign.get(found.verdict, "") + written(found.factor.mean, ".2f")


def _amount(value: float, words: Words) -> str:
    return large(value, words.language) if words.is_scaled else readable(value)


# -- programs ------------------------------------------------------------------------------------


def as_json(found: BestReplies, words: Words | None = None) -> dict[str, Any]:
    """The same as plain values; what is undefined is null."""
    words = words or Words.of(found.plan)
    iterated = found.iterated
    told: dict[str, Any] = plain(
        {
            "lever": found.lever,
            "month": found.month,
            "horizon": found.horizon,
            "discount": found.discount,
            "perpetuity": found.is_forever,
            "replications": found.replications,
            **told_in(found.plan),
            "replies": [
                {**_reply(one), "within": _reply(within), "words": on_firm(one, found.lever, words)}
                for one, within in zip(found.replies, found.within, strict=True)
            ],
            "iterated": None
            if iterated is None
            else {
                "converged": iterated.rested,
                "rounds": len(iterated.rounds),
                "tolerance": iterated.tolerance,
                "factors": iterated.rounds[-1],
                "path": iterated.rounds,
                "replies": [_reply(one) for one in iterated.replies[-1]],
            },
            "words": words.together(in_words(found, words)),
        }
    )
    return told


def _reply(found: Reply) -> dict[str, Any]:
    return {
        "firm": found.firm,
        "verdict": found.verdict,
        "factor": found.factor,
        "value": found.value,
        "cost": found.cost,
        "open": found.open,
    }
