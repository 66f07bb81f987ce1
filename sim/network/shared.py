"""Networks that several markets in a row have in common, built once.

Trials of a sweep often differ in what firms do, not in the people: same settings, same people,
same luck, same network. It never changes, so the next market may have it.
"""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.compiled import Word
from sim.network.csr import Network
from sim.network.generate import NetworkSettings, build

type _Content = tuple[str, str, int]


class Settings(NetworkSettings, Protocol):
    """Section ``network`` of a scenario, which can tell all of its values."""

    def model_dump_json(self) -> str: ...  # noqa: D102


_last: tuple[_Content, Network] | None = None


def network_of(settings: Settings, affinity: NDArray[np.float64], seed: Word) -> Network:
    """What :func:`sim.network.generate.build` returns; the last one again if it is the same.

    It is the same if everything it is made of is: all settings, every affinity, the word. One
    network is remembered; trials of a sweep come in an order that makes that enough.
    """
    global _last
    content = settings.model_dump_json(), _digest(affinity), int(seed)
    last = _last  # another thread may put another one there
    if last is not None and last[0] == content:
        return last[1]
    network = build(settings, affinity, seed)
    _last = content, network
    return network


def _digest(array: NDArray[Any]) -> str:
    content = np.ascontiguousarray(array)
    digest = hashlib.blake2b(f"{content.dtype.str} {content.shape} ".encode(), digest_size=16)
    digest.update(content)
    return digest.hexdigest()
