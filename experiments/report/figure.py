"""A figure of the report: its question, what it shows in words, the chart, its key, its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.pictures.chart import Event, FirmStyle
from experiments.pictures.markup import Markup, escaped, paragraph, tag, with_keys
from experiments.pictures.web import swatch
from experiments.words import Words


@dataclass(frozen=True)
class Figure:
    """One picture with all that belongs to it.

    Attributes:
        identity: Its place in the document, unique and stable.
        title: What it is of.
        finding: What it shows, from the tables.
        drawing: The chart, by :mod:`experiments.pictures.web`.
        how: How to read it: what a line, a band, a colour is.
        firms: Names and looks in the legend's order; none for no legend.
        numbers: Its table of data.
        events: The dated events marked in it.
        keys: Whether values can be walked through with the arrow keys.
    """

    identity: str
    title: str
    finding: str
    drawing: Markup
    how: str = ""
    firms: Sequence[tuple[str, FirmStyle]] = ()
    numbers: Markup | None = None
    events: Sequence[Event] = ()
    keys: bool = True

    def html(self, words: Words) -> Markup:
        """The element ``figure``."""
        plot = tag(
            "div",
            self.drawing,
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
                    tag("span", escaped(name), translate="no", dir="auto"),
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
