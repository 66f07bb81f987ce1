"""A row of the columns as an object: ``c.satisfaction`` is a cell, compiled and interpreted.

So a customer's month is written once. In a kernel a :class:`Row` costs what an index costs; the
same source runs interpreted on a :class:`Row`, and on any object with these attributes that rounds
real numbers to single precision where it keeps them, as the columns do.

Real numbers are read as float64 and written as float32, whole numbers read as int64 and written as
int32: between reading and writing, arithmetic is Python's own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    lower_builtin,
    models,
    register_model,
    type_callable,
)

from tsunagari.agents.columns import MARK_ROW, REAL_ROW
from tsunagari.agents.compiled import row_kernel


class Table(NamedTuple):
    """The columns of all customers.

    Attributes:
        state: float32[len(REALS), people], one row a column.
        marks: int32[len(MARKS), people], likewise.
    """

    state: np.ndarray
    marks: np.ndarray


class Row:
    """One customer's cells, by the names of their columns (:mod:`tsunagari.agents.columns`).

    Args:
        table: The columns.
        row: Number of the customer; readable as ``row``, and the key of all luck.
    """

    __slots__ = ("_table", "row")

    def __init__(self, table: Table, row: int) -> None:
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "row", row)

    def __getattr__(self, name: str) -> Any:
        if name in REAL_ROW:
            return float(self._table.state[REAL_ROW[name], self.row])
        if name in MARK_ROW:
            return int(self._table.marks[MARK_ROW[name], self.row])
        raise AttributeError(f"there is no column {name!r}")

    def __setattr__(self, name: str, value: float) -> None:
        if name in REAL_ROW:
            self._table.state[REAL_ROW[name], self.row] = value
        elif name in MARK_ROW:
            self._table.marks[MARK_ROW[name], self.row] = value
        else:
            raise AttributeError(f"there is no column {name!r}")


def plain(value: Any) -> Any:
    """A value of numpy as interpreted source reads it.

    Numbers become Python's, arrays become lists, records become objects with an attribute a field.
    """
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return value.tolist() if value.dtype.names is None else [plain(one) for one in value]
    if not isinstance(value, np.ndarray | np.generic):
        return value
    if value.dtype.names is None:
        return value.item()
    return SimpleNamespace(**dict(zip(value.dtype.names, value.item(), strict=True)))


def fixed[Numbers: tuple[Any, ...]](numbers: Numbers) -> Numbers:
    """A named tuple as phases read it. An array of no dimension in it holds one record.

    Of a tuple without names those in it that have names become so, all else stays as it is.

    Interpreted, everything is :func:`plain`. Compiled, such an array becomes a copy of its record
    that lies where no column can: the compiler would otherwise have to expect that writing a column
    changes a parameter, and take logarithms of parameters anew for every row. (A record handed over
    as itself takes ten times as long to unpack.)
    """
    if hasattr(numbers, "_fields"):
        return type(numbers)(*map(plain, numbers))
    return tuple(fixed(one) if hasattr(one, "_fields") else one for one in numbers)  # type: ignore[return-value]


def over_rows(phase: Callable[..., Any]) -> Any:
    """The kernel that takes ranges of rows through a piece of a month, handing on what it needs.

    Args:
        phase: A function of a row, of the month and of whatever else.

    Returns:
        A kernel of first row, end of rows, table (:class:`Table`), and the same.
    """

    def rows(first: int, last: int, people: Table, *given: Any) -> None:
        known = fixed(given)
        for i in range(first, last):
            phase(Row(people, i), *known)

    # What is kept on disk is told apart by this name, and by the phase in its closure.
    rows.__qualname__ = f"{phase.__name__}_rows"
    return row_kernel(rows)


# -- the same for the compiler -------------------------------------------------------------------


class RowType(types.Type):
    """A :class:`Row` in compiled code: where the columns begin, how long they are, which row."""

    def __init__(self) -> None:
        super().__init__(name="Row")


ROW = RowType()
_WIDE: dict[bool, Any] = {True: ir.DoubleType(), False: ir.IntType(64)}
_NARROW: dict[bool, Any] = {True: ir.FloatType(), False: ir.IntType(32)}


@register_model(RowType)
class _RowModel(models.StructModel):
    def __init__(self, manager: Any, row: RowType) -> None:
        members = [
            ("state", types.CPointer(types.float32)),
            ("marks", types.CPointer(types.int32)),
            ("people", types.int64),
            ("row", types.int64),
        ]
        super().__init__(manager, row, members)


@type_callable(Row)
def _type_of_row(context: Any) -> Any:
    def typed(table: Any, row: Any) -> RowType | None:
        is_table = getattr(table, "instance_class", None) is Table
        contiguous = is_table and all(column.layout == "C" for column in table.types)
        return ROW if contiguous and isinstance(row, types.Integer) else None

    return typed


@lower_builtin(Row, types.BaseNamedTuple, types.Integer)
def _make_row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    table, number = signature.args
    arrays = [
        context.make_array(kind)(context, builder, array)
        for kind, array in zip(
            table.types, cgutils.unpack_tuple(builder, arguments[0]), strict=True
        )
    ]
    made = cgutils.create_struct_proxy(ROW)(context, builder)
    made.state, made.marks = arrays[0].data, arrays[1].data
    made.people = cgutils.unpack_tuple(builder, arrays[0].shape)[1]
    made.row = context.cast(builder, arguments[1], number, types.int64)
    return made._getvalue()


@infer_getattr
class _RowAttributes(AttributeTemplate):
    key = RowType

    def generic_resolve(  # type: ignore[override]
        self, row: RowType, name: str
    ) -> types.Type | None:
        if name in REAL_ROW:
            return types.float64
        return types.int64 if name in MARK_ROW or name == "row" else None


def _cell(context: Any, builder: Any, value: Any, name: str) -> Any:
    """Address of a cell."""
    row = cgutils.create_struct_proxy(ROW)(context, builder, value=value)
    block, number = (row.state, REAL_ROW[name]) if name in REAL_ROW else (row.marks, MARK_ROW[name])
    before = builder.mul(context.get_constant(types.int64, number), row.people, flags=["nsw"])
    return builder.gep(block, [builder.add(before, row.row, flags=["nsw"])], inbounds=True)


@lower_getattr_generic(RowType)
def _read(context: Any, builder: Any, kind: RowType, value: Any, name: str) -> Any:
    if name == "row":
        return cgutils.create_struct_proxy(ROW)(context, builder, value=value).row
    stored, real = builder.load(_cell(context, builder, value, name)), name in REAL_ROW
    return builder.fpext(stored, _WIDE[real]) if real else builder.sext(stored, _WIDE[real])


@lower_setattr_generic(RowType)
def _write(context: Any, builder: Any, signature: Any, arguments: Any, name: str) -> None:
    cell, real = _cell(context, builder, arguments[0], name), name in REAL_ROW
    narrowed = builder.fptrunc if real else builder.trunc
    builder.store(narrowed(arguments[1], _NARROW[real]), cell)


def _fixed_kind(kind: Any) -> Any:
    """Type of what becomes of a value in a tuple."""
    if isinstance(kind, types.Array) and kind.ndim == 0:
        return kind.dtype
    return _fixed_tuple(kind) if isinstance(kind, types.BaseNamedTuple) else kind


def _fixed_tuple(numbers: Any) -> Any:
    kinds = [_fixed_kind(kind) for kind in numbers.types]
    return types.BaseTuple.from_types(kinds, getattr(numbers, "instance_class", None))


@type_callable(fixed)
def _type_of_fixed(context: Any) -> Any:
    return lambda numbers: _fixed_tuple(numbers) if isinstance(numbers, types.BaseTuple) else None


@lower_builtin(fixed, types.BaseTuple)
def _fix(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return _fixed_value(context, builder, signature.args[0], arguments[0])


def _fixed_value(context: Any, builder: Any, numbers: Any, value: Any) -> Any:
    values = cgutils.unpack_tuple(builder, value)
    for place, kind in enumerate(numbers.types):
        if isinstance(kind, types.BaseNamedTuple):
            values[place] = _fixed_value(context, builder, kind, values[place])
        elif isinstance(kind, types.Array) and kind.ndim == 0:
            record = kind.dtype
            array = context.make_array(kind)(context, builder, values[place])
            space = cgutils.alloca_once(builder, ir.ArrayType(ir.IntType(8), record.size))
            space.align = 8
            once = ir.Constant(ir.IntType(64), 1)
            cgutils.raw_memcpy(builder, space, array.data, once, record.size, align=8)
            values[place] = builder.bitcast(space, context.get_value_type(record))
    return context.make_tuple(builder, _fixed_tuple(numbers), values)
