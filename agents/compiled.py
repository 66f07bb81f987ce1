"""The place that knows the compiler, with :mod:`tsunagari.agents.row`.

A *rule* is a short pure Python function of scalars. It stays an ordinary Python function, so it can
be read, tested and run interpreted; :func:`rule` only tells numba how to use it inside a *kernel*.
A *kernel* is a loop over rows of columns, compiled on first use without the interpreter lock.

Rules compute in float64 and int64 whatever they are handed: values that come straight from float32
storage are widened at the rule's door, because arithmetic in float32 would give other digits than
the interpreted rule. The cells of a row (:mod:`tsunagari.agents.row`) are widened when they are
read.

Compiled code is kept on disk under a digest of every source that can end up in it. Numba's own
cache looks at one file's time stamp only and would go on serving a rule that changed elsewhere.

Where numba's compiler is switched off (``NUMBA_DISABLE_JIT=1``, as debuggers and coverage want it)
rules and kernels run interpreted, some hundred times slower, with the same numbers.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import re
import sys
import tempfile
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numba
import numpy as np
import platformdirs
from numba import types
from numba.core.errors import TypingError
from numba.extending import overload

Word = typing.Annotated[int, "unsigned, 64 bits"]
"""A 64-bit unsigned number: keys and hashes (:mod:`tsunagari.agents.chance`)."""

_MACHINE_TYPES = {
    float: types.float64,
    int: types.int64,
    bool: types.boolean,
    Word: types.uint64,
}
# Rules are a few instructions long: a call would cost more than they do. Inlined, the survey of a
# month takes three quarters of the time.
_INLINED: Any = {"error_model": "numpy", "forceinline": True, "_nrt": False}
_KEPT_DIGESTS = 4
IS_INTERPRETED = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]
"""Whether numba's compiler is switched off."""
_DIGEST = re.compile("[0-9a-f]{16}")


