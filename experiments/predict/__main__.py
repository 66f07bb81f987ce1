"""``python -m tsunagari.experiments.predict``: the page on which classes predict before they see.

One HTML file, to be opened from a disk without a network. All settings of all topics are run here
and put into it. If a debrief says something that is not so, it is named: few or small markets of
one's own may well differ. With ``--check`` the exit status is then 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tsunagari.experiments.predict.page import page_of, surfaces
from tsunagari.experiments.predict.topics import TOPICS, Size
from tsunagari.experiments.words import LANGUAGES, speaking

_CUSTOMERS, _REPLICATIONS, _SEED = 2000, 10, 1


def main(arguments: Sequence[str]) -> int:
    """Run all settings and write the page; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tsunagari.experiments.predict",
        description="Make the page on which classes predict before they see.",
    )
    parser.add_argument("--out", type=Path, default=Path("predict.html"), help="the file to write")
    parser.add_argument("--check", action="store_true", help="status 1 if a debrief is not so")
    parser.add_argument("--only", action="append", choices=[topic.name for topic in TOPICS])
    parser.add_argument("--customers", type=int, default=_CUSTOMERS, help="of each market")
    parser.add_argument("--replications", type=int, default=_REPLICATIONS, help="of each setting")
    parser.add_argument("--seed", type=int, default=_SEED, help="what all chance depends on")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    help_ = "of the page; repeatable: further ones stand beside it, as predict.ja.html"
    parser.add_argument("--lang", action="append", choices=LANGUAGES, help=help_)
    asked = parser.parse_args(arguments)
    for name in ("customers", "replications", "workers"):
        if getattr(asked, name) < 1:
            parser.error(f"--{name} must be at least 1")
    size = Size(asked.customers, asked.seed)
    chosen = [topic for topic in TOPICS if not asked.only or topic.name in asked.only]
    found = surfaces(chosen, size, asked.replications, workers=asked.workers, told=_tell)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    for number, language in enumerate(asked.lang or ["en"]):
        file = asked.out.with_suffix(f".{language}.html") if number else asked.out
        with speaking(language):
            page = page_of(found, size, asked.replications)
        file.write_text(page, "utf-8", newline="\n")
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
    untrue = [(one.topic.name, statement) for one in found for statement in one.untrue]
    for name, statement in untrue:
        print(f"{name}: it is not so any more that {statement}", file=sys.stderr)
    return 1 if untrue and asked.check else 0


def _tell(done: int, count: int) -> None:
    if sys.stderr.isatty() and (done % 20 == 0 or done == count):
        print(f"\r{done} of {count} courses", end="\n" if done == count else "", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
