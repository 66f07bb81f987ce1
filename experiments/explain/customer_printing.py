"""One customer's decision as a table for the terminal and as plain values for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from experiments.explain.customer import EXIT
from experiments.explain.customer_words import in_words
from experiments.explain.decision import LUCK, Decision, Option
from experiments.words.numbers import written
from experiments.words.terminal import cut_to, table_line

if TYPE_CHECKING:
    from experiments.explain.customer import CustomerExplanation

_MOST_OPTIONS = 5
_NAMES, _WIDTH = 20, 15
"""Columns of the table: names of the terms, and each option."""


def as_table(found: CustomerExplanation) -> str:
    """Terms as rows, options as columns: the provider, the choice, then by utility.

    Empty for somebody who left the market, who chose nothing.
    """
    decision = found.decision
    if found.move is not None and found.move.decided_by == EXIT:
        return ""
    shown = _shown(decision)
    names = list(dict.fromkeys(name for option in shown for name in option.terms if name != LUCK))
    lines = [_row("", [cut_to(_head(option), _WIDTH - 2) for option in shown])]
    lines += [_row(name, [_cell(o.terms, name) for o in shown]) for name in (*names, LUCK)]
    lines.append(_row("sum", [written(option.utility, ".2f") for option in shown]))
    left_out = len(decision.options) - len(shown)
    if left_out:
        lines.append(f"{left_out} further options, all of less utility, are left out.")
    if not decision.looked:
        lines.append("As it would have been: they did not look around.")
    return "\n".join(lines)


def _row(name: str, cells: Sequence[str]) -> str:
    return table_line(name, cells, _NAMES, [_WIDTH] * len(cells))


def as_json(found: CustomerExplanation) -> dict[str, object]:
    """The explanation as plain values; utilities and probabilities unrounded."""
    decision, history = found.decision, found.history
    return {
        "customer": found.number,
        "segment": found.segment,
        "month": decision.month,
        "provider": decision.name_of(decision.provider),
        "looked": decision.looked,
        "chance_of_looking": decision.chance,
        "factors": dict(decision.factors),
        "move": None if found.move is None else asdict(found.move),
        "decided_by": decision.decided_by or None,
        "options": [
            {
                "firm": option.name,
                "utility": option.utility,
                "without_luck": option.without_luck,
                "terms": dict(option.terms),
                "quality_expected": option.usual,
                "quality_moved_by": dict(option.sources),
            }
            for option in decision.options
        ],
        "history": {
            "moves": [asdict(move) for move in history.moves],
            "exits": list(history.exits),
            "looked": list(history.looked),
            "saw_better": list(history.saw_better),
            "provider": history.provider,
            "tenure": history.tenure,
            "reservoirs": history.reservoirs,
        },
        "words": in_words(found),
    }


def _shown(decision: Decision) -> list[Option]:
    first = [decision.option(firm) for firm in dict.fromkeys((decision.provider, decision.choice))]
    there = [option for option in first if option is not None]
    rest = sorted((o for o in decision.options if o not in there), key=lambda o: -o.utility)
    return [*there, *rest][:_MOST_OPTIONS]


def _head(option: Option) -> str:
    return option.name or "(nobody)"


def _cell(terms: Mapping[str, float], name: str) -> str:
    return written(terms[name], ".2f") if name in terms else ""
