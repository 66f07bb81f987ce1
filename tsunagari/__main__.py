"""The command ``tsunagari``, also as ``python -m tsunagari``."""

from __future__ import annotations

import sys

from tsunagari._floors import stranger


def main() -> None:
    """Run the command line and end the process with its status."""
    problem = stranger()
    if problem is not None:
        print(f"tsunagari: {problem}", file=sys.stderr)
        sys.exit(1)
    try:
        from experiments.cli import main as run
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
