"""The HTML document around the sections: one file that needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from experiments.pictures.markup import Markup, escaped, tag, together
from experiments.pictures.web import style as chart_style
from experiments.report.glyphs import font_face
from experiments.report.sections.section import Section
from experiments.words import Words

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
    return Markup(files("experiments.report").joinpath("assets", name).read_text(encoding="utf-8"))


def _json(value: object) -> Markup:
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))


def _characters(body: str) -> set[str]:
    """What may be seen of a document: all but its program."""
    return set(re.sub(r"<script>.*?</script>", "", body, flags=re.S))
