"""Who refreshes a source now."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.errors import StoreBusy
from reader.store import Store, leases

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.sqlite3") as made:
        yield made


def test_a_source_has_one_refresher_at_a_time(store: Store) -> None:
    keys = [store.add_source("feed", f"https://a.example/{n}", "").key for n in range(3)]
    one, other = leases.new_owner(), leases.new_owner()
    assert store.take_leases(keys[:2], one, NOW) == set(keys[:2])
    assert store.take_leases(keys, other, NOW) == {keys[2]}
    store.note_refresh(keys[0], when=NOW)
    assert store.take_leases(keys, other, NOW) == {keys[0], keys[2]}
    store.release_leases(one)
    assert store.take_leases(keys, other, NOW) == set(keys)


def test_a_lease_ends_by_its_time_unless_it_is_renewed(store: Store) -> None:
    key = store.add_source("feed", "https://a.example/", "").key
    one, other = leases.new_owner(), leases.new_owner()
    store.take_leases([key], one, NOW)
    store.renew_leases(one, NOW + leases.LENGTH / 2)
    assert store.take_leases([key], other, NOW + leases.LENGTH) == set()
    assert store.take_leases([key], other, NOW + leases.LENGTH * 2) == {key}


def test_no_clock_makes_a_lease_endless(store: Store) -> None:
    key = store.add_source("feed", "https://a.example/", "").key
    one, other = leases.new_owner(), leases.new_owner()
    assert store.take_leases([key], one, NOW.replace(year=2036)) == {key}
    assert store.take_leases([key], other, NOW) == {key}  # the clock was set right
    assert store.take_leases([key], one, NOW) == set()
    assert store.take_leases([key], one, NOW.replace(year=2036)) == {key}


def test_what_could_not_be_let_go_is_let_go_with_the_next_refresh(store: Store) -> None:
    key = store.add_source("feed", "https://a.example/", "").key
    one, other = leases.new_owner(), leases.new_owner()
    store.take_leases([key], one, NOW)
    with closing(sqlite3.connect(store.file, isolation_level=None)) as holder:
        with store._lines.writing() as db:
            db.execute("PRAGMA busy_timeout = 20")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            store.release_leases(one)
        holder.execute("ROLLBACK")
    assert store.take_leases([key], other, NOW) == {key}


@pytest.mark.skipif(sys.platform == "win32", reason="there it ends by its time")
def test_the_lease_of_a_killed_program_ends_at_once(store: Store) -> None:
    key = store.add_source("feed", "https://a.example/", "").key
    code = "from reader.store import leases; print(leases.new_owner())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    store.take_leases([key], gone, NOW)
    assert store.take_leases([key], leases.new_owner(), NOW) == {key}
