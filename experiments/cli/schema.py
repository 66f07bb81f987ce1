"""``tsunagari schema``: what a scenario file or a sweep file may hold, for editors."""

from __future__ import annotations

import json
from typing import Annotated

import typer

Sweep = Annotated[bool, typer.Option("--sweep", help="Of sweep files instead.")]


def schema(sweep: Sweep = False) -> None:
    """The JSON Schema of scenario files, for editors.

    With it an editor completes keys, shows their meaning, unit and range, and marks mistakes.
    """
    from sim.schema.keys import json_schema

    if sweep:
        from experiments.studies.design import Design

        document = json_schema(Design)
        base = "Sweep file that this one changes: a path relative to this file."
        document["properties"]["extends"]["description"] = base
    else:
        from sim.scenario import Scenario

        document = json_schema(Scenario)
    print(json.dumps(document, indent=2, ensure_ascii=False))