def rule[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a scalar Python function usable inside kernels, and return it unchanged.

    The annotations are the machine types: ``float`` is float64, ``int`` int64, ``bool`` a boolean
    and :data:`Word` an unsigned 64-bit integer.

    Raises:
        TypeError: A parameter has no annotation, or one that has no machine type.
    """
    hints = typing.get_type_hints(function, include_extras=True)
    names = list(inspect.signature(function).parameters)
    unusable = [name for name in names if hints.get(name) not in _MACHINE_TYPES]
    if unusable:
        raise TypeError(f"rule {function.__name__}: annotate {', '.join(unusable)} as a scalar")
    expected = [_MACHINE_TYPES[hints[name]] for name in names]
    if IS_INTERPRETED:
        return _interpreted_rule(function, expected)

    def typed(*arguments):
        given = [types.unliteral(argument) for argument in arguments]
        if given == expected:
            return function
        for name, wanted, found in zip(names, expected, given, strict=True):
            if found != wanted and not _widens(found, wanted):
                raise TypingError(f"rule {function.__name__}: {name} is {found}, not {wanted}")
        return _widening(function, names, expected)

    overload(function, jit_options=_INLINED, strict=False)(typed)
    return function


def _widens(found: types.Type, wanted: types.Type) -> bool:
    """Whether every number of one type is a number of the other, or a whole number is wanted."""
    if wanted == types.float64:
        return isinstance(found, types.Integer | types.Float)
    return isinstance(wanted, types.Integer) and isinstance(found, types.Integer)


def _widening(function: Callable, names: list[str], expected: list[types.Type]) -> Callable:
    """The rule behind a door that turns every argument into its machine type."""
    typed = zip(names, expected, strict=True)
    arguments = ", ".join(f"np.{machine.name}({name})" for name, machine in typed)
    space: dict[str, Any] = {"np": np, "rule": function}
    exec(f"def {function.__name__}({', '.join(names)}): return rule({arguments})", space)
    return typing.cast(Callable, space[function.__name__])


def part[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A piece of a month that works on rows and records; not a rule, which takes scalars."""
    if not IS_INTERPRETED:
        overload(function, jit_options=_INLINED, strict=False)(lambda *arguments: function)
    return function


def _interpreted_rule[**P, R](function: Callable[P, R], expected: Sequence[Any]) -> Callable[P, R]:
    """The rule behind a door that turns numpy's numbers into Python's, as wide as a machine's."""
    doors = [float if t == types.float64 else bool if t == types.boolean else int for t in expected]

    inner: Any = function

    @functools.wraps(function)
    def rule_of_numbers(*arguments: Any, **named: Any) -> Any:
        # Named arguments only come from tests and from Python, never from kernels.
        return inner(*(door(a) for door, a in zip(doors, arguments, strict=False)), **named)

    return typing.cast(Callable, rule_of_numbers)


def _interpreted_kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """The kernel behind a door that gives records their fields as attributes, as numba has them."""
    inner: Any = function

    def readable(value: Any) -> Any:
        if isinstance(value, np.void) and not isinstance(value, np.record):
            return np.rec.array(np.array([value]))[0]
        is_table = isinstance(value, np.ndarray) and value.dtype.names is not None
        return value.view(np.recarray) if is_table else value

    @functools.wraps(function)
    def kernel_of_records(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):  # as compiled: no exceptions, infinities
            return inner(*map(readable, arguments))

    return typing.cast(Callable, kernel_of_records)


def kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over rows: no interpreter lock, no reordered arithmetic, kept on disk."""
    return _compiled(function, makes_arrays=True)


def row_kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that makes no arrays of its own, and so need not count references to any.

    The count is an atomic operation at every door that an array passes; without it, looking takes
    three fifths of the time.
    """
    return _compiled(function, makes_arrays=False)


def _compiled[**P, R](function: Callable[P, R], makes_arrays: bool) -> Callable[P, R]:
    if IS_INTERPRETED:
        return _interpreted_kernel(function)
    options: Any = {"nogil": True, "error_model": "numpy", "_nrt": makes_arrays}
    dispatcher: Any = numba.njit(**options)(function)
    folder = cache_folder()
    if folder is not None:
        config: Any = numba.config
        before = config.CACHE_DIR
        config.CACHE_DIR = str(folder)
        try:
            dispatcher.enable_caching()
        finally:
            config.CACHE_DIR = before
    return dispatcher


def source_digest() -> str:
    """Digest of everything compiled code depends on: agents' and sim's sources, numba, llvmlite."""
    import llvmlite

    root = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted([*root.glob("agents/**/*.py"), *root.glob("sim/**/*.py")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(f"{numba.__version__} {llvmlite.__version__} {sys.version}".encode())
    return digest.hexdigest()


_folder: Path | None = None
_folder_is_known = False


def cache_folder() -> Path | None:
    """Where compiled code of these very sources is kept; None, with a note, if nowhere."""
    global _folder, _folder_is_known
    if not _folder_is_known:
        _folder, _folder_is_known = _make_cache_folder(), True
    return _folder


def _make_cache_folder() -> Path | None:
    home = Path(os.environ.get("TSUNAGARI_CACHE_DIR") or platformdirs.user_cache_dir("tsunagari"))
    folder = home / source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.utime(folder)
        _forget_old_digests(home, keep=folder)
    except OSError as problem:
        print(
            f"note: compiled code cannot be kept in {home} ({problem.strerror}); every start will "
            "compile anew. Set TSUNAGARI_CACHE_DIR to a writable folder to avoid this.",
            file=sys.stderr,
        )
        return None
    return folder


def _forget_old_digests(home: Path, keep: Path) -> None:
    """Drop the code of sources long changed, so that the cache does not grow for ever."""
    import shutil

    # Only what is named like a digest: the home may be a folder in which other things are kept too.
    ours = (f for f in home.iterdir() if _DIGEST.fullmatch(f.name) and f.is_dir() and f != keep)
    folders = sorted(ours, key=_touched)
    for old in folders[: -(_KEPT_DIGESTS - 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _touched(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # another process was faster
        return 0.0
