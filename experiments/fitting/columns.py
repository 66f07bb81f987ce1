"""Which column of somebody's table is what: by its name, or by what an option says of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tsunagari.experiments.fitting.cells import is_blank, month_of
from tsunagari.experiments.fitting.sheet import Sheet
from tsunagari.experiments.words import language_of
from tsunagari.sim.paths import nearest
from tsunagari.sim.problems import Problem, Problems

MEASURES = (
    "customers", "share", "churn", "leaves", "joins", "nps", "price", "advertising", "rating",
    "reviews",
)  # fmt: skip
COLUMNS = ("month", "firm", *MEASURES)
"""Columns that a table may have; the first two it must have."""
_SIZES = ("customers", "share")
IGNORE = "ignore"
"""Stands in the option instead of a column for those that are left out."""

_WORDS = {
    "month": "month date period time quarter 月 年月 四半期 日付 mois trimestre monat datum "
    "quartal mes fecha",
    "firm": "firm operator company brand provider carrier vendor player 会社 企業 事業者 社名 "
    "ブランド 店 entreprise marque firma unternehmen anbieter marke empresa marca",
    "share": "share シェア 占有率 part anteil marktanteil cuota participación",
    "churn": "churn attrition 解約率 離脱率 退会率 résiliation abwanderung kündigungsrate abandono",
    "leaves": "leaves leavers lost disconnections cancellations 解約数 解約 退会 départs abgänge "
    "kündigungen bajas",
    "joins": "joins joiners adds gross acquisitions activations 新規 獲得 入会 arrivées zugänge "
    "neukunden altas",
    "nps": "nps promoter 推奨度 推奨",
    "price": "price arpu tariff fee 価格 料金 単価 月額 会費 prix tarif preis gebühr precio tarifa",
    "advertising": "advertising adverts ads marketing media 広告 宣伝 publicité werbung publicidad",
    "rating": "rating stars score 評価 評点 星 note bewertung sterne calificación valoración",
    "reviews": "reviews comments レビュー 口コミ avis rezensionen bewertungen reseñas opiniones",
    "customers": "customers subscribers users members accounts clients base 顧客 契約 加入 会員 "
    "abonnés kunden clientes",
}
"""What tables call the columns in English, Japanese, French, German and Spanish."""


@dataclass
class Named:
    """Where each column stands.

    Attributes:
        position: Position in the sheet by what the column is.
        called: What the sheet calls it.
        problems: What is wrong with the names.
    """

    position: dict[str, int] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def columns_of(sheet: Sheet, columns: Mapping[str, str]) -> Named:
    """What each column of a sheet is.

    Args:
        sheet: The table.
        columns: What the table calls a column, by what it is (``firm: operator_name``); under
            :data:`IGNORE` columns that are left out, with commas between them.

    Raises:
        Problems: The months, the firms, or both customers and shares are missing.
    """
    named = Named()
    folded = [_folded(name) for name in sheet.header]
    by_option = list(_of_options(sheet, columns, folded, named.problems))
    taken = {position for _, position in by_option}
    said = {what for what, _ in by_option}
    for what, position in by_option:
        if what != IGNORE:
            _take(sheet, named, what, position)
    unknown: list[int] = []
    for position, name in enumerate(folded):
        if position in taken:
            continue
        if name in COLUMNS and name not in said:
            _take(sheet, named, name, position)
        elif name or any(not is_blank(cells[position]) for _, cells in sheet.rows):
            unknown.append(position)
    missing, guessed = _missing(sheet, named, unknown)
    rest = [position for position in unknown if sheet.header[position] not in guessed]
    named.problems += _unknown(sheet, named, rest)
    if missing:
        raise Problems([*missing, *named.problems])
    return named


def _take(sheet: Sheet, named: Named, what: str, position: int) -> None:
    if what in named.position:
        message = f"there are two columns for {what}: {named.called[what]} and "
        message += sheet.header[position]
        other = sheet.header[position]
        suggestion = f"leave one out with --column {IGNORE}={other}"
        if other == named.called[what]:
            suggestion = "give one another name"
        named.problems.append(sheet.problem(_top(sheet), what, message, suggestion))
        return
    named.position[what], named.called[what] = position, sheet.header[position]


def _top(sheet: Sheet) -> int | None:
    return 1 if sheet.has_lines else None


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", name).strip().lower())


def _of_options(
    sheet: Sheet, columns: Mapping[str, str], folded: Sequence[str], problems: list[Problem]
) -> Iterator[tuple[str, int]]:
    """What the options say, as positions."""
    for what, given in columns.items():
        option = f"--column {what}={given}"
        if what not in (*COLUMNS, IGNORE):
            close = nearest(what, COLUMNS)
            suggestion = f"did you mean {close}?" if close else f"write one of {', '.join(COLUMNS)}"
            problems.append(
                Problem("", f"there is no column {what}", option, None, None, suggestion)
            )
            continue
        names = given.split(",") if what == IGNORE and given not in sheet.header else [given]
        for name in names:
            if _folded(name) in folded:
                yield what, folded.index(_folded(name))
                continue
            close = nearest(name, sheet.header)
            listed = ", ".join(filter(None, sheet.header))
            suggestion = f"did you mean {close}?" if close else f"it has {listed}"
            message = f"{sheet.name} has no column {name}"
            problems.append(Problem("", message, option, None, None, suggestion))


def _unknown(sheet: Sheet, named: Named, unknown: Sequence[int]) -> Iterator[Problem]:
    """For each column that nobody knows: what it may be, and how to say so."""
    for position in unknown:
        name = sheet.header[position]
        if not name:
            yield sheet.problem(
                _top(sheet), "", f"column {position + 1} has no name", "give it one"
            )
            continue
        likely = likely_column(name)
        leave = f"leave it out with --column {IGNORE}={name}"
        if likely is None or likely in named.position:
            known = f"known are {', '.join(COLUMNS)}"
            yield sheet.problem(_top(sheet), name, f"unknown column; {known}", leave)
        elif nearest(name, [likely]):
            yield sheet.problem(_top(sheet), name, "unknown column", f"did you mean {likely}?")
        else:
            say = f"if it is {likely}, say so with --column {likely}={name}, or {leave}"
            yield sheet.problem(_top(sheet), name, "unknown column", say)


def likely_column(name: str) -> str | None:
    """The column that a foreign name most likely means; None if nothing speaks for one.

    What a name says in a known language goes before what it looks like; of two words in one name,
    as in 月額, the longer.
    """
    folded = _folded(name)
    parts = re.split("[_'’]", folded)
    said = [
        (len(word), what)
        for what, words in _WORDS.items()
        for word in words.split()
        if word in parts or (language_of(word) == "ja" and word in folded)
    ]
    # Of equally long ones the first in the table.
    longest = max(said, key=lambda one: one[0], default=(0, None))
    return longest[1] or nearest(folded, COLUMNS, likeness=0.75)


def _missing(sheet: Sheet, named: Named, unknown: Sequence[int]) -> tuple[list[Problem], set[str]]:
    """Problems with what must be there and is not, and the foreign columns that may be it."""
    problems, guessed = [], set()
    for what, meaning in (("month", "1, 2, …, dates or quarters"), ("firm", "names")):
        if what in named.position:
            continue
        message = f"there is no column {what} ({meaning}; a row is a month of a firm)"
        suggestion = f"add a column {what}"
        if guess := _guessed(sheet, what, unknown):
            guessed.add(guess)
            suggestion = f"if it is {guess}, say so with --column {what}={guess}"
        problems.append(sheet.problem(_top(sheet), what, message, suggestion))
    if not {"customers", "share"} & set(named.position):
        message, suggestion = "there is neither a column customers nor a column share", "add one"
        names = (sheet.header[position] for position in unknown)
        if guess := next((name for name in names if likely_column(name) in _SIZES), None):
            guessed.add(guess)
            likely = likely_column(guess)
            suggestion = f"if {guess} is {likely}, say so with --column {likely}={guess}"
        problems.append(sheet.problem(_top(sheet), "", message, suggestion))
    return problems, guessed


def _guessed(sheet: Sheet, what: str, unknown: Sequence[int]) -> str | None:
    """The unknown column whose name, or else whose cells, are like those that are missing."""
    for position in unknown:
        if likely_column(sheet.header[position]) == what:
            return sheet.header[position]
    for position in unknown:
        cells = [cells[position] for _, cells in sheet.rows]
        dated = all(month_of(cell) is not None for cell in cells)
        texts = {cell for cell in cells if isinstance(cell, str)}
        repeated = len(texts) < len(cells) and all(isinstance(cell, str) for cell in cells)
        if sheet.header[position] and (dated if what == "month" else repeated and not dated):
            return sheet.header[position]
    return None
