"""A lesson: what its page says, found again in the results of the commands that it prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docs.makers.lessons.slide import Slide


@dataclass(frozen=True, eq=False)
class Derived:
    """What the results of a lesson's commands come to.

    Attributes:
        figures: Name of a marked place to what is to stand there.
        statements: What the page says without a figure, and whether it is so.
        picture: The lesson's picture, not saved yet.
    """

    figures: Mapping[str, str]
    statements: Mapping[str, bool]
    picture: Slide

    @property
    def untrue(self) -> list[str]:
        """Statements that are not so."""
        return [statement for statement, is_so in self.statements.items() if not is_so]


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        name: Of its pages ``docs/lessons/NAME.md`` and ``docs/lessons/ja/NAME.md`` and its picture
            ``docs/pictures/lesson-NAME``.
        derive: Reads the folder ``results`` after all commands of the page were run beside it.
    """

    name: str
    derive: Callable[[Path], Derived]
