"""The command ``tsunagari``, also as ``python -m tsunagari``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line.

    Raises:
        SystemExit: Always, with the exit status.
    """
    from tsunagari.experiments.cli import main as run

    sys.exit(run())


def command() -> NoReturn:
    """Run the command line as a process of its own, and end that process at once."""
    try:
        from tsunagari.experiments.runs.interrupts import end_politely

        end_politely()
        main()
    except KeyboardInterrupt:  # so early that nothing else was there to tell it
        print("interrupted", file=sys.stderr, flush=True)
        os._exit(130)
    except SystemExit as ending:
        from tsunagari.experiments.cli.process import end

        end(ending.code if isinstance(ending.code, int) else 0)


if __name__ == "__main__":
    command()
