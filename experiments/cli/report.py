"""``tsunagari report``: a result folder as one document to hand on."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.cli import options
from experiments.cli.clock import tell
from experiments.runs.folder import REPORT

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="A folder that run, compare, sweep or explain wrote.",
        show_default=False,
    ),
]
Lang = Annotated[
    Literal["en", "ja"],
    typer.Option("--lang", help="Language of the report.", rich_help_panel="Output"),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="The file; new, unless --force.",
        rich_help_panel="Output",
        show_default=f"DIR/{REPORT}",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file.", rich_help_panel="Output")]


def report(
    folder: Folder,
    lang: Lang = "en",
    out: Out = None,
    force: Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write one self-contained HTML file about a result folder.

    It opens in any browser, without a network, and prints on paper.
    """
    from experiments.report.report import report as reported
    from experiments.report.writing import checked, write_report
    from experiments.runs.results import opened, reading

    file = folder / REPORT if out is None else out
    source = opened(folder)
    checked(file, force=force)
    command = ["tsunagari", "report", str(folder), "--lang", lang]
    if out is not None:
        command += ["--out", str(out)]
    tell(source.notes, quiet=quiet)
    with reading(folder):
        text = reported(source, lang, shlex.join(command))
    write_report(text, file)
    tell([f"{len(text.encode()) / 1e6:.1f} MB, {source.kind}"], quiet=quiet)
    print(f"Report: {file}")
