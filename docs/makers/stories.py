"""The page that holds the shipped stories to account: ``python -m docs.makers.stories``.

Every claim of every shipped scenario is judged twice: with rivals who never answer
(``technology.reaction`` 0) and with rivals who answer in price and imitation (1).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docs.makers import DOCS
from tsunagari import scenarios
from tsunagari.experiments.telling.run import counted_in_words, difference_of

if TYPE_CHECKING:
    from tsunagari.experiments.studies.claims import JudgedClaim
    from tsunagari.sim.scenario import Scenario

PAGE = DOCS / "stories.md"
CUSTOMERS, REPLICATIONS = 3000, 6

_REACTION = {"frozen": 0.0, "reacting": 1.0}
_SOURCES = (
    ("Treacy & Wiersema 1995", "*The Discipline of Market Leaders* (ナンバーワン企業の法則)."),
    ("What is customer intimacy?", "カスタマーインティマシーとは?, a marketing guide."),
    ("Hyodo, Strengthening customer contact, vol. 2", "兵頭卓, 顧客接点強化 Vol. 2."),
    (
        "Building relations with customers (維持編)",
        "顧客との関係構築(維持編), a consultant's blog.",
    ),
    (
        "Service management for customer success, 2019",
        "カスタマーサクセス指向のサービスマネジメント, chapter 1 of a study.",
    ),
    (
        "Bendapudi & Leone 2003",
        "Psychological implications of customer participation in co-production.",
    ),
    ("Broschak 2004", "Managers' mobility and market interface."),
    ("Kopalle & Lehmann 2006", "Setting quality expectations when entering a market."),
    ("Kotler, Kartajaya & Setiawan 2017", "*Marketing 4.0*."),
    ("Lecinski 2011", "*Winning the Zero Moment of Truth*."),
    ("March 1991", "Exploration and exploitation in organizational learning."),
    ("Oliver 1980", "A cognitive model of satisfaction decisions."),
    ("Porter 1980", "*Competitive Strategy*."),
    ("Rifkin 2014", "*The Zero Marginal Cost Society* (限界費用ゼロ社会)."),
    ("Toffler 1980", "*The Third Wave* (第三の波)."),
    (
        "Verhoef, Neslin & Vroomen 2007",
        "Multichannel customer management: understanding the research-shopper phenomenon.",
    ),
)


@dataclass(frozen=True)
class Story:
    """A shipped scenario with its claims, judged with rivals frozen and reacting.

    Attributes:
        name: Of the scenario.
        frozen: What became of each claim where rivals never answer.
        reacting: The same where they do.
    """

    name: str
    frozen: tuple[JudgedClaim, ...]
    reacting: tuple[JudgedClaim, ...]


def stories(
    names: Iterable[str],
    *,
    customers: int = CUSTOMERS,
    replications: int = REPLICATIONS,
    workers: int = 1,
) -> Iterator[Story]:
    """Judge the claims of shipped scenarios, one scenario after the other.

    Args:
        names: Of scenarios; those without claims are left out.
        customers: Of every market.
        replications: Of every market.
        workers: Processes; 1 runs here.

    Raises:
        tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    from tsunagari.experiments.runs.trial import Trial
    from tsunagari.experiments.runs.workers import Run, trial_runner
    from tsunagari.experiments.studies.claims import ClaimMarkets, judge
    from tsunagari.sim.scenario import Scenario

    plans = {name: Scenario.load(name) for name in names}
    told = {name: plan for name, plan in plans.items() if plan.claims}

    def judged(plan: Scenario, reaction: float, run: Run) -> tuple[JudgedClaim, ...]:
        market = plan.with_values({"market.customers": customers, "technology.reaction": reaction})
        trials = [Trial(market, market.seed, number) for number in range(replications)]
        return judge(ClaimMarkets(market), list(run(trials)), run)

    if not told:
        return
    with trial_runner(next(iter(told.values())), workers=workers, threads=1) as run:
        for name, plan in told.items():
            found = {how: judged(plan, value, run) for how, value in _REACTION.items()}
            yield Story(name, found["frozen"], found["reacting"])


