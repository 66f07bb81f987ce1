"""One picture of the gallery: what it shows and what makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Exhibit:
    """A picture in ``docs/pictures`` and how it comes about.

    Attributes:
        file: Its name there.
        section: The heading it stands under.
        title: What it is of, in a few words.
        sentence: What there is to see, without figures: they move with the model.
        alternative: The picture in words, for those who do not see it.
        commands: What a reader types, one after another, without ``tsunagari``.
        made: The file that they leave, from the folder they were run in; of an address (``app``)
            or a page (``report``) the picture is taken by a browser.
        width: In pixels; smaller than it was made where only an impression is wanted.
        texts: Files that the commands read, by name.
    """

    file: str
    section: str
    title: str
    sentence: str
    alternative: str
    commands: tuple[str, ...]
    made: str
    width: int = 800
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """The command that it hangs on; ``app`` and ``report`` may not be there."""
        return self.commands[-1].split()[0]
