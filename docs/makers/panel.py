"""The page on panels, with the figures of one: ``python -m docs.makers.panel``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from docs.makers import DOCS
from tsunagari.experiments.panel import naive, watch
from tsunagari.experiments.panel.panel import Panel, asked_of, made, observed
from tsunagari.experiments.panel.watch import Records
from tsunagari.experiments.telling.panel import in_words, lever_rows, words_of_files
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.sim.scenario import Scenario

PAGE = DOCS / "panel.md"
SCENARIO, FIRM, MONTHS = "three-disciplines", "Lean", 60
EVERYBODY = 10**9
QUALITIES = {
    "exact": Records(missing=0.0, noise=0.0, asked=1.0, response=1.0),
    "with noise": Records(missing=0.0, noise=1.0, asked=1.0, response=1.0),
    "with silence": Records(missing=0.0, noise=1.0, asked=1.0, response=0.3),
}
"""Everybody is asked every month: answers are exact; they err; and many are silent."""
YEAR = 12
_BEFORE = 100  # more quarters of a year than a panel has

_HEAD = f"""\
# A panel, with the truth beside

Who builds an estimator (of what satisfaction does to churn, of what a channel brings, of what a
customer is worth) can try it on a firm's files, and then look up what is true. `panel` writes both:
customer-level data as a firm could have them, missing and noisy, and the causal effects of what it
can do, from twins of its market under the same luck.

```sh
tsunagari panel three-disciplines --firm Lean --customers 2000 --months 48 --replications 3
```

## The files

All is from the firm's point of view. A *person* is somebody in the market; who leaves the market is
replaced by a person with another number. Months run from `--from` to the scenario's last. A customer
of a month is who is one when it ends.

