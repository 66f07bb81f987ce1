"""Networks written as a list of ties, one a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network.files import NetworkFileProblem, opened
from sim.network.layout import Layout, layout_of, problem_in

_BLOCK = 1 << 24  # bytes read at a time: a list may be longer than the memory at hand
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LooseTies(NamedTuple):
    """What a file says, before loops and repeats are put right.

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


class _Block(NamedTuple):
    """Whole lines of a file, and the number of the first of them."""

    first: int
    text: bytes


def read_edge_list(path: Path) -> LooseTies:
    """People and ties of an edge list.

    A line names two people and may add a weight, a number from 0; all lines have a weight or none
    has. Columns are separated by tabs, else semicolons, else commas, else any white space,
    whichever the first line has first. Names are whole numbers or text, with quotation marks if
    they contain the separator, and compared in their NFC form, without white space around them.
    Empty lines and lines that begin with ``#`` or ``%`` do not count. The text is UTF-8.

    The first line is a header if it consists of usual words for one (``source,target``), if its
    third column is no number while that of the next line is, or if it names no whole number while
    the next line names two.

    Raises:
        NetworkFileProblem: The file cannot be read, has no ties, or has a line that is no tie.
    """
    names: dict[str, int] = {}
    pieces: list[tuple[NDArray[np.int32], ...]] = []
    weights: list[NDArray[np.float32]] = []
    layout: Layout | None = None
    for block in _blocks(path):
        text = _content(block.text)
        if not text:
            continue
        if layout is None:
            layout = layout_of(path, block.first, block.text)
            if layout.header is not None:
                # Blanked, not cut off: lines keep their numbers.
                text = text[text.find(b"\n") + 1 :]
                block = block._replace(text=_blanked(block, layout.header))
                if not text:
                    continue
        ones, others, given = _parsed(path, block, text, layout, names)
        pieces.append((ones, others))
        if given is not None:
            weights.append(given)
    if layout is None or not pieces:
        raise NetworkFileProblem(path, None, "no ties in the file")
    ends = [np.concatenate(side) for side in zip(*pieces, strict=True)]
    notes = [layout.note] if layout.note else []
    if layout.header is None and _stands_alone(names, *ends):
        first = ", ".join(list(names)[:2])
        notes.append(
            f"the first line ({first}) was read as a tie though neither name appears again; "
            "if it is a header, begin it with #"
        )
    return LooseTies(list(names), ends[0], ends[1], _concatenated(weights), notes)


def _blocks(path: Path) -> Iterator[_Block]:
    """The file in pieces of whole lines: UTF-8 in NFC, line feeds only, no byte order mark."""
    with opened(path) as stream:
        first, rest = 1, b""
        start = stream.read(len(_BYTE_ORDER_MARK))
        if start != _BYTE_ORDER_MARK:
            rest = start
        while True:
            piece = stream.read(_BLOCK)
            if b"\0" in piece or b"\0" in rest:
                raise NetworkFileProblem(path, None, "not text in UTF-8, but binary or UTF-16")
            data = rest + piece
            # Cut behind line feeds only: a cut behind \r would make two line ends of \r\n.
            end = data.rfind(b"\n") + 1 if piece else len(data)
            data, rest = data[:end], data[end:]
            if data:
                lines = _normalised(path, first, data)
                yield _Block(first, lines)
                first += lines.count(b"\n")
            if not piece:
                return


def _normalised(path: Path, first: int, data: bytes) -> bytes:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if data.isascii():
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        line = first + data.count(b"\n", 0, problem.start)
        message = "not text in UTF-8; save the file with that encoding"
        raise NetworkFileProblem(path, line, message) from problem
    return unicodedata.normalize("NFC", text).encode()


def _content(text: bytes) -> bytes:
    """The lines that count: neither comments nor empty."""
    if b"#" in text or b"%" in text:
        text = re.sub(rb"(?m)^[ \t]*[#%].*(?:\n|\Z)", b"", text)
    if b"\n\n" in text or b" " in text or b"\t" in text or text.startswith(b"\n"):
        text = re.sub(rb"(?m)^[ \t]*\n|^[ \t]+\Z", b"", text)
    return text


def _blanked(block: _Block, line: int) -> bytes:
    lines = block.text.split(b"\n", line - block.first + 1)
    lines[line - block.first] = b""
    return b"\n".join(lines)


def _parsed(
    path: Path, block: _Block, text: bytes, layout: Layout, names: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32] | None]:
    """Ends and weights of the ties in a block; adds to ``names`` who was not there yet."""
    import pyarrow as pa
    from pyarrow import csv

    if layout.separator == " ":
        text = re.sub(rb"(?m)^ | $", b"", re.sub(rb"[ \t]+", b" ", text))
    word = pa.dictionary(pa.int32(), pa.string())
    kinds = {"one": word, "other": word, "weight": pa.float64()}
    columns = list(kinds)[: layout.columns]
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(column_names=columns, block_size=len(text) + 1),
            parse_options=csv.ParseOptions(delimiter=layout.separator),
            convert_options=csv.ConvertOptions(
                column_types={name: kinds[name] for name in columns},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as problem:
        raise problem_in(path, block.first, block.text, layout, str(problem)) from problem
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    sides = [table[name].unify_dictionaries().combine_chunks() for name in columns[:2]]
    codes = [side.indices.to_numpy() for side in sides]
    words = [[name.strip() for name in side.dictionary.to_pylist()] for side in sides]
    given = None
    usable = table.num_rows == lines and not any("" in side for side in words)
    if layout.columns == 3:
        with np.errstate(over="ignore"):
            given = table["weight"].to_numpy().astype(np.float32)
        usable = usable and bool(np.isfinite(given).all() and (given >= 0).all())
    if not usable:
        raise problem_in(path, block.first, block.text, layout, "unreadable lines")
    ones, others = _numbered(words, codes, names)
    return ones, others, given


def _numbered(
    words: list[list[str]], codes: list[NDArray[np.int32]], names: dict[str, int]
) -> list[NDArray[np.int32]]:
    """Each tie's ends as positions in ``names``, which grows in order of appearance.

    Codes stand in order of appearance themselves, within their column; a code's first row is
    where the greatest code so far is exceeded.
    """
    firsts = []
    for side, column in enumerate(codes):
        greatest = np.maximum.accumulate(column)
        is_new = np.concatenate(([True], greatest[1:] > greatest[:-1]))
        firsts.append(2 * np.flatnonzero(is_new) + side)
    appearing = words[0] + words[1]
    numbers = np.empty(len(appearing), np.int32)
    for at in np.argsort(np.concatenate(firsts)).tolist():
        numbers[at] = names.setdefault(appearing[at], len(names))
    split = len(words[0])
    return [numbers[:split][codes[0]], numbers[split:][codes[1]]]


def _stands_alone(
    names: dict[str, int], ones: NDArray[np.int32], others: NDArray[np.int32]
) -> bool:
    """Whether the first tie looks like an unusual header: two words found nowhere else."""
    if len(ones) < 3 or ones[0] == others[0]:
        return False
    if any(name.lstrip("+-").isdecimal() for name in list(names)[:2]):
        return False
    return all(int((ones == end).sum() + (others == end).sum()) == 1 for end in (0, 1))


def _concatenated(weights: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    return np.concatenate(weights) if weights else None
