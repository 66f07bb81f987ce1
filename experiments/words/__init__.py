"""Everything that people read in a report, in English and in Japanese.

The texts are data: a file a language (``en.toml``, ``ja.toml``), in it a table a theme, from keys
to texts with named places (``{share}``), as ``str.format`` has them. Both languages have the same
keys and the same places, which a test holds them to. What a key of a scenario means, and what
measures and units are called, is told in English where they are declared, in Japanese by the themes
``schema``, ``measures`` and ``units``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Literal, Self, get_args

from tsunagari.experiments.words.numbers import UNDEFINED, large, written
from tsunagari.experiments.words.text import isolated

type Language = Literal["en", "ja"]

LANGUAGES: tuple[Language, ...] = get_args(Language.__value__)
THEMES = (
    "common", "terminal", "help", "ideas", "pictures", "answer", "claims", "report", "evidence",
    "comparing", "sweeping", "discovering", "explaining", "customer", "person", "page", "method",
    "validating", "fitting", "deciding", "ablating", "panel", "game",
)  # fmt: skip
"""Themes of every language."""

_spoken: list[Language] = ["en"]


def spoken() -> Language:
    """The language of the command at work, where nobody asks for another; English elsewhere."""
    return _spoken[-1]


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Tell everything in a language for as long as this lasts."""
    _spoken.append(language)
    try:
        yield
    finally:
        _spoken.pop()


_HERE, _END = "\x02", "\x03"  # round a value, and gone before anybody sees them
_EDGE = re.compile(rf"(?<=(?P<before>\w))(?P<gap> ?[{_HERE}{_END}]+ ?)(?=(?P<after>\w))")


class Words:
    """The texts of one language, and what money and people are called in a scenario.

    Args:
        language: Which; None: the one that is spoken.
        currency: In which amounts of money are; None: in unit costs.
        people: In the real market; None: as many as are simulated.

    Attributes:
        language: Which.
        is_scaled: Whether amounts and counts are in a currency, or of real people.
    """

    def __init__(
        self,
        language: Language | None = None,
        currency: str | None = None,
        people: int | None = None,
    ) -> None:
        self.language: Language = language or spoken()
        self._currency, self._people = currency, people
        self.is_scaled = currency is not None or people is not None

    @classmethod
    def of(cls, plan: Any, language: Language | None = None) -> Self:
        """The words for a scenario: with its money and people (:mod:`tsunagari.sim.scale`)."""
        return cls(language, plan.money.currency, plan.market.people)

    @property
    def currency(self) -> str:
        """What the currency is called; an empty text where there is none."""
        key = f"common.{self._currency}"
        # Codes are capitals, as no other text's key is: "money" is a name like any other.
        is_code = self._currency is not None and self._currency.isupper()
        return self(key) if is_code and self.has(key) else self._currency or ""

    def unit(self, unit: str) -> str:
        """A unit of a measure or a key in words; as it is where there is no word for it."""
        told = texts(self.language, "units").get(unit, unit)
        if not self._currency or "money" not in unit:
            return told
        return told.replace(self("common.money_in_units"), self.currency, 1)

    def money(self, amount: str) -> str:
        """An amount that is written already, with its currency if it has one."""
        if not self._currency:
            return amount
        return self("common.money", amount=amount, currency=self.currency)

    def customers(self, simulated: int) -> str:
        """How many customers there are, and for how many people they stand."""
        told = self.counted(simulated, "customer")
        if self._people is None:
            return told
        people = large(self._people, self.language)
        return self("common.people_simulated", people=people, customers=told)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, ``theme.name``, with values in its places.

        Raises:
            KeyError: There is no such text, or a place of it has no value.
        """
        theme, _, name = key.partition(".")
        parts = {k: isolated(v) if isinstance(v, str) else v for k, v in values.items()}
        text = texts(self.language, theme)[name]
        if self.language == "en":
            return text.format(**parts)
        marked = {k: f"{_HERE}{v}{_END}" if isinstance(v, str) else v for k, v in parts.items()}
        told = _EDGE.sub(_room, text.format(**marked))
        # A value that ends with a bracket brings the room behind it along.
        return told.replace(_HERE, "").replace(_END, "").replace("） ", "）")

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        theme, _, name = key.partition(".")
        return name in texts(self.language, theme)

    def counted(self, number: int, noun: str) -> str:
        """A number of things: ``1 month``, ``12 months``; the noun is a key of ``common``."""
        return self(f"common.{'one' if number == 1 else 'many'}_{noun}", number=number)

    def joined(self, parts: Sequence[str]) -> str:
        """Parts as a list in a sentence."""
        if len(parts) < 2:
            return "".join(parts)
        first = self("common.comma").join(map(isolated, parts[:-1]))
        return self("common.and", first=first, last=parts[-1])

    def together(self, sentences: Sequence[str]) -> str:
        """Sentences after one another, those that say nothing left out."""
        return self("common.between").join(sentence for sentence in sentences if sentence)

    def percent(self, value: float, digits: int = 1) -> str:
        """A part of one as a percentage; what is undefined is a dash."""
        text = written(100 * value, f".{digits}f")
        return text if text == UNDEFINED else self("common.percent", value=text)


def _room(edge: re.Match[str]) -> str:
    """Where a value meets the text round it: a space beside Latin letters, none in Japanese."""
    before, after, gap = edge["before"], edge["after"], edge["gap"]
    one, two = (language_of(side) == "ja" for side in (before, after))
    if one and two:
        return "" if gap == f"{_END} " else gap
    latin = after if one else before
    return " " if one != two and latin.isascii() and latin.isalpha() else gap


def texts(language: Language, theme: str) -> Mapping[str, str]:
    """All texts of a theme; none where a language has no such theme."""
    return _catalogue(language).get(theme, {})


@functools.cache
def _catalogue(language: Language) -> Mapping[str, Mapping[str, str]]:
    file = resources.files(__name__) / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def language_of(text: str) -> Language:
    """The language a text is written in: Japanese if it has kana or Chinese characters."""
    return (
        "ja" if any("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in text) else "en"
    )
