"""The document: its frame, sections and figures, in one file that needs nothing else."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.resources import files

from tsunagari.experiments.pictures.chart import Bar, BarChart, Event, FirmStyle
from tsunagari.experiments.pictures.markup import (
    Markup,
    escaped,
    paragraph,
    tag,
    together,
    with_keys,
)
from tsunagari.experiments.pictures.web import Drawable, drawn, small, swatch
from tsunagari.experiments.pictures.web import style as chart_style
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.letters import japanese_file


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it.

    Attributes:
        identity: Where links lead to.
        title: The heading.
        content: What stands under it.
    """

    identity: str
    title: str
    content: Markup

    @property
    def html(self) -> Markup:
        """The element."""
        heading = tag("h2", escaped(self.title), id=f"{self.identity}-title")
        return tag(
            "section", heading, self.content, id=self.identity,
            aria_labelledby=f"{self.identity}-title",
        )  # fmt: skip


def tabs(identity: str, panels: list[tuple[str, Markup]], label: str) -> Markup:
    """Panels of which the script shows one; on paper and without it all are there."""
    buttons = [
        tag(
            "button", with_keys(title), type="button", role="tab", id=f"{identity}-tab-{number}",
            aria_controls=f"{identity}-{number}", aria_selected="true" if number == 0 else "false",
        )
        for number, (title, _) in enumerate(panels)
    ]  # fmt: skip
    bodies = [
        tag(
            "div", content, role="tabpanel", id=f"{identity}-{number}",
            aria_labelledby=f"{identity}-tab-{number}",
        )
        for number, (_, content) in enumerate(panels)
    ]  # fmt: skip
    row = tag("div", *buttons, role="tablist", aria_label=label, class_="tabs", hidden=True)
    return tag("div", row, *bodies)


# -- figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """One picture with all that belongs to it.

    Attributes:
        identity: Its place in the document, unique and stable.
        title: What it is of.
        finding: What it shows, from the tables.
        drawing: The chart, whose text alternative is title and finding; or charts drawn already.
        how: How to read it: what a line, a band, a colour is.
        firms: Names and looks in the legend's order; none for no legend.
        numbers: Its table of data.
        events: The dated events marked in it.
        keys: Whether values can be walked through with the arrow keys.
    """

    identity: str
    title: str
    finding: str
    drawing: Drawable | Markup
    how: str = ""
    firms: Sequence[tuple[str, FirmStyle]] = ()
    numbers: Markup | None = None
    events: Sequence[Event] = ()
    keys: bool = True

    def html(self, words: Words) -> Markup:
        """The element ``figure``."""
        drawing = self.drawing
        if not isinstance(drawing, str):
            label = words("common.colon", head=self.title, text=self.finding)
            drawing = drawn(drawing, label)
        plot = tag(
            "div",
            drawing,
            class_="plot",
            **(
                {
                    "tabindex": 0,
                    "role": "group",
                    "aria_label": words("report.plot", title=self.title),
                }
                if self.keys
                else {}
            ),
        )
        return tag(
            "figure",
            tag(
                "figcaption",
                tag("h3", escaped(self.title)),
                paragraph(self.finding, class_="finding"),
            ),
            self._legend(words),
            plot,
            self._events(words),
            paragraph(self.how, class_="how"),
            tag("details", tag("summary", escaped(words("report.numbers"))), self.numbers)
            if self.numbers
            else None,
            id=self.identity,
        )

    def _legend(self, words: Words) -> Markup | None:
        if not self.firms:
            return None
        entries = [
            tag(
                "li",
                tag(
                    "button",
                    swatch(style),
                    named(name),
                    type="button",
                    aria_pressed="true",
                    data_series=place,
                ),
            )
            for place, (name, style) in enumerate(self.firms)
        ]
        return tag("ul", *entries, class_="legend", aria_label=words("report.legend"))

    def _events(self, words: Words) -> Markup | None:
        if not self.events:
            return None
        told = [
            f"{event.mark} {words('report.in_month', month=event.month)} {event.words}"
            for event in self.events
        ]
        text = words("report.events", events=words("common.semicolon").join(told))
        return tag("p", with_keys(text), class_="events")


def panel(
    head: str,
    bars: Sequence[Bar],
    axis: str,
    words: Words,
    label: str = "",
    limits: tuple[float, float] | None = None,
) -> Markup:
    """A small chart of dots with whiskers that stands among others.

    Args:
        head: What it is of, a firm unless there is a ``label``.
        bars: Its dots; their tips are the text alternative.
        axis: The scale.
        words: The reader's language.
        label: What it is called for those who cannot see it; ``head`` if empty.
        limits: Ends of the scale; None follows the values.
    """
    tips = words.joined([bar.tip.replace("\n", " ") for bar in bars])
    told = words("common.colon", head=label or head, text=tips)
    heading = tag("h4", escaped(head), translate=None if label else "no")
    return tag("div", heading, small(BarChart(bars, axis, dots=True, limits=limits), told))


def multiples_of(panels: Sequence[Markup]) -> Markup:
    """Small charts beside one another."""
    return tag("div", *panels, class_="multiples")


def headings(words: Words, prefix: str, *names: str) -> list[Markup]:
    """Headings of a table: the texts of these names behind a prefix, as ``method.``."""
    return [escaped(words(f"{prefix}{name}")) for name in names]


def named(firm: str) -> Markup:
    """A firm's name, which no program translates or turns round."""
    return tag("span", escaped(firm), translate="no", dir="auto")


