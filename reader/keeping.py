"""Keeping a library safe: looked over in idle time, and a damaged one salvaged. One use case, one function."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reader.backups import Stop, never
from reader.errors import StoreDenied
from reader.model import Draft
from reader.paths import Paths
from reader.records import dataclass
from reader.store import Store, connect, health
from reader.store.journal import Journal, Kept

if TYPE_CHECKING:
    from reader.library import Library

#: Beside the library and not inside: it must be readable when the library is not.
_LOOKED = "looked-over.json"


@dataclass(slots=True)
class Repaired:
    """What became of a damaged library.

    Attributes:
        aside: where the damaged file is kept.
        articles, bookmarks, sources: how many there are now.
        from_journal: bookmarks that only the journal still knew.
        textless: articles that have lost their text.
        homeless: articles that have lost their source.
        unknown: bookmarks that have lost their article.
    """

    aside: Path
    articles: int = 0
    bookmarks: int = 0
    sources: int = 0
    from_journal: int = 0
    textless: int = 0
    homeless: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """When the library was looked over the last time in idle time, and what was wrong with it."""

    when: datetime
    problems: tuple[str, ...] = ()


def last_look(paths: Paths) -> Looked | None:
    """None when it was never done, or not since the library was repaired or put back."""
    try:
        said = json.loads((paths.data / _LOOKED).read_text(encoding="utf-8"))
        when = datetime.fromisoformat(said["when"])
        return Looked(when if when.tzinfo else when.replace(tzinfo=UTC), tuple(map(str, said["problems"])))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def is_look_due(paths: Paths, now: datetime) -> bool:
    """Once a day is enough, or when the last time lies in the future: the clock was wrong then, or is now."""
    last = last_look(paths)
    return last is None or not timedelta(0) <= now - last.when < timedelta(days=1)


def look_over(store: Store, paths: Paths, now: datetime, cancelled: Stop = never) -> Looked:
    """Looks for damage of the file, quickly and beside all other work, and writes down what was found.

    Raises:
        StoreBusy, StoreDenied: it cannot be read now.
        Stopped: it was cancelled.
    """
    return _noted(paths, Looked(now, tuple(store.quick_check(cancelled))))


def check(store: Store, paths: Paths, now: datetime, cancelled: Stop = never) -> Looked:
    """Reads everything, each text too, and writes down what was found.

    Raises:
        StoreError: as ``look_over``.
        Stopped: it was cancelled.
    """
    return _noted(paths, Looked(now, tuple(store.check(cancelled=cancelled))))


def _noted(paths: Paths, looked: Looked) -> Looked:
    with contextlib.suppress(OSError):  # a folder that cannot be written: it is looked over again
        file = paths.data / _LOOKED
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        part.write_text(json.dumps({"when": looked.when.isoformat(), "problems": looked.problems}), encoding="utf-8")
        os.replace(part, file)
    return looked


def forget_look(paths: Paths) -> None:
    """Another file has the library's place: nothing is known of it."""
    with contextlib.suppress(OSError):
        (paths.data / _LOOKED).unlink(missing_ok=True)


def repair(
    library: Callable[[], Library], paths: Paths, progress: Callable[[str], object] = lambda what: None
) -> Repaired:
    """Salvages a damaged library into a new one, and what only the journal still knows; the damaged file is kept.

    Args:
        library: opens the new library.

    Raises:
        StoreBusy: another program has it open.
        StoreCorrupt: it is a database of another program.
        StoreDenied: the new library cannot be written.
    """
    from reader.store.salvage import salvage

    connect.refuse_anothers(paths.database)
    health.alone(paths.database)
    new = paths.database.with_name(f"{paths.database.name}.repaired")
    for file in (new, new.with_name(new.name + "-wal"), new.with_name(new.name + "-shm")):
        file.unlink(missing_ok=True)
    try:
        saved = salvage(paths.database, new, Journal(paths.data / "journal").sources(), progress)
    except OSError as error:
        raise StoreDenied(path=str(new), detail=(error.strerror or str(error)).lower()) from error
    done = Repaired(health.keep_beside(paths.database, "damaged"))
    os.replace(new, paths.database)
    done.textless, done.homeless = len(saved.textless), saved.missing_sources
    with library() as opened:
        progress("journal")
        done.from_journal, done.unknown = recover_marks(opened)
        opened.store.begin_journal_anew()
        progress("search")
        while not opened.store.rebuild_search_step(1000):
            pass
        done.articles, done.bookmarks = opened.store.totals()
        done.sources = len(opened.store.sources())
    forget_look(paths)
    return done


def recover_marks(library: Library) -> tuple[int, int]:
    """Makes bookmarks, tags, notes and read states what the journal says they came to.

    Returns:
        Bookmarks that came back, and bookmarks whose article is nowhere any more.
    """
    store = library.store
    marks = store.journal.marks()
    wanted = {id_: state for id_, state in marks.bookmarks.items() if state is not None}
    missing = set(wanted) - store.present(list(wanted))
    unknown = 0
    for id_ in sorted(missing):
        kept = store.journal.kept(marks.bodies.get(id_, ""))
        if kept is None:
            unknown += 1
        else:
            _put_back(library, kept)
    came = store.put_marks(marks)
    return came, unknown


def _put_back(library: Library, kept: Kept) -> None:
    """Stores an article from the journal among the kept ones, under its own id."""
    from reader.content.prepare import prepare
    from reader.identity import canonical_url

    try:
        date = datetime.fromisoformat(kept.date)
    except ValueError:
        date = library.now()
    draft = Draft(
        guid=kept.guid,
        raw=kept.raw,
        form=kept.form,  # type: ignore[arg-type]
        url=kept.url,
        title=kept.title,
        authors=kept.authors,
        tags=kept.tags,
        published=date,
        language=kept.language,
        base_url=kept.base_url,
    )
    source = library.store.kept_source()
    library.store.save(source.key, [(None, kept.id, canonical_url(kept.url) if kept.url else "", prepare(draft))], date)


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def sentences(done: Repaired) -> Sequence[str]:
    """What a repair came to, for people."""
    saved = (counted(done.articles, "article"), counted(done.bookmarks, "bookmark"), counted(done.sources, "source"))
    found = [f"saved: {', '.join(saved)}"]
    if done.from_journal:
        found.append(f"{counted(done.from_journal, 'bookmark')} came back from the journal")
    if done.textless:
        found.append(f"{done.textless} articles have lost their text, and keep title and summary")
    if done.homeless:
        found.append(f"{done.homeless} articles have lost their source, and stand in “Kept”")
    if done.unknown:
        found.append(f"{done.unknown} bookmarks have lost their article")
    return [*found, f"the damaged file is kept as {done.aside.name}"] if done.aside.exists() else found