| File | A row | Columns |
| --- | --- | --- |
| `customers` | a time as a customer | `person`; `joined_month`, null and `censored` where it began before the panel; `left_month`, null where it goes on; `channel` of acquisition as the firm records it; `returned`, whether the person came back; `district` |
| `transactions` | a customer and month | `units`, `price` paid a unit, `revenue`, `settlement` (gains shared less refunds) |
| `contacts` | a customer of the month before who stays, and month | `visits` by the firm's people; `complaints` |
| `exposures` | a person and month in which one of these is true | `customer` (of the month before); `advertising` reached the person; `reviews` of the firm were looked up; `referral_code` was entered on joining |
| `reviews` | a review of the firm | `stars` |
| `nps` | a customer whom the survey asks | `score` from 0 to 10; null where there was no answer |
| `books` | a month | of all its customers: `price`, `customers`, `joins`, `leaves`, `revenue`, `over_the_counter` (what of it rivals' customers paid, nameless), `contribution` of own customers, `profit` |

With `--missing 0` and everybody observed, `revenue` of `transactions` and `over_the_counter` add up
to the firm's. Files and truth count simulated people; money is in the currency of the scenario.

What is lost and what is wrong is drawn by luck of its own, keyed by person and month: the same
people have the same records whoever else is observed. At `--noise 1`:

| Record | Without noise | With it |
| --- | --- | --- |
| `visits` | {watch.VISITS:g} times the attention given | a Poisson number of that mean |
| `complaints` | every month without success | {watch.COMPLAINING:.0%} of them, and {watch.GRUMBLING:.0%} of the months with success |
| `advertising` | whom the firm reaches and who looks around | and {watch.IMPRESSIONS:.0%} of all whom it reaches, times advertising in mind up to 1 |
| `reviews` | who looks around, knows the firm and reads reviews | {watch.RECOGNISED:.0%} of them, whom the web statistics know again |
| `referral_code` | all who join by referral | {watch.CODES_USED:.0%} of them, and {watch.CODES_FOUND:.0%} of other joiners |
| `channel` | what spoke most for the firm | the code, if there is one; else the last click of the month, if any; else `direct` |
| `score` | what somebody would say, rounded | the same with an error of {watch.ANSWER_SPREAD:g} point (standard deviation) before |

Who is asked (`--asked` a month) answers with odds that grow by {watch.TILT:g} (log odds) a point, and are
those of `--response` at {watch.USUAL_ANSWER:g}: a response rate hides who is silent. Every record, and every channel,
is lost with probability `--missing`.

## The truth

`truth` has a row an effect: `about`, `name`, `change`, `outcome`, `months`, `base` (without it),
`mean`, `low`, `high` (95 % over `replications`).

- `lever`: one change from `--from` on, the price held to the costs without it; `churn` a month,
  `joins`, `customers`, `contribution` of own customers, `profit` and `nps`, after `--horizon` months.
  Twins have the same luck; rivals' answers and word of mouth are part of the effect. A lever that
  the firm has at its most already, or has none of to multiply, is left out and named.
- `answer`: service raised, so that outcomes and with them answers rise: how many more of the
  customers of then leave within a year, for a point more of their answers.
- `channel`: the part of all joins that is lost when the firm does not advertise at all; when nobody
  in the market reads reviews; when nobody is told by friends.
- `lifetime`: what those who were customers (`base`), and who joined in the first year (`joiner`),
  brought within `--follow` months each, contribution undiscounted. Of the base, `base` says which
  part is still there in the end.

| Option | Meaning |
| --- | --- |
| `--firm NAME`, `--from MONTH` | whose files (the first firm's), from which month on (13) |
| `--sample N` | people observed, of all in the market (2,000) |
| `--missing X`, `--noise X`, `--asked X`, `--response X` | how good the files are (0.05, 1, 0.1, 0.3) |
| `--lever KEY=NUMBER` | a value of the firm whose effects are told, instead of eight usual levers |
| `--horizon N`, `--follow N` | months of effects (12 and 24), months of lifetimes (60) |
| `--replications R` | of the truth; 10, or the scenario's if that is more |
| `--customers N`, `--months N`, `--seed N`, `--set PATH=VALUE` | as for `run` |
| `--workers W`, `--threads T` | what may work at once |
| `--format parquet`, `csv`; `--out DIR`, `--force` | kind of table files; folder |
| `--allow-code`; `--json`, `--quiet` | import own Python; print only JSON; no progress |

## Score an estimator of your own

```python
{{example}}```

`score` takes `about` and `name` as in `truth`, the estimate and, if it has them, the ends of its
interval. With another `--seed`, or another scenario, it is another market: an estimator that is
right in one may be lucky.
"""  # noqa: E501

EXAMPLE = """\
from tsunagari import Scenario, panel

small = {"market.customers": 2000, "market.months": 48}
plan = Scenario.load("three-disciplines").with_values(small)
files = panel(plan, "Lean", levers={"price": 0.95}, replications=3, follow=24)
spells, books = files["customers"].query("not censored"), files["books"]
stayed = spells.left_month.fillna(48) - spells.joined_month
worth, staying = 0.0, books.contribution.sum() / books.customers.sum()
for month in range(24):
    staying *= 1 - (spells.left_month.notna() & (stayed == month)).sum() / (stayed >= month).sum()
    worth += staying
print(f"{files.score('lifetime', 'joiner', worth).ratio:.2f} times the truth")
"""
"""The worth of a joiner by Kaplan and Meier, months of tenure apart."""


def page(found: Panel, exact: Mapping[str, Mapping[str, Any]], command: str) -> str:
    """The page in Markdown.

    Args:
        found: A panel with its truth.
        exact: Files on everybody, by their quality.
        command: What writes this page.
    """
    words = Words("en")
    rows = lever_rows(found, words)
    replications = found.truth["replications"][0]
    customers = found.plan.market.customers
    shown = [
        _HEAD.replace("{example}", EXAMPLE),
        f"## What {found.firm} could know, and what is true\n",
        f"What follows is written by `{command}`: `{SCENARIO}`, {customers:,} customers, months "
        f"{found.first} to {found.plan.market.months}, {replications} replications.\n",
        words_of_files(found, words) + "\n",
        "Effects within 24 months, ± 95 %; churn in percentage points a month:\n",
        "| " + " | ".join(rows[0]) + " |\n| " + " | ".join(["---"] * len(rows[0])) + " |",
        "\n".join("| " + " | ".join(row) + " |" for row in rows[1:]),
        "\n## What naive analyses get wrong here\n",
        *(f"{text}\n" for text in _wrong(found, exact, in_words(found, words))),
    ]
    return "\n".join(shown).rstrip("\n") + "\n"


def _wrong(found: Panel, exact: Mapping[str, Mapping[str, Any]], told: Sequence[str]) -> list[str]:
    """What each analysis says and is, and what the same makes of better files."""
    answer, *clicks, base, joiner = told
    return [
        "### A regression of churn on the answer",
        answer,
        "What the same line says of better files, each with everybody in them:\n\n"
        + _answers_table(found, exact),
        _thermometer(exact, found.plan.market.months),
        "### Last-click attribution",
        *clicks,
        "The last click, beside what in truth spoke most for the firm when somebody joined, and "
        "beside what would be lost without the channel:\n\n" + _clicks_table(found, exact),
        "Everybody who looks around is reached by advertising and, mostly, by reviews: to have "
        "been there last is no cause. Nor is what spoke most: without it the next best source "
        "would often have said enough, and who would have come anyway counts as brought. "
        "Advertising does the opposite: it brings a firm to mind, and something else speaks for "
        "it then. What is lost without each need not add up to all. Where a last click is near "
        "the truth, errors cancel.",
        "### A lifetime by aggregate churn",
        base,
        joiner,
        _tenures(exact["exact"]),
    ]


def _thermometer(exact: Mapping[str, Mapping[str, Any]], last: int) -> str:
    """Why the line is where it is, by exact answers."""
    files = exact["exact"]
    score, left, tenure = answered(files, last)
    alike = [each - _means(each, tenure) for each in (score, left)]
    within = naive.slope(*alike).mean
    lasting = _a_year_later(files)
    loud = {name: float(np.nanmean(each["nps"]["score"])) for name, each in exact.items()}
    return (
        "A single answer is a poor thermometer: its error flattens the line, and that is most of "
        "what is missing. Who is silent changes little here: the line hardly, the mean answer from "
        f"{loud['with noise']:.2f} to {loud['with silence']:.2f}. The exact line is near "
        "the truth because two errors nearly cancel. Who has stayed long leaves less and answers "
        "higher, which is not one thing causing the other: among those of like tenure the line "
        f"is {written(100 * within, '+.1f')}. And an answer passes, it correlates {lasting:.2f} "
        "with that of a year later, while the truth is of answers that are higher for the whole "
        "year."
    )


def answered(files: Mapping[str, Any], last: int) -> tuple[Any, Any, Any]:
    """Answers with a year after them: score, whether its giver left within it, class of tenure.

    Classes are quarters of the years within the panel; whoever was there before is in the last.
    """
    nps = {name: np.asarray(column) for name, column in files["nps"].items()}
    there = np.isfinite(nps["score"]) & (nps["month"] + YEAR <= last)
    person, month = nps["person"][there], nps["month"][there]
    left = naive.left_within(files["customers"], person, month)
    joins: dict[int, list[float]] = {}
    spells = zip(files["customers"]["person"], files["customers"]["joined_month"], strict=True)
    for one, when in spells:
        if np.isfinite(when):
            joins.setdefault(int(one), []).append(float(when))
    answers = zip(person.tolist(), month.tolist(), strict=True)
    known = [[when for when in joins.get(one, ()) if when <= at] for one, at in answers]
    quarters = [(at - max(when)) // 3 if when else _BEFORE
                for at, when in zip(month.tolist(), known, strict=True)]  # fmt: skip
    tenure = np.array(quarters, int)
    return nps["score"][there], left, tenure


def _means(values: Any, kind: Any) -> Any:
    """The mean of everybody's own kind."""
    return (np.bincount(kind, values) / np.maximum(np.bincount(kind), 1))[kind]


def _a_year_later(files: Mapping[str, Any]) -> float:
    """Correlation of answers with those of the same people a year later."""
    nps = files["nps"]
    keys = (nps["person"].tolist(), nps["month"].tolist(), nps["score"].tolist())
    told = {(person, month): score for person, month, score in zip(*keys, strict=True)}
    pairs = [(score, told[person, month + YEAR]) for (person, month), score in told.items()
             if (person, month + YEAR) in told]  # fmt: skip
    return float(np.corrcoef(np.array(pairs).T)[0, 1])


def _answers_table(found: Panel, exact: Mapping[str, Mapping[str, Any]]) -> str:
    last = found.plan.market.months
    slopes = {
        name: naive.leaving_by_answer(files["customers"], files["nps"], last)
        for name, files in exact.items()
    }
    score = found.scored(found.estimates[0])
    lines = [
        ("all answer every month, exactly", slopes["exact"].found),
        ("they err by a point", slopes["with noise"].found),
        ("and most of them are silent", slopes["with silence"].found),
        (f"the firm's own files, {found.sample:,} people", score.estimate),
        ("the truth", score.truth),
    ]
    head = "| Files | Percentage points of leaving for a point more |\n| --- | --- |\n"
    return head + "\n".join(f"| {name} | {_in_points(value)} |" for name, value in lines)


def _in_points(told: Interval) -> str:
    mean, low, high = (written(100 * v, "+.1f") for v in (told.mean, told.low, told.high))
    return f"{mean} ({low} to {high})"


def _clicks_table(found: Panel, exact: Mapping[str, Mapping[str, Any]]) -> str:
    spoke = {one.name: one.found for one in naive.last_click(exact["exact"]["customers"])}
    head = "| Channel | Last click | Spoke most | Lost without it |\n| --- | --- | --- | --- |\n"
    rows = []
    for one in found.estimates:
        if one.about == "channel":
            truth = found.scored(one).truth.mean
            shares = (one.found.mean, spoke[one.name].mean, truth)
            rows.append(f"| {one.name} | " + " | ".join(f"{s:.1%}" for s in shares) + " |")
    return head + "\n".join(rows)


def _tenures(files: Mapping[str, Any]) -> str:
    """How much sooner joiners leave than those who were there."""
    table = {name: np.asarray(column) for name, column in files["customers"].items()}
    last = int(np.asarray(files["books"]["month"])[-1])
    first = int(np.asarray(files["books"]["month"])[0])
    left, joined = table["left_month"], table["joined_month"]
    base = table["censored"]
    old = _rate(np.full(base.sum(), first - 1.0), left[base], last, last)
    new = _rate(joined[~base], left[~base], last, YEAR)
    return (
        f"One rate stands for all. Of who has joined within a year {new:.1%} leave a month, of who "
        f"was there before the panel {old:.1%}: those who are easily lost are lost early, and who "
        "is left is held by success, obligation and habit. So the rate of all is too low for "
        "joiners, whose worth it overstates when it is to pay for acquiring them, and too high for "
        "today's customers (Fader & Hardie 2010). `clv` and `clv_joiner` in "
        "[the tables](tables.md) read a life table instead."
    )


def _rate(began: Any, left: Any, last: int, months: int) -> float:
    """Leavers a month at risk, within so many months."""
    ended = np.minimum(np.nan_to_num(left, nan=np.inf), last)
    gone = (left - began <= months).sum()
    return float(gone / np.minimum(ended - began, months).sum())


def figures(plan: Scenario, workers: int) -> tuple[Panel, dict[str, Mapping[str, Any]]]:
    """A panel with its truth, and files of other quality on everybody."""
    found = made(asked_of(plan, FIRM), workers=workers)
    exact = {
        name: observed(asked_of(plan, FIRM, sample=EVERYBODY, records=records))
        for name, records in QUALITIES.items()
    }
    return found, exact


def main(arguments: Sequence[str]) -> int:
    """Write the page; the exit status."""
    from tsunagari.sim.scenario import Scenario

    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.panel", description="Make a panel and write docs/panel.md."
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes")
    parser.add_argument("--customers", type=int, metavar="N", help="instead of the scenario's")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="page to write")
    asked = parser.parse_args(arguments)
    values: dict[str, object] = {"market.months": MONTHS}
    if asked.customers is not None:
        values["market.customers"] = asked.customers
    found, exact = figures(Scenario.load(SCENARIO).with_values(values), asked.workers)
    text = page(found, exact, "python -m docs.makers.panel")
    asked.page.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
