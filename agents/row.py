"""A row of the columns as an object: ``c.satisfaction`` is a cell, compiled and interpreted.

So a customer's month is written once. In a kernel a :class:`Row` costs what an index costs; the
same source runs interpreted on a :class:`Row`, and on any object with these attributes that rounds
real numbers to single precision where it keeps them, as the columns do.

Real numbers are read as float64 and written as float32, whole numbers read as int64 and written as
int32: between reading and writing, arithmetic is Python's own.
"""

from __future__ import annotations

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

from agents.columns import MARK_ROW, REAL_ROW


class Table(NamedTuple):
    """The columns of all customers.

    Attributes:
        state: float32[len(REALS), people], one row a column.
        marks: int32[len(MARKS), people], likewise.
    """

    state: np.ndarray
    marks: np.ndarray


class Row:
    """One customer's cells, by the names of their columns (:mod:`agents.columns`).

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

    Interpreted, everything is :func:`plain`. Compiled, such an array becomes a copy of its record
    that lies where no column can: the compiler would otherwise have to expect that writing a column
    changes a parameter, and take logarithms of parameters anew for every row. (A record handed over
    as itself takes ten times as long to unpack.)
    """
    return type(numbers)(*map(plain, numbers))


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


def _fixed_kinds(numbers: Any) -> list[Any]:
    return [
        kind.dtype if isinstance(kind, types.Array) and kind.ndim == 0 else kind
        for kind in numbers.types
    ]


@type_callable(fixed)
def _type_of_fixed(context: Any) -> Any:
    def typed(numbers: Any) -> Any:
        names = getattr(numbers, "instance_class", None)
        return names and types.BaseTuple.from_types(_fixed_kinds(numbers), names)

    return typed


@lower_builtin(fixed, types.BaseNamedTuple)
def _fix(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    (numbers,), values = signature.args, cgutils.unpack_tuple(builder, arguments[0])
    for place, (kind, record) in enumerate(zip(numbers.types, _fixed_kinds(numbers), strict=True)):
        if kind != record:
            array = context.make_array(kind)(context, builder, values[place])
            space = cgutils.alloca_once(builder, ir.ArrayType(ir.IntType(8), record.size))
            space.align = 8
            once = ir.Constant(ir.IntType(64), 1)
            cgutils.raw_memcpy(builder, space, array.data, once, record.size, align=8)
            values[place] = builder.bitcast(space, context.get_value_type(record))
    return context.make_tuple(builder, signature.return_type, values)
