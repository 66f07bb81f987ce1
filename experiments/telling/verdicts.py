"""Verdicts on patterns: as a terminal shows them, and as a page of the documentation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.numbers import written
from tsunagari.experiments.words.terminal import columns_of, cut_to, wrapped
from tsunagari.sim.version import version

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.experiments.validate.pattern import Band, Mark, Quantity, Verdict

_ENGLISH = Words("en")
_INDENT, _HANGING = 15, 4


def in_order(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that did not pass first, else as they were."""
    return sorted(verdicts, key=lambda verdict: verdict.passed)


def as_text(verdicts: Sequence[Verdict], width: int, words: Words = _ENGLISH) -> str:
    """All verdicts: value, band, the source's own estimate and what an agreement is worth.

    Under those that did not pass stands what they were judged by.
    """
    lines: list[str] = []
    for verdict in in_order(verdicts):
        of, head = verdict.of, word(verdict, words)
        head = f"{of.id:<4}{head}{' ' * (11 - columns_of(head))}"
        values = {"value": with_interval(verdict.found), "band": band_in_words(verdict.band, words)}
        null = number(verdict.null_found.mean)
        mark, estimate = mark_in_words(of.mark, words), told(verdict.estimate, words.language)
        lines.append(cut_to(f"{head}{told(of.pattern, words.language)}", width))
        for key, parts in (("values", values | {"null": null}),
                           ("worth", {"mark": mark, "of": estimate})):  # fmt: skip
            lines.append(cut_to(f"{'':<{_INDENT}}{words(f'validating.{key}', **parts)}", width))
        if not verdict.passed:
            for line in judged(verdict, words):
                first, *rest = wrapped(line, width - _INDENT - _HANGING)
                lines.append(f"{'':<{_INDENT}}{first}")
                lines += [f"{'':<{_INDENT + _HANGING}}{more}" for more in rest]
    return "\n".join([*lines, "", *tally(verdicts, words)])


def tally(verdicts: Sequence[Verdict], words: Words = _ENGLISH) -> list[str]:
    """How many passed, of all and of each mark."""
    passed = sum(verdict.passed for verdict in verdicts)
    lines = [words("validating.passed", passed=passed, count=len(verdicts))]
    for mark, name in _MARKS.items():
        those = [verdict for verdict in verdicts if verdict.of.mark == mark]
        if those:
            counts = {"passed": sum(verdict.passed for verdict in those), "count": len(those)}
            lines.append(words("validating.of_mark", mark=words(name), **counts))
    return lines


_MARKS: dict[Mark, str] = {
    "out of sample": "validating.out_of_sample",
    "fitted": "validating.fitted",
    "built in": "validating.built_in",
}


def mark_in_words(mark: Mark, words: Words = _ENGLISH) -> str:
    """What an agreement is worth, in two or three words."""
    return words(_MARKS[mark])


def judged(verdict: Verdict, words: Words = _ENGLISH) -> list[str]:
    """A line for everything that a verdict rests on."""
    lines = [_judged(quantity, words) for quantity in verdict.quantities]
    lines.append(words("validating.null", text=told(verdict.of.null, words.language)))
    return lines + [_judged(quantity, words) for quantity in verdict.null_quantities]


def _judged(quantity: Quantity, words: Words) -> str:
    estimate = told(quantity.estimate, words.language)
    return words(
        "validating.judged",
        sign=words(f"validating.{'yes' if quantity.holds else 'no'}"),
        name=told(quantity.name, words.language),
        value=with_interval(quantity.found),
        band=band_in_words(quantity.band, words) + words(f"validating.by_{quantity.rule}"),
        source=words("validating.source", text=estimate) if estimate else "",
    )


def word(verdict: Verdict, words: Words = _ENGLISH) -> str:
    """``holds``, ``FAILS``, or ``NULL HOLDS`` where the null model shows the pattern too."""
    if not verdict.holds:
        return words("validating.fails")
    return words("validating.holds" if verdict.null_fails else "validating.null_holds")


def with_interval(found: Interval) -> str:
    """A mean with its interval."""
    return f"{number(found.mean)} [{number(found.low)}, {number(found.high)}]"


def band_in_words(band: Band, words: Words = _ENGLISH) -> str:
    """A band as ``0.2 to 0.8``, ``from 0``, ``up to 0``, or one number."""
    low, high = band
    if low is None:
        return words("validating.open") if high is None else words("validating.up", high=_end(high))
    if high is None:
        return words("validating.from", low=_end(low))
    return _end(low) if low == high else words("common.to", low=_end(low), high=_end(high))


def _end(value: float) -> str:
    return written(value, ".6g")


def number(value: float) -> str:
    """Three significant digits, or as many as a whole number has."""
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0.0:
        return "0"
    form = ".0f" if abs(value) >= 100 else "#.3g" if abs(value) >= 1e-3 else ".1e"
    return written(value, form).rstrip(".")


