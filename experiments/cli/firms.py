"""Firms of a market in plain words, for ``tsunagari new``: typed in options, or asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problem, Problems


@dataclass(frozen=True)
class Told:
    """What somebody says of the firms of a market.

    Attributes:
        firms: A text each: name, share in per cent, price, discipline; all but the name in any
            order, and each may be left out.
        currency: Of prices.
        unit_cost: What the usual unit costs a provider a month, in it.
    """

    firms: Sequence[str]
    currency: str | None
    unit_cost: float | None

    def lines(self) -> list[str]:
        """The scenario's lines on firms and money.

        Raises:
            Problems: All that cannot be understood, or is missing.
        """
        rows: list[dict[str, str]] = []
        problems: list[Problem] = []
        for words in self.firms:
            try:
                rows.append(_firm(words))
            except Problems as raised:
                problems += raised.problems
        if any("asks" in row for row in rows) and (self.currency is None or self.unit_cost is None):
            what = "prices need a currency, and what the usual unit costs in it"
            suggestion = "--currency JPY --unit-cost 2800"
            problems.append(Problem("", what, "--firm", suggestion=suggestion))
        if problems:
            raise Problems(problems)
        told = [f"  - {{{', '.join(f'{key}: {value}' for key, value in row.items())}}}\n"
                for row in rows]  # fmt: skip
        if self.currency is None:
            return told
        cost = "" if self.unit_cost is None else f", unit_cost: {self.unit_cost:g}"
        return [*told, f"money: {{currency: {json.dumps(self.currency)}{cost}}}\n"]


def _firm(words: str) -> dict[str, str]:
    """A firm's keys and values as YAML has them.

    Raises:
        Problems: A part of it is none of what a firm may have.
    """
    from tsunagari.sim.schema.checks import DISCIPLINES

    name, *parts = (part.strip() for part in re.split("[,、]", words))
    row = {"name": json.dumps(name, ensure_ascii=False)}
    for part in parts:
        if share := re.fullmatch(r"([\d.]+) ?[%％]", part):
            row["share"] = f"{float(share[1]) / 100:g}"
        elif re.fullmatch(r"\d+(\.\d+)?", part):
            row["asks"] = part
        elif part in DISCIPLINES:
            row["discipline"] = part
        else:
            suggestion = (
                f"write a share as 45 %, a price as 4500, or one of {', '.join(DISCIPLINES)}"
            )
            what = f"{part!r} is neither a share, nor a price, nor a discipline"
            raise Problems([Problem("", what, f"--firm {words}", suggestion=suggestion)])
    return row


def asked() -> Told:
    """Ask on the terminal which firms there are, and of each its share, price and discipline."""
    from tsunagari.sim.schema.checks import DISCIPLINES

    words = Words()

    def answer(key: str, **values: str) -> str:
        return input(words(f"terminal.ask_{key}", **values) + " ").strip()

    names = [name.strip() for name in re.split("[,、]", answer("firms")) if name.strip()]
    kinds = ", ".join(DISCIPLINES)
    firms = []
    for name in names:
        parts = [answer("share", firm=name), answer("price", firm=name),
                 answer("discipline", firm=name, kinds=kinds)]  # fmt: skip
        share = f"{parts[0].rstrip('%％ ')} %" if parts[0] else ""
        firms.append(", ".join(filter(None, [name, share, *parts[1:]])))
    if not _with_prices(firms):
        return Told(firms, None, None)
    cost = answer("unit_cost")
    return Told(firms, answer("currency"), float(cost) if re.fullmatch(r"[\d.]+", cost) else None)


def _with_prices(firms: Iterable[str]) -> bool:
    return any(re.search(r", \d+(\.\d+)?(,|$)", firm) for firm in firms)
