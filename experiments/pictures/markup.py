"""Pieces of HTML and SVG: text in them is escaped, tags are not."""

from __future__ import annotations

import html
import re
from typing import NewType

Markup = NewType("Markup", str)
"""Text that holds tags; whatever came from a table or a scenario is escaped in it."""

_KEY = re.compile(
    r"(--[a-z][a-z-]+|(?:market|segments|network|firms|disciplines|value|judgement|relation|wallet|looking|adoption"
    "|zmot|stickiness|technology|finance|events|claims)"
    r"(?:\.(?:[\w-]+|\"[^\"]*\"))+(?:=[^\s,)）]+)?)"
)
_EMPTY = frozenset(["meta", "br", "path", "line", "rect", "circle", "polyline", "use"])


def escaped(text: object) -> Markup:
    """Text as it is to be read."""
    return Markup(html.escape(str(text), quote=True))


def tag(name: str, /, *content: Markup | None, **attributes: object) -> Markup:
    """An element with its content.

    Args:
        name: Of the element.
        content: What is in it; None is nothing.
        attributes: Their values are escaped. A trailing underscore is dropped (``class_``), others
            become hyphens; True is an attribute without a value, None and False none at all.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escaped(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _EMPTY:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{''.join(part for part in content if part)}</{name}>")


def together(*parts: Markup | None) -> Markup:
    """Pieces after one another; None is nothing."""
    return Markup("".join(part for part in parts if part))


def paragraph(text: str, **attributes: object) -> Markup | None:
    """A paragraph of text, or nothing if there is none."""
    kept_together = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return tag("p", with_keys(kept_together), **attributes) if text else None


def with_keys(text: str) -> Markup:
    """Text in which keys of a scenario, such as ``zmot.connectivity``, are marked as code."""
    parts = _KEY.split(text)
    return together(
        *(tag("code", escaped(p)) if n % 2 else escaped(p) for n, p in enumerate(parts))
    )


def table(
    head: list[Markup], rows: list[list[Markup]], *, caption: str, label: str = "", class_: str = ""
) -> Markup:
    """A table whose first column names the rows, in a box that can be scrolled.

    Args:
        head: Headings of the columns.
        rows: Cells; the first of each names the row.
        caption: What the table is of.
        label: What the box is called for those who cannot see it; the caption if empty.
        class_: Of the box, besides ``scroll``.
    """
    top = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    body = [
        tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:]))
        for row in rows
    ]
    inner = tag(
        "table",
        tag("caption", escaped(caption)) if caption else None,
        tag("thead", top),
        tag("tbody", *body),
    )
    return tag(
        "div",
        inner,
        class_=f"scroll {class_}".strip(),
        tabindex=0,
        role="region",
        aria_label=label or caption,
    )