# -- the page of the documentation ----------------------------------------------------------------

_HEAD = """\
# Validation

Regularities that are known from real markets, and limits whose answer is known without data. For
each the table gives what the model shows, with a 95 % interval over replications (99.99 % for
limits, which are exact), the band in which it should lie, what the source itself found, and whether
its *null model* fails: a market without the mechanism, or data with the link cut, which must not
show the pattern. Where a source gives a direction only, it says so, and the section of the pattern
tells how its band was read. Bands are not widened: what fails is listed first, with its numbers.

Each is marked by what its agreement is worth. *Fitted*: numbers of the model were moved until it
showed this, or were set by the very estimate. *Built in*: a rule says so; what is tested is its
size, or how long it lasts. *Out of sample*: nothing was set or written for it. The section of each
pattern gives the reason. {marks}

This page was written by

```
{command}
```

with tsunagari {version}, seed {seed}. {passed}.

## Try it

```sh
tsunagari validate --only L6 --only L7
```

| Option | Meaning |
| --- | --- |
| `--only ID` | only this pattern or limit; may be repeated |
| `--workers W` | processes side by side |
| `--seed N` | what all chance depends on; 1 |
| `--json` | the verdicts as a JSON list on stdout |
| `--out DIR` | a folder for `patterns.parquet` and `run.json` |
| `--force` | write to a folder that holds something |
| `--page FILE` | this page |
| `--quiet` | no progress |

The exit status is 0 if all hold and all nulls fail, else 1. With another seed a statistic at the
edge of its band may fall on the other side, and a null that is exactly zero lies outside its 95 %
interval in one seed of twenty.

`patterns.parquet` has a row for each: `id`, `pattern`, `source`, `mark`, `reason`, `statistic`
(what the value is), `estimate` (what the source found), `band_low` and `band_high` (null where
open), `value`, `low`, `high` (its interval), `holds`, `null` (the null model), `null_value`,
`null_low`, `null_high`, `null_fails`, `seconds`. The value is the first of the quantities below; a
pattern holds if all of them do. `run.json` has all quantities under `verdicts`.

A quantity holds if its mean lies in the band; where it says *whole*, if its whole interval does
(signs, bounds); where it says *reached*, if the interval reaches the band (no effect).
"""
_IN_THE_TABLE = {"mean": "", "interval": " (whole)", "overlap": " (reached)"}


def as_page(verdicts: Sequence[Verdict], *, command: str, seed: int) -> str:
    """The page in Markdown.

    Args:
        verdicts: In the order of the registry.
        command: The command line that found them.
        seed: Of the study.
    """
    ordered = in_order(verdicts)
    head = _HEAD.format(
        command=command,
        version=version(),
        seed=seed,
        passed=tally(verdicts)[0],
        marks="; ".join(tally(verdicts)[1:]) + ".",
    )
    return "\n".join([head, "## All of them", "", *_table(ordered), "", *_sections(ordered)])


def _table(verdicts: Sequence[Verdict]) -> list[str]:
    rows = [
        "| | Pattern | Mark | Source | Value | Band | What the source found | Verdict | Null |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for verdict in verdicts:
        null = with_interval(verdict.null_found)
        fails = "fails" if verdict.null_fails else "**does not fail**"
        holds = "holds" if verdict.holds else "**fails**"
        rows.append(
            f"| {verdict.of.id} | {verdict.of.pattern} | {mark_in_words(verdict.of.mark)} | "
            f"{verdict.of.source} | {with_interval(verdict.found)} | "
            f"{band_in_words(verdict.band)} | {verdict.estimate} | {holds} | {null}, {fails} |"
        )
    return rows


def _sections(verdicts: Sequence[Verdict]) -> list[str]:
    lines: list[str] = []
    for verdict in verdicts:
        lines += [
            f"## {verdict.of.id}: {verdict.of.pattern}",
            "",
            f"{verdict.of.source}. The value is the ",
        ]
        lines[-1] += f"{verdict.of.statistic}. The null: {verdict.of.null}."
        mark = mark_in_words(verdict.of.mark)
        lines += ["", f"*{mark[:1].upper()}{mark[1:]}.* {verdict.of.reason}", ""]
        lines += ["| Quantity | Value | Band | What the source found | |", "|---|---|---|---|---|"]
        lines += [_row("", quantity) for quantity in verdict.quantities]
        lines += [_row(_NULL, quantity) for quantity in verdict.null_quantities]
        lines += ["", *verdict.finding.details, ""] if verdict.finding.details else [""]
    return lines


_NULL = "null: "


def _row(prefix: str, quantity: Quantity) -> str:
    band = band_in_words(quantity.band) + _IN_THE_TABLE[quantity.rule]
    found = with_interval(quantity.found)
    estimate = "" if prefix == _NULL else quantity.estimate
    holds = "yes" if quantity.holds else "**no**"
    return f"| {prefix}{quantity.name} | {found} | {band} | {estimate} | {holds} |"
