"""The bank: draws from the priors and what markets come to with them, kept for further fits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from tsunagari.agents.compiled import source_digest
from tsunagari.experiments.fitting.simulated import MEASURES, Held, Simulator
from tsunagari.experiments.runs.disk import written
from tsunagari.experiments.runs.trial import digest
from tsunagari.sim.problems import Problem, Problems

AT_ONCE = 50
"""Draws after which the file is written anew."""


@dataclass(frozen=True)
class Bank:
    """Draws, and the markets they lead to.

    Attributes:
        z: Points float64[draws, parameters], standard normal.
        found: By measure float32[draws, rows, firms].
    """

    z: np.ndarray
    found: dict[str, np.ndarray]

    def month_rows(self, draw: int) -> dict[str, np.ndarray]:
        """One market, by measure float64[rows, firms]."""
        return {name: values[draw].astype(np.float64) for name, values in self.found.items()}

    def seen(self, held: Held) -> np.ndarray:
        """A table's figures in every market, float64[draws, figures]."""
        return np.array([held.summary(self.month_rows(draw)) for draw in range(len(self.z))])


def filled(
    simulator: Simulator,
    draws: int,
    file: Path | None = None,
) -> Bank:
    """A bank of so many draws; those that a file has already are not run again.

    Draw i is the same whoever runs it, and how many there are.

    Args:
        simulator: Runs the markets.
        draws: How many.
        file: Where they are kept (``.npz``); None keeps nothing.

    Raises:
        Problems: The file is of another market, or no bank.
    """
    key = key_of(simulator)
    known = _read(file, key) if file is not None and file.exists() else None
    parts = [] if known is None else [known]
    have = 0 if known is None else len(known.z)
    while have < draws:
        many = min(AT_ONCE, draws - have)
        points = [_point(number, len(simulator.parameters)) for number in range(have, have + many)]
        seeds = [1_000_000 + number for number in range(have, have + many)]
        months = list(simulator(zip(points, seeds, strict=True)))
        found = {n: np.array([m[n] for m in months], np.float32) for n in MEASURES}
        parts.append(Bank(np.array(points), found))
        parts, have = [_joined(parts)], have + many
        if file is not None:
            _write(parts[0], file, key)
    whole = _joined(parts)
    return Bank(whole.z[:draws], {name: rows[:draws] for name, rows in whole.found.items()})


def key_of(simulator: Simulator) -> str:
    """What a bank depends on, as 32 digits: market, priors, the model itself; none of the table."""
    priors = json.dumps(
        [(p.paths, p.spread, p.is_factor, p.low, p.high) for p in simulator.parameters]
    )
    market = digest(simulator.plan.with_values({"title": ""}), seed=0)
    all_of_it = market + priors + json.dumps(MEASURES) + source_digest()
    return hashlib.blake2b(all_of_it.encode(), digest_size=16).hexdigest()


def _point(number: int, parameters: int) -> np.ndarray:
    return np.random.default_rng([20_260, number]).standard_normal(parameters)


def _joined(parts: list[Bank]) -> Bank:
    if len(parts) == 1:
        return parts[0]
    found = {name: np.concatenate([part.found[name] for part in parts]) for name in parts[0].found}
    return Bank(np.concatenate([part.z for part in parts]), found)


def _read(file: Path, key: str) -> Bank:
    try:
        with np.load(file, allow_pickle=False) as stored:
            own = str(stored["key"])
            names = MEASURES if own == key else ()
            bank = Bank(stored["z"], {name: stored[name] for name in names})
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        message = "this is no bank, or a damaged one"
        raise Problems([Problem("", message, str(file), suggestion="delete it")]) from error
    if own != key:
        message = "the bank is of another market, of other priors, or of another version"
        suggestion = "give another file, or leave --bank out"
        raise Problems([Problem("", message, str(file), suggestion=suggestion)])
    return bank


def _write(bank: Bank, file: Path, key: str) -> None:
    with written(file, file.with_name(f"{file.name}.part")) as stream:
        np.savez(stream, key=np.array(key), z=bank.z, **bank.found)  # type: ignore[arg-type]
