"""What was just read stays where it stood."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.ui.merging import merged

KEYS = st.lists(st.integers(0, 30), unique=True, max_size=20)


def test_a_read_row_stays_behind_its_neighbour() -> None:
    assert list(merged([1, 2, 3, 4], [1, 3, 4], {2})) == [1, 2, 3, 4]
    assert list(merged([1, 2, 3, 4], [9, 1, 3, 4], {2})) == [9, 1, 2, 3, 4]
    assert list(merged([1, 2, 3], [2, 3], {1})) == [1, 2, 3]
    assert list(merged([1, 2, 3], [], {1, 2, 3})) == [1, 2, 3]
    assert list(merged([1, 2, 3], [2], set())) == [2]


@given(KEYS, KEYS, st.sets(st.integers(0, 30)))
def test_nothing_is_lost_doubled_or_moved(old: list[int], new: list[int], lingering: set[int]) -> None:
    result = list(merged(old, new, lingering))
    assert len(set(result)) == len(result)
    assert set(result) == set(new) | (set(old) & lingering)
    assert [key for key in result if key in set(new)] == new
