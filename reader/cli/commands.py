"""What each command does. Each returns its exit status."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from reader import bookmarks
from reader.addresses import stands_at_home, starred, without_user
from reader.attempts import Attempt
from reader.attempts import to_json as attempts_to_json
from reader.cli import exports, output
from reader.cli.files import new_file
from reader.cli.output import complain, print_json, say, say_document, say_raw, shown
from reader.errors import CaptivePortal, NotFound, Offline, PictureError, StoreError, Usage
from reader.keeping import counted
from reader.library import Library
from reader.model import Failed, Outcome, Picture, Query, Row, Source, Unchanged, Updated
from reader.sentences import describe
from reader.typed import is_address, names_port, web_address

DONE, FAILED = 0, 1

_TIDYING_S = 0.5


def add(library: Library, options: Namespace) -> int:
    path = os.path.expanduser(options.what)
    _refuse_other_schemes(options.what, path)
    if os.path.exists(path) or not (is_address(options.what) or _like_address(options.what)):
        source = library.add_folder(Path(path), title=options.title or "", folder=options.folder or "")
        status = _refresh_quietly(library, [source])
    else:
        address = web_address(options.what)
        source, others = library.add_feed(
            address,
            guessed=not is_address(options.what),
            title=options.title or "",
            folder=options.folder or "",
            certificate=options.certificate or "",
        )
        found, asked = (each.partition("://")[2] for each in (source.address, without_user(address)[0]))
        if found != asked and not options.json:
            complain(f"{shown(address)} is no feed itself; its feed is {shown(source.address)}")
        for other in others:
            complain(f"the page also announces {other.title or 'a feed'}: {shown(other.url)}")
        _tell_of_keyring(library)
        status = DONE
    source = library.store.source(source.key)
    if options.json:
        print_json(output.source(source))
    else:
        say(_source_line(source))
    return status


def _refuse_other_schemes(what: str, path: str) -> None:
    """
    Raises:
        Usage: an address, but of a kind that is not followed (ftp://...).
    """
    scheme, is_one, _ = what.partition("://")
    if is_one and scheme.isalnum() and not is_address(what) and not os.path.exists(path):
        raise Usage(detail=f"“{shown(what)}” cannot be followed: it is {scheme}, not http or https")


def _tell_of_keyring(library: Library) -> None:
    trouble = library.accounts.passwords.trouble
    if trouble is not None:
        complain(str(describe(trouble)))


def _like_address(text: str) -> bool:
    dotted = "/" not in text.split(".")[0] and "." in text and not text.startswith((".", "~")) and " " not in text
    return dotted or names_port(text)


def _refresh_quietly(library: Library, some: Sequence[Source]) -> int:
    status = DONE
    for outcome in library.refresh(some):
        error = _failure(library, outcome)
        if error:
            complain(f"{shown(outcome.source.title)}: {error}")
            status = FAILED
    return status


def _failure(library: Library, outcome: Outcome) -> str:
    """What went wrong with a source, or with some files of a folder while the others were read; ``""`` for nothing."""
    if isinstance(outcome, Failed):
        return str(describe(outcome.error))
    return library.store.source(outcome.source.key).error if outcome.source.kind == "folder" else ""


def _source_line(source: Source) -> str:
    mark = "!" if source.error else " "
    place = f"  [{source.folder}]" if source.folder else ""
    name = f"{shown(source.title)}  <{shown(source.address)}>{place}"
    return f"{source.id[:8]} {mark} {source.unread:>6}/{source.total:<6} {name}"


def sources(library: Library, options: Namespace) -> int:
    found = library.health()
    if options.json:
        print_json([output.health(each) for each in found])
    else:
        for each in found:
            say(_source_line(each.source))
            if each.error:
                say(f"           {each.error}{' (for a week or longer)' if each.failing else ''}")
            if each.silent:
                say("           no new article for 90 days")
    return DONE


def remove(library: Library, options: Namespace) -> int:
    source = library.remove_source(library.store.find_source(options.source).key)
    if options.json:
        print_json(output.source(source))
    else:
        say(f"removed {shown(source.title)}")
    return DONE


def rename(library: Library, options: Namespace) -> int:
    source = library.store.find_source(options.source)
    source = library.store.edit_source(source.key, title=options.title)
    if options.json:
        print_json(output.source(source))
    else:
        say(_source_line(source))
    return DONE


def refresh(library: Library, options: Namespace) -> int:
    failed: list[dict[str, str]] = []
    if options.source:
        some, failed = _found(library, options.source)
    elif options.all:
        some = [source for source in library.sources() if not source.retired]
    else:
        some = library.due()
    done: dict[str, list[Any]] = {"updated": [], "unchanged": [], "failed": [*failed]}
    count = 0
    network: set[str] = set()  # trouble of the network itself is said once
    for outcome in library.refresh(some):
        count += 1
        if sys.stderr.isatty():
            print(f"\r{count} of {len(some)} ", end="", file=sys.stderr, flush=True)
        match outcome:
            case Updated(source, new, changed):
                done["updated"].append({"source": shown(source.title), "new": new, "changed": changed})
            case Unchanged(source):
                done["unchanged"].append(shown(source.title))
        error = _failure(library, outcome)
        if error:
            title = shown(outcome.source.title)
            done["failed"].append({"source": title, "error": error})
            if not (isinstance(outcome, Failed) and isinstance(outcome.error, Offline | CaptivePortal)):
                complain(f"{title}: {error}")
            elif error not in network:
                network.add(error)
                complain(error)
    if sys.stderr.isatty() and count:
        print("\r\x1b[K", end="", file=sys.stderr)
    _tidy_quickly(library)
    if options.json:
        print_json(done)
    else:
        new = sum(each["new"] for each in done["updated"])
        changed = sum(each["changed"] for each in done["updated"])
        brought = f"{counted(new, 'new article')}, {changed} changed, {len(done['failed'])} failed"
        say(f"{counted(count, 'source')}: {brought}")
    return FAILED if done["failed"] else DONE


def _tidy_quickly(library: Library) -> None:
    """What is not done in this time is done after the next refresh, or by the window."""
    until = time.monotonic() + _TIDYING_S
    with contextlib.suppress(StoreError):
        library.tidy(cancelled=lambda: time.monotonic() > until)


def _found(library: Library, names: Sequence[str]) -> tuple[list[Source], list[dict[str, str]]]:
    """The sources that are meant, each once, and the names that mean none: they are complained of here."""
    some: dict[int, Source] = {}
    unknown: list[dict[str, str]] = []
    for name in names:
        try:
            source = library.store.find_source(name)
        except (NotFound, Usage) as error:
            complain(str(describe(error)))
            unknown.append({"source": name, "error": str(describe(error))})
        else:
            some[source.key] = source
    return list(some.values()), unknown


def list_articles(library: Library, options: Namespace) -> int:
    query = _query(library, options)
    limit = None if options.limit == 0 else options.limit
    found = library.store.ids(query, limit=limit)
    rows = [each for start in range(0, len(found), 500) for each in library.store.rows(found[start : start + 500])]
    if options.json:
        tags = _user_tags(library, rows)
        print_json([output.row(each, tags.get(each.id, ())) for each in rows])
    else:
        for each in rows:
            mark = ("•" if not each.read else " ") + ("★" if each.bookmarked else " ")
            date = each.date.astimezone().strftime("%Y-%m-%d %H:%M") if each.date else " " * 16
            say(f"{each.id[:8]} {mark} {date}  {each.title}  — {each.source_title}")
    return DONE


def _query(library: Library, options: Namespace) -> Query:
    """The list that ``--view``, ``--source`` and ``--tag`` mean."""
    parts = [library.find_part(name) for name in options.source or ()]
    if len(parts) > 1 and any(path for _, path in parts):
        raise Usage(detail="a subfolder is listed alone: give one --source")
    return Query(
        view=options.view or "all",
        sources=tuple(source.key for source, _ in parts),
        tag=options.tag or "",
        since=library.today(),
        path=parts[0][1] if parts else "",
    )


def _user_tags(library: Library, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The tags that the user gave, by article; those of its source are in the row."""
    if not any(each.bookmarked for each in rows):
        return {}
    return {each.article_id: each.tags for each in library.store.bookmarks()}


def search(library: Library, options: Namespace) -> int:
    rows = library.store.search(" ".join(options.query), limit=options.limit or 1_000_000, now=library.now())
    if options.json:
        tags = _user_tags(library, rows)
        print_json(
            [{**output.row(each, tags.get(each.id, ())), "snippet": each.snippet, "score": each.score} for each in rows]
        )
    else:
        for each in rows:
            say(f"{each.id[:8]}  {each.title}  — {each.source_title}")
            output.say_match(each.snippet)
    return DONE


def show(library: Library, options: Namespace) -> int:
    opened = library.document(options.id)
    if options.json:
        print_json(output.stored_article(opened.article, opened.rendered))
    elif options.format == "raw":
        say_raw(opened.article.raw)
    else:
        row, note = opened.article.row, opened.article.note
        say_document(row.title, opened.rendered, options.format, row.id, note=note)
    return DONE


def mark(library: Library, options: Namespace) -> int:
    read = options.state == "read"
    keys: list[int] = []
    failed: list[dict[str, str]] = []
    for name in options.id:
        try:
            keys += library.keys([name])
        except (NotFound, Usage) as error:
            complain(str(describe(error)))
            failed.append({"id": name, "error": str(describe(error))})
    changed = library.mark_read(keys, read)
    if options.json:
        print_json({"changed": changed, "failed": failed})
    return FAILED if failed else DONE


def bookmark(library: Library, options: Namespace) -> int:
    key = library.keys([options.id])[0]
    if options.remove and (options.tag or options.note is not None):
        raise Usage(detail="--remove goes without --tag and --note")
    tags = None
    if options.tag:
        tags = list(dict.fromkeys((*library.store.article_by_key(key).user_tags, *options.tag)))
    library.bookmark(key, not options.remove, tags=tags, note=options.note)
    if options.json:
        print_json(output.row(library.store.rows([key])[0], library.store.article_by_key(key).user_tags))
    return DONE


def image(library: Library, options: Namespace) -> int:
    from reader.addresses import Origin

    url = options.url
    article_url, allow, root = "", None, None
    known: list[Picture] = []
    if options.article is None:
        allow = Origin.of(url)
    elif is_address(options.article):
        article_url = options.article
    else:
        opened = library.document(options.article)
        article_url, allow, root = opened.article.row.url, opened.origin, opened.root
        known = [each for each in opened.rendered.images if url in (each.url, *each.alternates)]
    picture = known[0] if known else _as_written(url)
    try:
        with new_file(options.output, force=options.force) as write:
            found = library.pictures.get(picture, article_url=article_url, allow=allow, root=root)
            write(found.data)
    except PictureError as error:
        attempts = library.pictures.report(picture, allow).attempts
        if options.json and options.attempts:
            complain(str(describe(error)))
            print_json({"url": url, "error": str(describe(error)), "attempts": attempts_to_json(attempts)})
            return FAILED
        _say_attempts(attempts if options.attempts else ())
        raise
    facts = {
        "url": found.url,
        "media_type": found.media_type,
        "width": found.width,
        "height": found.height,
        "bytes": len(found.data),
        "from_cache": found.from_cache,
        "referer": found.referer or None,
    }
    if options.json:
        print_json({**facts, "attempts": attempts_to_json(found.attempts)} if options.attempts else facts)
    else:
        _say_attempts(found.attempts if options.attempts else ())
        say(f"{options.output}: {found.media_type}, {found.width} × {found.height}, {len(found.data)} bytes")
    return DONE


def _as_written(url: str) -> Picture:
    """An address as it was given; what stands inside it, when it goes through a proxy, is asked after it."""
    from reader.content.pictures import true_address

    inside = true_address(url)
    return Picture(url, tuple(each for each in (inside.url, *inside.alternates) if each not in ("", url)))


def _say_attempts(attempts: Iterable[Attempt]) -> None:
    for each in attempts:
        referer = f", Referer {each.referer}" if each.referer else ""
        answer = f"{each.status or 'no answer'} {each.media_type}".rstrip()
        complain(f"{each.url}{referer}: {answer}, {each.bytes} bytes, {each.milliseconds} ms: {each.outcome}")


def import_file(library: Library, options: Namespace) -> int:
    data = Path(options.file).expanduser().read_bytes()
    if bookmarks.is_list(data):
        return exports.take_bookmarks(library, data, options)
    before = {each.id for each in library.sources()}
    listed, warnings = library.import_opml(data, options.file)
    added = [each for each in listed if each.id not in before]
    existing = len(listed) - len(added)
    for warning in warnings:
        complain(f"{options.file}: {warning}")
    at_home = [starred(each.address) for each in added if stands_at_home(each.address)]
    if at_home:
        stand, they = ("stands", "it") if len(at_home) == 1 else ("stand", "they")
        some = ", ".join(at_home[:10]) + (" ..." if len(at_home) > 10 else "")
        complain(f"{len(at_home)} of the feeds {stand} on your own network, and {they} will be asked there ({some}).")
    _tell_of_keyring(library)
    if options.json:
        print_json({"added": [output.source(each) for each in added], "existing": existing, "warnings": list(warnings)})
    else:
        were = "was" if existing == 1 else "were"
        them = "it" if len(added) == 1 else "them"
        say(f"{counted(len(added), 'feed')} added, {existing} {were} followed already; the next refresh fetches {them}")
    return DONE


def export(library: Library, options: Namespace) -> int:
    filtered = bool(options.source or options.tag or options.view)
    if options.what == "opml":
        if filtered or options.format not in (None, "opml"):
            raise Usage(detail="a list of feeds has one format and holds all of them")
        return _export_feeds(library, options)
    if options.with_secrets:
        raise Usage(detail="--with-secrets is for lists of feeds")
    query = _query(library, options)
    if options.what == "bookmarks":
        return exports.write_bookmarks(library, options, query if filtered else None)
    return exports.write_articles(library, options, query)


def _export_feeds(library: Library, options: Namespace) -> int:
    with new_file(options.output, force=options.force) as write:
        write(library.export_opml(secrets=options.with_secrets))
    followed = library.sources()
    feeds = sum(each.kind == "feed" for each in followed)
    secret = sum(each.kind == "feed" and starred(each.address) != each.address for each in followed)
    if secret and not options.with_secrets:
        complain(f"secrets are starred in the list, in {secret} of its addresses; --with-secrets writes them.")
    folders = sum(each.kind == "folder" for each in followed)
    if folders:
        are = "is" if folders == 1 else "are"
        complain(f"{counted(folders, 'watched folder')} {are} not in the list: it holds feeds only.")
    if options.json:
        print_json({"file": options.output, "feeds": feeds, "left_out": folders})
    else:
        say(f"{options.output}: {counted(feeds, 'feed')}")
    return DONE
