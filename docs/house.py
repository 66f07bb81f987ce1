"""How large the house is and whether its imports run down: ``python -m docs.house``.

A room is ``agents``, ``sim``, ``tsunagari``, or a folder (or a loose file) of ``experiments``. Its
floor is one above the highest room that it imports from, so the number of floors is the length of
the longest chain of rooms. An import counts wherever it
stands, inside a function or for a type checker alone, since a reader has to follow it all the same.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[1]
TOPS = ("agents", "sim", "experiments", "tsunagari")
LONG, MANY = 60, 8
"""A function should have no more lines, and no more parameters."""


@dataclass(frozen=True)
class House:
    """The product's Python files and what they take from one another.

    Attributes:
        root: Folder of the project.
        texts: Source by path relative to the root, as ``agents/row.py``.
    """

    root: Path
    texts: Mapping[str, str]

    @cached_property
    def lines(self) -> int:
        """Of all files together, blank ones and comments too."""
        return sum(text.count("\n") for text in self.texts.values())

    @cached_property
    def imports(self) -> nx.DiGraph:
        """Which file takes from which; the packages' own files count for their folders."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.texts)
        for path, text in self.texts.items():
            for module in _modules(ast.parse(text)):
                target = self._file(module)
                if target is not None and target != path:
                    graph.add_edge(path, target)
        return graph

    @cached_property
    def rooms(self) -> nx.DiGraph:
        """Which room takes from which."""
        graph = nx.DiGraph()
        graph.add_nodes_from({_room(path) for path in self.texts})
        graph.add_edges_from(
            (_room(one), _room(other))
            for one, other in self.imports.edges
            if _room(one) != _room(other)
        )
        return graph

    @cached_property
    def circles(self) -> list[list[str]]:
        """Files that import each other, in both directions or round about."""
        return [
            sorted(found)
            for found in nx.strongly_connected_components(self.imports)
            if len(found) > 1
        ]

    @cached_property
    def floors(self) -> dict[str, int]:
        """Floor of every room, from 1; rooms in a circle stand on one floor."""
        whole = nx.condensation(self.rooms)
        found: dict[str, int] = {}
        for place in reversed(list(nx.topological_sort(whole))):
            below = [found[next(iter(whole.nodes[b]["members"]))] for b in whole.successors(place)]
            found |= dict.fromkeys(whole.nodes[place]["members"], 1 + max(below, default=0))
        return found

    @cached_property
    def upward(self) -> list[tuple[str, str]]:
        """Imports between rooms of which each needs the other: one of the two runs up."""
        return [
            (one, other)
            for one, other in self.imports.edges
            if _room(one) != _room(other) and nx.has_path(self.rooms, _room(other), _room(one))
        ]

    def functions(self) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        """Every function with ``file:line name``."""
        for path, text in self.texts.items():
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{path}:{node.lineno} {node.name}", node

    def long(self) -> list[str]:
        """Functions of more than :data:`LONG` lines."""
        return [
            f"{place} ({node.end_lineno - node.lineno + 1} lines)"
            for place, node in self.functions()
            if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > LONG
        ]

    def many(self) -> list[str]:
        """Functions of more than :data:`MANY` parameters."""
        return [
            f"{place} ({_parameters(node)} parameters)"
            for place, node in self.functions()
            if _parameters(node) > MANY
        ]

    def _file(self, module: str) -> str | None:
        base = module.removeprefix("tsunagari.").replace(".", "/")
        return next((p for p in (f"{base}.py", f"{base}/__init__.py") if p in self.texts), None)


def house(root: Path = ROOT) -> House:
    """The house as it stands on disk."""
    files = (path for top in TOPS for path in sorted((root / top).rglob("*.py")))
    return House(root, {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in files})


def main() -> int:
    """Print the figures; the exit status."""
    found = house()
    engine = [place for place in found.many() if place.startswith(("agents/", "sim/"))]
    print(f"product lines          {found.lines:>7,}")
    print(f"files                  {len(found.texts):>7}")
    print(f"floors                 {max(found.floors.values()):>7}")
    _listed("circles", [" ".join(circle) for circle in found.circles])
    _listed("imports up", [f"{one} -> {other}" for one, other in found.upward])
    _listed(f"functions over {LONG}", found.long())
    _listed(f"over {MANY} parameters", found.many())
    print(f"  of them in the engine{len(engine):>7}")
    return 0


def _listed(name: str, rows: list[str]) -> None:
    print(f"{name:<23}{len(rows):>7}")
    for row in rows:
        print(f"    {row}")


def _modules(tree: ast.Module) -> Iterator[str]:
    """Modules that a file names in imports; ``from a import b`` may mean the module ``a.b``.

    ``tsunagari`` itself counts only where a name of its own is taken: all names begin with it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            floors = [alias.name for alias in node.names if alias.name in (*TOPS, "scenarios")]
            if node.module != "tsunagari" or len(floors) < len(node.names):
                yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = node.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def _room(path: str) -> str:
    top, _, rest = path.partition("/")
    return f"{top}/{rest.partition('/')[0]}" if top == "experiments" else top


if __name__ == "__main__":
    sys.exit(main())
