"""The page on which parts the shipped theses need: ``python -m docs.makers.ablation``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docs.makers import DOCS
from tsunagari.experiments.telling.ablation import as_rows, in_words, results

if TYPE_CHECKING:
    from tsunagari.experiments.studies.ablation import Ablation

PAGE = DOCS / "ablation.md"
THESES = ("right-customers", "rivals-that-react", "everything-as-a-service", "over-claiming")
CUSTOMERS, REPLICATIONS = 1500, 6

_HEAD = """\
# Which parts an answer needs

A model of many parts invites the question which of them its answers rest on. `ablate` takes a
scenario's headline results, which are the verdicts on its claims that can be told and who leads by
share, retention and profit, and asks of each mechanism whether they are kept without it.

```sh
tsunagari ablate right-customers --customers 200 --months 12 --replications 2
```

Every mechanism that the scenario has switched on is switched off in turn: its parameters take the
values at which it does nothing, in all markets that a claim compares, and events that would move
them are left out. All models run under the same luck. A result is kept if its verdict is the same,
or if who leads is one whom chance does not tell from the leader of the whole model. A mechanism
that is a claim's own idea takes the claim along: that is as it should be.

*The smallest set* is found by greedy backward elimination under common random numbers: mechanisms
are switched off one after the other, those first that alone change nothing, and stay off while all
results are kept. Another order might find a smaller one. *A logit with constant hazards* is the
model without all that ties customers, is told, or comes back: people look around at a constant rate
and choose by what offers are worth.

The folder has `ablation.parquet`, a row a model: `model` (`without`, `smallest`, `logit`), `off`
(what is switched off), `kept` of how many `headlines`, `lost` (`claim 0`, …, or a measure),
`reordered` (measures by which firms stand in another order, whoever leads) and who leads by each;
and `ablation.txt`. `--json` prints the same.

| Option | Meaning |
| --- | --- |
| `--customers N`, `--months N`, `--seed N`, `--set PATH=VALUE` | as for `run` |
| `--replications R` | draws of luck of each market; 4, or the scenario's if that is more |
| `--workers W`, `--threads T` | what may work at once |
| `--format parquet`, `csv` | kind of table files |
| `--out DIR`, `--force` | folder; write to one that holds something |
| `--allow-code` | import the Python modules a scenario names |
| `--json`, `--quiet` | print only JSON; no progress |

What follows is written by `{command}`, with {customers:,} customers and {replications}
replications in every market. With so few, chance decides some verdicts, and the whole model may
tell less than [the stories](stories.md) do.
"""


def page(found: Mapping[str, Ablation], command: str, customers: int, replications: int) -> str:
    """The page in Markdown.

    Args:
        found: What was found, by scenario.
        command: What writes this page.
        customers: Of every market.
        replications: Of every market.
    """
    head = _HEAD.format(command=command, customers=customers, replications=replications)
    lines = [head]
    for name, ablation in found.items():
        lines += [f"## `{name}`", "", *results(ablation), ""]
        rows = as_rows(ablation)
        if rows:
            lines += ["| Without | Kept | What is lost, and what there is instead |"]
            lines += ["| --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows), ""]
        lines += [text for sentence in in_words(ablation) for text in (sentence, "")]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the page; the exit status."""
    from tsunagari.experiments.runs.workers import trial_runner
    from tsunagari.experiments.studies.ablation import ablate
    from tsunagari.sim.scenario import Scenario

    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.ablation",
        description="Take shipped theses apart and write docs/ablation.md.",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N")
    parser.add_argument("--replications", type=int, default=REPLICATIONS, metavar="R")
    parser.add_argument("--scenario", action="append", metavar="NAME", help="instead of the theses")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="page to write")
    asked = parser.parse_args(arguments)
    found: dict[str, Ablation] = {}
    command = " ".join(["python -m docs.makers.ablation", *arguments])
    for name in asked.scenario or THESES:
        plan = Scenario.load(name).with_values({"market.customers": asked.customers})
        with trial_runner(plan, workers=asked.workers, threads=1) as run:
            found[name] = ablate(plan, asked.replications, run)
        print(f"{name}: {len(found[name].each)} mechanisms", file=sys.stderr, flush=True)
        # Each takes long: what is found is kept, whatever becomes of the next.
        text = page(found, command, asked.customers, asked.replications)
        asked.page.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
