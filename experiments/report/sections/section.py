"""A section of the document."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.pictures.markup import Markup, escaped, tag, with_keys


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
