"""A small schema with one of everything, for tests of reading and writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import ValidationInfo, field_validator, model_validator

from tsunagari.sim.problems import At, Problems
from tsunagari.sim.reading import load_as
from tsunagari.sim.schema.fields import Section, parameter


class Size(Section):
    customers: int = parameter(100, unit="customers", low=1, high=1000, meaning="People.")
    months: int = parameter(12, unit="months", low=0, meaning="Length.")
    exit: float = parameter(0.5, unit="per month", low=0, below=1, meaning="Leaving.", dated=True)
    open: bool = parameter(True, unit="", meaning="Whether newcomers come.")


class Ties(Section):
    kind: Literal["small-world", "random", "file"] = parameter("random", unit="", meaning="Form.")
    file: str | None = parameter(None, unit="", meaning="Edges.")
    weights: tuple[float, ...] = parameter((1.0,), unit="", meaning="Weights.")
    spread: float | list[float] = parameter(1.0, unit="", meaning="One or several.")


class Company(Section):
    name: str = parameter(..., unit="", meaning="Name of the firm.")
    price: float = parameter(1.0, unit="ratio", above=0, meaning="Price.")
    discipline: str = parameter("none", unit="", meaning="Discipline.")
    share: float | None = parameter(None, unit="share", low=0, high=1, meaning="Share.")

    @field_validator("discipline")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        if value == "context":
            raise ValueError(f"the context is {info.context}")
        return value


class Happening(Section):
    month: int = parameter(..., unit="month", low=1, meaning="When.")
    set: str | None = parameter(None, unit="", meaning="What.")
    enter: Company | None = parameter(None, unit="", meaning="Who.")

    @model_validator(mode="after")
    def _one(self) -> Happening:
        if self.set is not None and self.enter is not None:
            raise At(("enter", "name"), "set and enter exclude each other", "leave one out")
        if self.set is None and self.enter is None:
            raise ValueError("nothing happens")
        return self


class Story(Section):
    title: str = parameter("", unit="", lines=True, meaning="Title.")
    market: Size = parameter(Size(), unit="", meaning="Size.")
    network: Ties = parameter(Ties(), unit="", meaning="Ties.")
    firms: list[Company] = parameter([Company(name="Only")], unit="", meaning="Firms.")
    segments: list[Company] = parameter([], unit="", meaning="Segments.")
    events: list[Happening] = parameter([], unit="", meaning="Events.")

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        if sum(firm.share or 0 for firm in self.firms) > 1:
            yield ("firms",), "shares add up to more than 1", None
        for index, event in enumerate(self.events):
            if event.month > self.market.months:
                yield ("events", index, "month"), "after the end", f"at most {self.market.months}"


def problems_of(tmp_path: Path, text: str | bytes, *, code: bool = True) -> list[str]:
    """Each problem of a file as text, without the folder."""
    file = tmp_path / "s.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(Problems) as raised:
        load_as(Story, file, allow_code=code)
    return [str(p).replace(f"{tmp_path}/", "") for p in raised.value.problems]


def story(tmp_path: Path, text: str | bytes, *options: str) -> Story:
    file = tmp_path / "s.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_as(Story, file, options)[0]
