"""``dataclass`` as the standard library has it, made ten times as fast: a start of the window makes a hundred of them.

The standard library compiles six methods for each class when it is defined, 0.6 to 0.9 ms (CPython 3.11): 67 ms of a
start, most of it for methods that nobody calls there. Here those that can do without are closures, and ``__init__`` is
compiled when the first object is made. Everything else (fields, defaults, slots, ``replace``, ``asdict``) is the
standard library's own work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        eq: bool = True,
        frozen: bool = False,
        slots: bool = False,
        weakref_slot: bool = False,
    ) -> Any:
        """Decorate a class as ``dataclasses.dataclass`` does; options that the program does not use are not there."""

        def decorate(given: type) -> type:
            if given.__doc__ is None:
                given.__doc__ = given.__name__  # else the signature is worked out for it, which needs inspect
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, weakref_slot=weakref_slot)(
                given
            )
            fields = dataclasses.fields(made)
            methods: dict[str, Any] = {"__init__": _begun(made), "__repr__": _repr(fields)}
            if eq:
                methods.update(_comparison(fields, hashed=frozen))
            if frozen:
                methods.update(__setattr__=_frozen, __delattr__=_frozen)
                if slots:
                    methods.update(_state(fields))
            for name, method in methods.items():
                if name not in given.__dict__:
                    setattr(made, name, method)
            return made

        return decorate if cls is None else decorate(cls)


def _begun(cls: type) -> Callable[..., None]:
    """The ``__init__`` that makes the real one, puts it in its own place, and goes on with it."""

    def __init__(self: Any, /, *args: Any, **named: Any) -> None:
        made = _init(cls)
        cls.__init__ = made  # type: ignore[misc]
        made(self, *args, **named)

    return __init__


def _init(cls: type) -> Callable[..., None]:
    """Compile ``__init__``: each field is set by its slot's own descriptor, which also a frozen class cannot refuse."""
    known: dict[str, Any] = {"_missing": MISSING}
    parameters, lines = ["self"], []
    for each in dataclasses.fields(cls):
        name = each.name
        known[f"_set_{name}"] = _setter(cls, name)
        value = name if each.init else f"_default_{name}"
        known[f"_default_{name}"] = each.default
        if each.default_factory is not MISSING:
            known[f"_make_{name}"] = each.default_factory
            known[f"_default_{name}"] = MISSING
            value = f"_make_{name}() if {value} is _missing else {value}"
        if each.init:
            needed = each.default is MISSING and each.default_factory is MISSING
            parameters.append(name if needed else f"{name}=_default_{name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            continue
        lines.append(f"_set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _setter(cls: type, name: str) -> Callable[[object, object], None]:
    slot: Any = getattr(cls, name, None)
    if hasattr(slot, "__set__"):
        return slot.__set__  # type: ignore[no-any-return]
    return lambda made, value: object.__setattr__(made, name, value)


def _repr(fields: tuple[Field[Any], ...]) -> Callable[[object], str]:
    names = [each.name for each in fields if each.repr]

    def __repr__(self: object) -> str:
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({inside})"

    return __repr__


def _comparison(fields: tuple[Field[Any], ...], *, hashed: bool) -> dict[str, Any]:
    names = [each.name for each in fields if each.compare]
    values: Callable[[object], object] = attrgetter(*names) if names else lambda made: ()

    def __eq__(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if hashed else None}


def _frozen(self: object, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"the field {name!r} of a {type(self).__name__} cannot be changed")


def _state(fields: tuple[Field[Any], ...]) -> dict[str, Any]:
    """How pickle and copy take a frozen object apart and put it together: it goes to the worker process and back."""
    names = [each.name for each in fields]

    def __getstate__(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: object, state: list[object]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}
