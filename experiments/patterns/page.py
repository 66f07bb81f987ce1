"""The page of the documentation that ``tsunagari validate --page`` writes."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.patterns import printing
from experiments.patterns.verdict import Quantity, Verdict

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
_RULES = {"mean": "", "interval": " (whole)", "overlap": " (reached)"}


def as_page(verdicts: Sequence[Verdict], *, command: str, seed: int) -> str:
    """The page in Markdown.

    Args:
        verdicts: In the order of the registry.
        command: The command line that found them.
        seed: Of the study.
    """
    from sim.version import version

    ordered = printing.in_order(verdicts)
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
        null = printing.with_interval(verdict.null_quantities[0].found)
        fails = "fails" if verdict.null_fails else "**does not fail**"
        holds = "holds" if verdict.holds else "**fails**"
        rows.append(
            f"| {verdict.id} | {verdict.pattern} | {verdict.source} | "
            f"{printing.in_numbers(verdict)} | {printing.band_in_words(verdict.band)} | {holds} | "
            f"{null}, {fails} |"
        )
    return rows


def _sections(verdicts: Sequence[Verdict]) -> list[str]:
    lines: list[str] = []
    for verdict in verdicts:
        lines += [f"## {verdict.id}: {verdict.pattern}", "", f"{verdict.source}. The value is the "]
        lines[-1] += f"{verdict.statistic}. The null: {verdict.null}."
        lines += ["", "| Quantity | Value | Band | |", "|---|---|---|---|"]
        lines += [_row("", quantity) for quantity in verdict.quantities]
        lines += [_row("null: ", quantity) for quantity in verdict.null_quantities]
        lines += ["", *verdict.details, ""] if verdict.details else [""]
    return lines


def _row(prefix: str, quantity: Quantity) -> str:
    band = printing.band_in_words(quantity.band) + _RULES[quantity.rule]
    found = printing.with_interval(quantity.found)
    return (
        f"| {prefix}{quantity.name} | {found} | {band} | {'yes' if quantity.holds else '**no**'} |"
    )
