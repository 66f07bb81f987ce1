"""``tsunagari schema``: what a scenario file may hold, for editors."""

from __future__ import annotations

import json


def schema() -> None:
    """The JSON Schema of scenario files, for editors.

    With it an editor completes keys, shows their meaning, unit and range, and marks mistakes.
    """
    from sim.schema import Scenario
    from sim.schema.document import json_schema

    print(json.dumps(json_schema(Scenario), indent=2, ensure_ascii=False))
