"""One of several equal parts of a sweep, each for a job of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

from sim.problems import Problem, Problems


@dataclass(frozen=True)
class Shard:
    """The trials whose position leaves a certain rest when divided by the number of shards.

    Attributes:
        index: Which, from 0 to ``of`` - 1.
        of: How many there are, at least 1.
        name: What the user calls it, which may be 4/4 for 0/4.
    """

    index: int
    of: int
    name: str = field(default="", compare=False)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The shard meant by ``I/N``; the shards may be counted from 0 to N - 1 or from 1 to N.

        Raises:
            Problems: It is none.
        """
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
        if match is not None:
            index, of = int(match[1]), int(match[2])
            if of >= 1 and index <= of:
                return cls(index % of, of, f"{index}/{of}")
            what = f"there is no shard {index} of {of}"
        else:
            what = "a shard is written I/N"
        suggestion = "write I from 1 to N (or from 0 to N - 1): 1/4, 2/4, 3/4, 4/4"
        raise Problems([Problem("", what, file=f"--shard {text}", suggestion=suggestion)])

    def positions(self, total: int) -> range:
        """The positions of its trials among all ``total``."""
        return range(self.index, total, self.of)

    def __str__(self) -> str:
        return f"shard {self.name or f'{self.index}/{self.of}'}"
