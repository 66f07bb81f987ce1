"""``tsunagari merge``: the shards of a sweep, joined."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli import options

_Folders = Annotated[
    list[Path],
    typer.Argument(metavar="DIR…", help="The folders of all shards.", show_default=False),
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Folder for the tables.", rich_help_panel="Output",
        show_default="the shards' common name",
    ),
]  # fmt: skip
_Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Start over, also in the folder of another sweep.",
        rich_help_panel="Output",
    ),
]  # fmt: skip


def merge(
    folders: _Folders, out: _Out = None, force: _Force = False, json: options.Json = False
) -> None:
    """Join the shards of a sweep to what it would have written in one piece."""
    from experiments.studies.shards import merge as joined

    done = joined(folders, out, force=force)
    counts = done.counts
    if json:
        from dataclasses import asdict
        from json import dumps

        print(dumps({"folder": str(done.path), **asdict(counts)}, ensure_ascii=False))
        return
    failed = f", {counts.failed} failed" if counts.failed else ""
    print(f"{counts.done} of {counts.total} trials done{failed}, from {len(folders)} shards")
    print(f"Tables: {done.path}")