def answered(told: Sequence[str], *more: Markup | None) -> Markup:
    """Sentences of which the first two are the answer, the others a paragraph each."""
    return together(
        tag("div", *(paragraph(text) for text in told[:2]), class_="answer"),
        *(paragraph(text) for text in told[2:]),
        *more,
    )


# -- the frame -------------------------------------------------------------------------------------

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:"
)
"""Nothing may be fetched, whatever a table says."""


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        title: What it is about, as markup with its language.
        title_text: The same as plain text, for the window.
        kind: What kind of report it is.
        facts: How large, how long, how often.
        foot: The line at the end.
        sections: What stands in it, the answer first.
    """

    title: Markup
    title_text: str
    kind: str
    facts: str
    foot: str
    sections: Sequence[Section]

    def html(self, words: Words) -> str:
        """The whole document."""
        body = together(
            tag("a", escaped(words("report.skip")), href="#answer", class_="skip"),
            self._header(words),
            tag("main", *(section.html for section in self.sections), id="main"),
            tag("footer", tag("p", escaped(self.foot))),
            tag("script", _json({k: words(f"report.{k}") for k in ("dark", "light")}),
                type="application/json", id="words"),
            tag("script", _asset("report.js")),
        )  # fmt: skip
        rules = font_face(_characters(body)) + _asset("report.css") + chart_style()
        style = tag("style", Markup(rules))
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", escaped(self.title_text)),
            style,
        )
        page = tag("html", head, tag("body", body), lang=words.language)
        return f"<!doctype html>\n{page}\n"

    def _header(self, words: Words) -> Markup:
        links = [
            tag("li", tag("a", escaped(section.title), href=f"#{section.identity}"))
            for section in self.sections
        ]
        return together(
            tag(
                "header",
                tag("button", escaped(words("report.dark")), type="button", class_="theme",
                    hidden=True),
                tag("p", escaped(self.kind), class_="kind"),
                tag("h1", self.title),
                tag("p", escaped(self.facts), class_="facts"),
            ),
            tag("nav", tag("ul", *links), class_="contents", aria_label=words("report.contents")),
        )  # fmt: skip


def _asset(name: str) -> Markup:
    return Markup(
        files("tsunagari.experiments.report").joinpath("assets", name).read_text(encoding="utf-8")
    )


def _json(value: object) -> Markup:
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))


def _characters(body: str) -> set[str]:
    """What may be seen of a document: all but its program."""
    return set(re.sub(r"<script>.*?</script>", "", body, flags=re.S))


# -- glyphs for what a reader's machine may have no font for ---------------------------------------

FAMILY = "Tsunagari Gothic"
"""What the style sheet calls it, for these characters alone."""
_LOCAL = ("Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", "Meiryo")
"""Used instead where a machine has one of them."""


def font_face(characters: Collection[str]) -> str:
    """A rule of style that holds the glyphs of all characters beyond Latin; empty without any.

    The font is IPAexGothic (IPA Font License 1.0), which is installed with this program.

    Raises:
        FileNotFoundError: The font is missing.
    """
    wanted = {c for c in characters if ord(c) > 0x2E7F or 0x2190 <= ord(c) <= 0x27BF}
    if not any(ord(c) > 0x2E7F for c in wanted):
        return ""
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 13, 14]  # whose it is, and its licence, stay in it
    options.notdef_outline = True
    with TTFont(japanese_file(), lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in wanted])
        cutter.subset(font)
        held = io.BytesIO()
        font.save(held)
    data = base64.b64encode(held.getvalue()).decode()
    own = "".join(f"local('{name}')," for name in _LOCAL)
    source = f"{own}url(data:font/ttf;base64,{data}) format('truetype')"
    return (
        f'@font-face{{font-family:"{FAMILY}";src:{source};'
        "unicode-range:U+2190-27BF,U+2E80-FFEF,U+20000-2FFFF}\n"
    )
