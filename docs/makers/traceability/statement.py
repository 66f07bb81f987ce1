"""One statement of a source, and all that became of it in the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docs.makers import ROOT

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario


@dataclass(frozen=True)
class Statement:
    """A statement of a source.

    Attributes:
        source: Whose, as :mod:`tsunagari.experiments.validate.mechanisms` calls it.
        says: What it says.
        mechanism: What in the model carries it.
        parameters: Paths of keys in the schema.
        scenarios: Shipped scenarios that show it.
        patterns: Patterns of ``validate`` that hold the model to it.
        signs: Mechanisms whose sign is tested in an untuned market.
        claims: What claims of those scenarios say.
        tests: Tests as ``file::function``, files relative to ``tests/``.
        remark: What is left out, or how far it goes.
    """

    source: str
    says: str
    mechanism: str
    parameters: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    remark: str = ""

    def cells(self) -> tuple[str, ...]:
        """Its row of the table, the source left out."""
        held = [
            *self.patterns,
            *(f"sign of *{name}*" for name in self.signs),
            *(f"“{say}”" for say in self.claims),
            *(f"`{test}`" for test in self.tests),
        ]
        mechanism = f"{self.mechanism}. {self.remark}".strip() if self.remark else self.mechanism
        return (
            self.says,
            mechanism,
            ", ".join(f"`{path}`" for path in self.parameters),
            ", ".join(f"`{name}`" for name in self.scenarios),
            "; ".join(held),
        )


def broken_links(
    statements: Sequence[Statement], plans: Mapping[str, Scenario], paths: frozenset[str]
) -> Iterator[str]:
    """A sentence for everything that a statement names and that is not there.

    Args:
        statements: All rows.
        plans: The shipped scenarios by name.
        paths: Every key of the schema.
    """
    from tsunagari.experiments.validate.mechanisms import MECHANISMS
    from tsunagari.experiments.validate.registry import PATTERNS

    signs = {(mechanism.name, mechanism.source) for mechanism in MECHANISMS}
    for row in statements:
        what = f"“{row.says}”"
        for path in row.parameters:
            if path not in paths:
                yield f"{what}: there is no key {path}"
        for name in row.scenarios:
            if name not in plans:
                yield f"{what}: there is no scenario {name}"
        for name in row.patterns:
            if name not in PATTERNS:
                yield f"{what}: there is no pattern {name}"
        for name in row.signs:
            if not any(name == known for known, _ in signs):
                yield f"{what}: no sign of {name} is tested"
        said = {
            claim.say for name in row.scenarios if name in plans for claim in plans[name].claims
        }
        for say in row.claims:
            if say not in said:
                yield f"{what}: none of its scenarios claims “{say}”"
        for test in row.tests:
            file, _, function = test.partition("::")
            code = ROOT / "tests" / file
            if not code.is_file() or f"def {function}(" not in code.read_text(encoding="utf-8"):
                yield f"{what}: there is no test {test}"
        if not (row.patterns or row.signs or row.claims or row.tests):
            yield f"{what}: nothing holds the model to it"
