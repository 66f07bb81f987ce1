"""What a file says, before it is put in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class LooseTies(NamedTuple):
    """People and ties of a file, before loops and repeats are put right.

    Attributes:
        names: Names of the people, in the order in which they appear.
        ones: One end of each tie, a position in ``names``, int32.
        others: The other end, int32.
        weights: float32, from 0; None if the file gives none.
        notes: What a user should know about the reading.
    """

    names: list[str]
    ones: NDArray[np.int32]
    others: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    notes: list[str]
