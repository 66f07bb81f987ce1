"""The end: method, what differs from the defaults, limits, and how to reproduce it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.report.decided import found_lines
from tsunagari.experiments.report.document import Section, headings
from tsunagari.experiments.runs.disk import digest_of
from tsunagari.experiments.studies.changes import Change, changes, in_yaml
from tsunagari.experiments.telling.names import meaning_of
from tsunagari.experiments.telling.scenario import authored
from tsunagari.experiments.words import Words

if TYPE_CHECKING:
    from tsunagari.experiments.runs.results import Source
    from tsunagari.sim.scenario import Scenario

_FEW_RUNS, _FEW_PEOPLE = 10, 2_000
_LONGEST = 300  # characters of a value in the table of what differs


def method_section(source: Source, words: Words, runs: int) -> Section:
    """The model in a paragraph, and what this kind of result was made by."""
    counted = words.counted(runs, "replication")
    market = source.plan.market
    model = tag("p", coded(words, "method.model", model="docs/model.md", tables="docs/tables.md"))
    if source.kind == "decision":
        lines = (tag("li", line) for line in found_lines(source.figures, words))
        return Section("method", words("report.method"), together(model, tag("ul", *lines)))
    told = [
        words(
            "method.run", customers=words.customers(market.customers),
            months=words.counted(market.months, "month"), runs=counted, seed=source.seed,
        )
    ]  # fmt: skip
    if source.kind == "fit":
        people = words.counted(source.figures["customers"], "customer")
        told = [words("method.fitted", draws=source.figures["draws"], customers=people)]
    elif source.kind == "run":
        told.append(words("method.one" if runs == 1 else "method.luck"))
    else:
        key = {"comparison": "paired", "explanation": "explained", "sweep": "swept"}[source.kind]
        told.append(words(f"method.{key}", runs=counted))
    content = together(
        model,
        paragraph(words.together(told)),
    )
    return Section("method", words("report.method"), content)


def defaults_section(plan: Scenario, words: Words) -> Section:
    """Every key in which the scenario is not as it would be if its file were empty."""
    from tsunagari.sim.scenario import Scenario

    # A firm may say itself what its discipline says anyhow: then nothing differs.
    found = [change for change in changes(Scenario(), plan) if change.before != change.after]
    if not found:
        return Section(
            "defaults", words("report.defaults"), together(paragraph(words("method.defaults_none")))
        )
    file = "docs/scenario-file.md"
    intro = coded(words, "method.defaults_some", {"count": len(found)}, file=file)
    content = together(tag("p", intro), change_table(found, words))
    return Section("defaults", words("report.defaults"), content)


def change_table(found: Sequence[Change], words: Words, *, default: str = "") -> Markup:
    """A row for every change: key, value here, value there, unit, meaning."""
    head = headings(words, "method.", "path", "here", "default", "unit", "meaning")
    if default:
        head[2] = escaped(default)
    rows = []
    for change in found:
        unit, meaning = meaning_of(change.path, words)
        rows.append(
            [
                tag("code", escaped(change.path)),
                _value(change.after, words),
                _value(change.before, words),
                escaped(unit),
                authored(meaning, words),
            ]
        )
    label = words("report.defaults")
    return table(head, rows, caption="", label=label, class_="texts")


def limits_section(source: Source, words: Words, runs: int) -> Section:
    """What this result cannot say."""
    counted = words.counted(runs, "replication")
    if source.kind == "fit":
        told = headings(words, "method.limit_", "fit_own", "fit_firms")
    elif source.kind == "decision":
        alone = ("decision_alone",) if source.figures["members"] else ()
        told = headings(words, "method.limit_", "decision_entrants", *alone)
    elif runs == 1:
        told = [coded(words, "method.limit_chance_one", option="--replications 10")]
    else:
        key = "limit_chance_few" if runs < _FEW_RUNS else "limit_chance"
        told = [escaped(words(f"method.{key}", runs=counted))]
    people = source.plan.market.customers
    if people < _FEW_PEOPLE:
        number = words.counted(people, "customer")
        told.append(escaped(words("method.limit_small", customers=number)))
    is_fitted = source.kind == "fit" or bool(source.plan.members)
    made_up = () if is_fitted else ("fit",)
    told += headings(words, "method.limit_", *made_up, "values", "out")
    if source.kind == "run":
        commands = {"compare": "tsunagari compare", "explain": "tsunagari explain"}
        told.append(coded(words, "method.limit_causes", **commands))
    content = tag("ul", *(tag("li", text) for text in told))
    return Section("limits", words("report.limits"), content)


def reproduce_section(source: Source, words: Words, made_by: str) -> Section:
    """Command lines, seed, versions, and digests of all tables."""
    record = source.record
    command = record.get("command")
    intro = coded(words, "method.again_elsewhere", scenario="scenario.yaml")
    content = together(
        tag("p", intro) if command else None,
        tag("pre", escaped(shlex.join(command))) if command else None,
        paragraph(words("method.report_again")),
        tag("pre", escaped(made_by)),
        _facts(source, words),
        tag("h3", escaped(words("method.digests"))),
        _digests(source, words),
    )
    return Section("reproduce", words("report.reproduce"), content)


def coded(
    words: Words, key: str, values: Mapping[str, object] | None = None, /, **codes: str
) -> Markup:
    """A text with code in some of its places.

    Args:
        words: The reader's language.
        key: Of the text.
        values: What stands in other places.
        codes: What stands in these, by their names.
    """
    marks = {name: f"\0{name}\0" for name in codes}
    parts = words(key, **(values or {}), **marks).split("\0")
    return together(
        *(tag("code", escaped(codes[p])) if n % 2 else escaped(p) for n, p in enumerate(parts))
    )


def _facts(source: Source, words: Words) -> Markup:
    record = source.record
    rows: list[tuple[str, Any]] = [
        ("plan_hash", record.get("plan_hash")),
        ("design_hash", record.get("design")),
        ("seed", source.seed),
        ("finished", record.get("finished")),
        ("versions", ", ".join(f"{k} {v}" for k, v in record.get("versions", {}).items())),
        ("system", " ".join(str(record.get("machine", {}).get(k, "")) for k in
                            ("system", "release", "architecture")).strip()),
    ]  # fmt: skip
    cells = [[escaped(words(f"method.{key}")), tag("code", escaped(value))]
             for key, value in rows if value]  # fmt: skip
    if record.get("notes"):
        count = {"count": len(record["notes"])}
        text = coded(words, "method.notes_count", count, file="run.json")
        cells.append([escaped(words("method.notes")), text])
    head = headings(words, "method.", "what", "value")
    return table(head, cells, caption="", label=words("report.reproduce"), class_="texts")


def _digests(source: Source, words: Words) -> Markup:
    rows = []
    for path in tables_in(source.folder):
        name = path.relative_to(source.folder).as_posix()
        size, sha = f"{path.stat().st_size:,}", digest_of(path)
        rows.append([tag("code", escaped(name)), escaped(size), tag("code", escaped(sha))])
    head = headings(words, "method.", "file", "bytes", "sha")
    return table(head, rows, caption="", label=words("method.digests"), class_="texts")


def tables_in(folder: Path) -> list[Path]:
    """The files of all tables of a result and its scenario, in order; at most two hundred."""
    found = [p for suffix in ("parquet", "csv") for p in folder.rglob(f"*.{suffix}")]
    visible = [
        path
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]  # the folder itself may be hidden: it is while a run still writes it
    return [*sorted(folder.glob("scenario*.yaml")), *sorted(visible)][:200]


def _value(value: Any, words: Words) -> Markup:
    if value is None:
        return escaped(words("method.not_there"))
    text = in_yaml(value)
    return tag("code", escaped(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"))
