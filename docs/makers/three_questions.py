"""The page on three questions of a strategist: ``python -m docs.makers.three_questions``.

The table, the facts and the options are those that the strategists' page prints.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.makers import DOCS

PAGE, SOURCE = DOCS / "three-questions.md", DOCS / "strategists.md"
MEMBERS, CUSTOMERS = "32", "1000"
_FIT, _TABLE = "results/market", ("market.csv", "market-facts.yaml")
QUESTIONS = {
    "price-or-care": "Lower prices, or the same money on care?",
    "entrant": "What if a no-frills rival enters a year from now?",
    "keep": "How much is it worth to keep a customer?",
}

COMMAND = "python -m docs.makers.three_questions"

_HEAD = """\
# Three questions of a strategist

One table of 24 months, the example that `tsunagari fit --template` writes (five mobile operators,
invented, in yen), and the options that
[the strategists' page](strategists.md#8-decide-about-your-own-market) prints. The fit
is at full size, the decisions are taken in markets of {customers} customers, as `{command}`
writes it. *Aoba* decides.

## What the table says

```
{fit}
```
"""
_QUESTION = """\

## {title}

```
{answer}
```
"""


def options_of(name: str) -> str:
    """An options file as the strategists' page prints it."""
    pattern = rf"```yaml\n(# {name}\.yaml\n.*?)```"
    (text,) = re.findall(pattern, SOURCE.read_text(encoding="utf-8"), re.S)
    return str(text)


def answers(folder: Path, more: Sequence[str], bank: Sequence[str]) -> Iterator[str]:
    """What the commands print: the fit, then the answer to every question.

    Args:
        folder: Where they work.
        more: Options for all of them.
        bank: Options for the fit.
    """
    table, facts = _TABLE
    _typed(folder, "fit", table, "--template")
    yield _typed(
        folder, "fit", table, "--facts", facts, "--members", MEMBERS, "--out", _FIT, *bank, *more
    )
    for name in QUESTIONS:
        text = options_of(name)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        search = ["--search"] if "levers:" in text else []
        yield _typed(
            folder, "decide", f"{_FIT}/scenario.yaml", "--ensemble", f"{_FIT}/ensemble.parquet",
            "--options", f"{name}.yaml", *search, "--customers", CUSTOMERS,
            "--out", f"results/{name}", *more,
        )  # fmt: skip


def _typed(folder: Path, *arguments: str) -> str:
    """What a command prints, without where its results are."""
    command = [sys.executable, "-m", "tsunagari", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.partition("\n\nResults: ")[0].rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--bank", type=Path, help="of drawn markets, kept and found again")
    asked = parser.parse_args(arguments)
    bank = [] if asked.bank is None else ["--bank", str(asked.bank.resolve())]
    with tempfile.TemporaryDirectory() as folder:
        fit, *told = answers(Path(folder), ["--workers", asked.workers, "--quiet"], bank)
    parts = [_HEAD.format(command=COMMAND, customers=CUSTOMERS, fit=fit)]
    for title, answer in zip(QUESTIONS.values(), told, strict=True):
        parts.append(_QUESTION.format(title=title, answer=answer))
    PAGE.write_text("".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
