"""The program's own ``dataclass`` does what the standard library's does."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import pickle
import pkgutil
from dataclasses import FrozenInstanceError, asdict, field, replace
from typing import Any

import pytest

import reader
from reader.model import Query, Row, Source
from reader.records import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, compare=False)
    hidden: str = field(default="h", repr=False)


@dataclass(slots=True)
class Mutable:
    """A place that moves."""

    x: int
    later: int = field(init=False)
    seen: list[int] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.later = self.x + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """As the standard library makes it."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, compare=False)
    hidden: str = field(default="h", repr=False)


def test_arguments_defaults_and_factories_are_the_standard_librarys() -> None:
    cases: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...] = (
        ((1,), {}),
        ((1, 3), {}),
        ((), {"x": 1, "hidden": "z"}),
        ((1, 2, ["a"], "b"), {}),
    )
    for given, named in cases:
        ours, theirs = Point(*given, **named), Standard(*given, **named)
        assert asdict(ours) == asdict(theirs)
        assert repr(ours).partition("(")[2] == repr(theirs).partition("(")[2]
    assert Point(1).names is not Point(1).names


def test_wrong_arguments_name_the_class_and_the_argument() -> None:
    with pytest.raises(TypeError, match=r"Point.__init__\(\).*'x'"):
        Point()  # type: ignore[call-arg]  # wrong on purpose
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=2)  # type: ignore[call-arg]  # wrong on purpose


def test_a_frozen_one_refuses_changes_by_the_name_of_the_field() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError, match="'x' of a Point"):
        point.x = 2  # type: ignore[misc]  # frozen: that is what is tried
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert point.x == 1


def test_equality_and_hash_go_by_the_compared_fields_of_the_same_class() -> None:
    assert Point(1, 2, ["a"]) == Point(1, 2, ["b"])
    assert hash(Point(1, 2, ["a"])) == hash(Point(1, 2, ["b"]))
    assert Point(1) != Point(2)
    other: object = Standard(1)
    assert Point(1) != other
    with pytest.raises(TypeError, match="unhashable"):
        hash(Mutable(1))


def test_it_is_copied_replaced_and_pickled() -> None:
    point = Point(1, 5, ["a"], "b")
    assert replace(point, y=6) == Point(1, 6, ["a"], "b")
    for other in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert asdict(other) == asdict(point)


def test_what_is_not_given_is_set_before_and_after_init() -> None:
    made = Mutable(1)
    assert (made.later, made.seen) == (2, [])
    made.x = 5
    assert made.x == 5
    assert not hasattr(made, "__dict__")


def _classes() -> list[type]:
    found: set[type] = set()
    for each in pkgutil.walk_packages(reader.__path__, "reader."):
        if each.name != "reader.__main__":
            module = importlib.import_module(each.name)
            found.update(
                cls for cls in vars(module).values() if isinstance(cls, type) and dataclasses.is_dataclass(cls)
            )
    return sorted((each for each in found if each.__module__.startswith("reader.")), key=lambda each: each.__qualname__)


def test_every_record_of_the_program_can_be_made_and_holds_no_field_that_is_not_a_slot() -> None:
    """What is compiled late must not fail late."""
    from reader import records

    classes = _classes()
    assert len(classes) > 100
    for each in classes:
        records._init(each)
        assert each.__doc__, each
    names = Row.__dataclass_fields__
    assert set(names) == {each.name for each in dataclasses.fields(Row)}
    assert Query() == Query()
    assert vars(Source)["__slots__"] == tuple(each.name for each in dataclasses.fields(Source))
