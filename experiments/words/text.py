"""Text from outside: which characters it may have, when two names are one, how it is shown.

A control character in a name can clear a terminal, an override can turn a line round, and a space
of no width makes two names of one. None of them says anything, so none is let in; what comes in
anyhow, in a file's name or in the message of another program, is shown as an escape.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 80
"""Characters of the longest name: more than any table or picture has room for."""
LONGEST_LINE = 300
"""Characters of the longest title, note or other text of one line."""
LONGEST_STORY = 10_000
"""Characters of the longest text of several lines."""
LONGEST_PATH = 4_096
"""Characters of the longest path of a file, as Linux has it."""

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"

_UNSEEN = (
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # seen by nobody
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # no width, or direction
    "\u2028\u2029"  # ends of lines and paragraphs that few programs know
    "\ud800-\udfff"  # half characters
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # no characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
)  # fmt: skip
_REFUSED = re.compile(f"[{_UNSEEN}]")
_REFUSED_IN_LINES = re.compile(f"(?![\n\t])[{_UNSEEN}]")
# Between letters of Persian, and in signs for families and the like, these have a meaning; the
# selectors of variants choose among forms of one character. None makes another name.
_UNHEARD = re.compile(f"[{_UNSEEN}\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"


def unsuitable(text: str, *, lines: bool = False) -> tuple[str, str] | None:
    """The first character that a text may not have, and what to write; None if there is none.

    Args:
        text: What came in.
        lines: Whether it may have several lines, and tabs.
    """
    found = (_REFUSED_IN_LINES if lines else _REFUSED).search(text)
    if found is None:
        return None
    if found[0] in "\n\r\x85\u2028\u2029" and not lines:
        return (
            f"the end of a line ({code_of(found[0])}) is not allowed here",
            "write it in one line, a block with >- instead of > or |",
        )
    return f"the character {code_of(found[0])} is not allowed", "leave it out"


def code_of(character: str) -> str:
    """A character by its number in Unicode: ``U+001B``."""
    return f"U+{ord(character):04X}"


def unsuitable_name(name: str) -> tuple[str, str] | None:
    """What is wrong with a name, and what to write instead; None if it will do.

    Its characters are looked at by :func:`unsuitable`.
    """
    bare = name.strip()
    if not bare:
        return "a name must not be empty", "write a word"
    if bare != name:
        return "begins or ends with a space", f'write "{_without_formula(bare)}"'
    return formula(name)


def formula(text: str) -> tuple[str, str] | None:
    """What to write for a text that a spreadsheet would reckon out; None for any other.

    A table in CSV is opened by a double click, and a cell that begins so is run.
    """
    bare = _without_formula(text)
    if bare == text:
        return None
    return f"begins with {text[0]}, as formulas in spreadsheets do", f'write "{bare}"'


def same_name(name: str) -> str:
    """What names have in common that look alike: equal texts are one name.

    Letters of another width or form (NFKC), and spaces, do not tell names apart; case does.
    """
    return " ".join(unicodedata.normalize("NFKC", _UNHEARD.sub("", name)).split())


def escaped(text: str, *, lines: bool = False) -> str:
    """The text with every character that nobody sees as an escape, as JSON and YAML have them.

    Args:
        text: What is to be shown.
        lines: Whether ends of lines and tabs stay as they are.
    """
    pattern = _REFUSED_IN_LINES if lines else _REFUSED
    return pattern.sub(lambda found: _escape(ord(found[0])), text)


def is_turned(text: str) -> bool:
    """Whether some of a text is written from right to left, as Hebrew and Arabic are."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def isolated(name: str) -> str:
    """A name as part of a sentence: written from right to left, it leaves the rest in order.

    Others stay as they are. What surrounds it (U+2068, U+2069) is seen by nobody.
    """
    return f"{ISOLATE}{name}{END_OF_ISOLATE}" if is_turned(name) else name


def shortened(text: str, most: int) -> str:
    """The text with an ellipsis for what is beyond so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _escape(code: int) -> str:
    if code > 0xFFFF:  # two halves, as JSON has it
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code, f"\\u{code:04x}")


def _without_formula(text: str) -> str:
    """The text without the signs of a formula at its start; a sign alone is none."""
    if text[:1] not in _FORMULA or len(text) < 2:
        return text
    return text.lstrip(_FORMULA).strip() or text[:1]
