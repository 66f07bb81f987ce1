"""Verdicts on patterns: as a terminal shows them, and as a page of the documentation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tsunagari.experiments.words.numbers import written
from tsunagari.experiments.words.terminal import cut_to, wrapped
from tsunagari.sim.version import version

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.experiments.validate.pattern import Band, Quantity, Verdict

_INDENT, _HANGING = 15, 4
_OF_THE_BAND = {
    "mean": "",
    "interval": ", the whole interval",
    "overlap": ", reached by the interval",
}


def in_order(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that did not pass first, else as they were."""
    return sorted(verdicts, key=lambda verdict: verdict.passed)


def as_text(verdicts: Sequence[Verdict], width: int) -> str:
    """All verdicts, a line each, and under those that did not pass what they were judged by."""
    lines: list[str] = []
    for verdict in in_order(verdicts):
        of, null = verdict.of, number(verdict.null_found.mean)
        values = f"{with_interval(verdict.found)}  band {band_in_words(verdict.band)}"
        lines.append(cut_to(f"{of.id:<4}{word(verdict):<11}{of.pattern}", width))
        lines.append(cut_to(f"{'':<{_INDENT}}{values}  null {null}", width))
        if not verdict.passed:
            for line in judged(verdict):
                first, *rest = wrapped(line, width - _INDENT - _HANGING)
                lines.append(f"{'':<{_INDENT}}{first}")
                lines += [f"{'':<{_INDENT + _HANGING}}{more}" for more in rest]
    passed = sum(verdict.passed for verdict in verdicts)
    return "\n".join([*lines, "", f"{passed} of {len(verdicts)} hold, and their nulls fail"])


def judged(verdict: Verdict) -> list[str]:
    """A line for everything that a verdict rests on."""
    lines = [_judged(quantity) for quantity in verdict.quantities]
    lines.append(f"null: {verdict.of.null}")
    return lines + [_judged(quantity) for quantity in verdict.null_quantities]


def _judged(quantity: Quantity) -> str:
    sign = "yes" if quantity.holds else "NO"
    band = f"band {band_in_words(quantity.band)}{_OF_THE_BAND[quantity.rule]}"
    return f"{sign} {quantity.name}: {with_interval(quantity.found)}, {band}"


def word(verdict: Verdict) -> str:
    """``holds``, ``FAILS``, or ``NULL HOLDS`` where the null model shows the pattern too."""
    if not verdict.holds:
        return "FAILS"
    return "holds" if verdict.null_fails else "NULL HOLDS"


def with_interval(found: Interval) -> str:
    """A mean with its interval."""
    return f"{number(found.mean)} [{number(found.low)}, {number(found.high)}]"


def band_in_words(band: Band) -> str:
    """A band as ``0.2 to 0.8``, ``from 0``, ``up to 0``, or one number."""
    low, high = band
    if low is None:
        return "open" if high is None else f"up to {_end(high)}"
    if high is None:
        return f"from {_end(low)}"
    return _end(low) if low == high else f"{_end(low)} to {_end(high)}"


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
limits, which are exact), the band in which it should lie, and whether its *null model* fails: a
market without the mechanism, or data with the link cut, which must not show the pattern. Bands come
from the sources; where a source gives a direction only, the section of the pattern says how it was
read. Bands are not widened: what fails is listed first, with its numbers.

This page was written by

```
{command}
```

with tsunagari {version}, seed {seed}. {passed} of {count} hold, and their nulls fail.

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

`patterns.parquet` has a row for each: `id`, `pattern`, `source`, `statistic` (what the value is),
`band_low` and `band_high` (null where open), `value`, `low`, `high` (its interval), `holds`, `null`
(the null model), `null_value`, `null_low`, `null_high`, `null_fails`, `seconds`. The value is the
first of the quantities below; a pattern holds if all of them do. `run.json` has all quantities
under `verdicts`.

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
        passed=sum(verdict.passed for verdict in verdicts),
        count=len(verdicts),
    )
    return "\n".join([head, "## All of them", "", *_table(ordered), "", *_sections(ordered)])


def _table(verdicts: Sequence[Verdict]) -> list[str]:
    rows = [
        "| | Pattern | Source | Value | Band | Verdict | Null |",
        "|---|---|---|---|---|---|---|",
    ]
    for verdict in verdicts:
        null = with_interval(verdict.null_found)
        fails = "fails" if verdict.null_fails else "**does not fail**"
        holds = "holds" if verdict.holds else "**fails**"
        rows.append(
            f"| {verdict.of.id} | {verdict.of.pattern} | {verdict.of.source} | "
            f"{with_interval(verdict.found)} | {band_in_words(verdict.band)} | {holds} | "
            f"{null}, {fails} |"
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
        lines += ["", "| Quantity | Value | Band | |", "|---|---|---|---|"]
        lines += [_row("", quantity) for quantity in verdict.quantities]
        lines += [_row("null: ", quantity) for quantity in verdict.null_quantities]
        lines += ["", *verdict.finding.details, ""] if verdict.finding.details else [""]
    return lines


def _row(prefix: str, quantity: Quantity) -> str:
    band = band_in_words(quantity.band) + _IN_THE_TABLE[quantity.rule]
    found = with_interval(quantity.found)
    return (
        f"| {prefix}{quantity.name} | {found} | {band} | {'yes' if quantity.holds else '**no**'} |"
    )
