"""``tsunagari list``: the shipped scenarios."""

from __future__ import annotations

from experiments.words.terminal import columns_of


def list_() -> None:
    """The shipped scenarios, a line each.

    A name stands for a scenario wherever a command takes a file.
    """
    import scenarios

    names = scenarios.names()
    widest = max(map(columns_of, names), default=0)
    for name in names:
        title = scenarios.title(name)
        print(f"{name}{' ' * (widest - columns_of(name))}  {title}")