def page(found: Sequence[Story], command: str, customers: int, replications: int) -> str:
    """The page in Markdown.

    Args:
        found: The stories.
        command: What writes this page.
        customers: Of every market.
        replications: Of every market.
    """
    tallies = {
        how: counted_in_words([one for story in found for one in getattr(story, how)])
        for how in _REACTION
    }
    text = f"""\
# Stories held to account

Each shipped scenario on one idea has `claims`: what a source says of the idea, and how the market
would be without it. Both markets are run with the same people and luck. What counts is the paired
difference, with the idea minus without, and its 95 % interval. How a verdict is reached is told
under [claims](scenario-file.md#claims).

This page is written by `{command}`, with {customers:,} customers
and {replications} replications in every market. Scenarios themselves have other sizes, so a run's
own figures differ a little. Intervals are of one claim each: of a hundred claims about things that
make no difference, some five would seem to.

A claim is marked *mechanism* where the switch proves itself, as the measure is what the rule moves,
and *consequence* where it could have come out otherwise. They are counted apart.

Where rivals never answer (`technology.reaction` 0): {tallies["frozen"]}

Where they answer in price and imitation (1): {tallies["reacting"]}

A firm that has closed has no
measures, and a claim about it cannot be told unless it lives on in enough pairs. Where it is there
in more of them without the idea than with it, that is an answer, too.
"""
    lines = [
        text,
        "| Scenario | Claim | Source | Kind | Measure | Rivals frozen | Rivals reacting |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for story in found:
        for frozen, reacting in zip(story.frozen, story.reacting, strict=True):
            cells = (
                f"`{story.name}`", frozen.claim.say, frozen.claim.source, frozen.claim.kind or "",
                _measure(frozen), _cell(frozen), _cell(reacting),
            )  # fmt: skip
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    lines += ["", "## Where the model disagrees with the sources", ""]
    lines += ["Claims that did not come true, with rivals frozen, reacting, or both:", ""]
    lines += list(_otherwise(found, "did not come true"))
    lines += ["", "## What cannot be told", ""]
    lines += list(_otherwise(found, "cannot be told"))
    lines += ["", "## Sources", ""]
    lines += [f"- {name}: {what}" for name, what in _SOURCES]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Write the page; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.stories",
        description="Judge the claims of all shipped scenarios and write docs/stories.md.",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N")
    parser.add_argument("--replications", type=int, default=REPLICATIONS, metavar="R")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="page to write")
    asked = parser.parse_args(arguments)
    found = []
    for story in stories(
        scenarios.names(),
        customers=asked.customers,
        replications=asked.replications,
        workers=asked.workers,
    ):
        print(f"{story.name}: {len(story.frozen)} claims judged", file=sys.stderr, flush=True)
        found.append(story)
    options = _options(
        {"--customers": (asked.customers, CUSTOMERS), "--workers": (asked.workers, 1)}
        | {"--replications": (asked.replications, REPLICATIONS)}
    )
    command = f"python -m docs.makers.stories{options}"
    text = page(found, command, asked.customers, asked.replications)
    asked.page.write_text(text, encoding="utf-8", newline="\n")
    return 0


def _options(values: Mapping[str, tuple[int, int]]) -> str:
    return "".join(f" {name} {value}" for name, (value, usual) in values.items() if value != usual)


def _otherwise(found: Sequence[Story], verdict: str) -> Iterator[str]:
    """A line for every claim of this verdict; one that did not come true is not told twice."""
    for story in found:
        for pair in zip(story.frozen, story.reacting, strict=True):
            verdicts = [one.verdict for one in pair if not one.is_same]
            if verdict not in verdicts:
                continue
            if verdict == "cannot be told" and "did not come true" in verdicts:
                continue
            claim = pair[0].claim
            figures = "; ".join(
                f"rivals {how}: {_cell(one)}" for how, one in zip(_REACTION, pair, strict=True)
            )
            remark = f" {claim.remark}" if claim.remark else ""
            yield (
                f"- `{story.name}`: *{claim.say}* ({claim.source}). {_measure(pair[0])}, expected "
                f"{_expected(pair[0])}. With {figures}.{remark}"
            )


def _expected(found: JudgedClaim) -> str:
    claim = found.claim
    if claim.expect == "no-different":
        return f"to differ by no more than {claim.margin:g}"
    return claim.expect


def _measure(found: JudgedClaim) -> str:
    claim = found.claim
    what = f"`{claim.measure}`" if claim.firm is None else f"`{claim.measure}` of {claim.firm}"
    return f"{what}, month {found.month}"


def _cell(found: JudgedClaim) -> str:
    if found.is_same:
        return "this is the idea itself"
    return f"{found.verdict}: {difference_of(found)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
