"""The one place where an error becomes words.

The command line prints ``str(describe(error))``; the window translates ``Sentence.text`` (context "errors") and fills
in ``Sentence.values`` itself.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cache
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from reader import errors
from reader.addresses import starred
from reader.records import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One plain sentence: a template with ``{names}`` and what to put there."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # the name that pyside6-lupdate looks for
    """Mark ``text`` for translation without loading Qt."""
    return text


def shown(url: str) -> str:
    """An address as people may see it: user info and secrets starred, at most 200 characters."""
    if url.startswith("data:"):
        return "data:…"
    url = starred(url)
    return url if len(url) <= 200 else url[:199] + "…"


def describe(error: BaseException) -> Sentence:
    """Say what happened to what, in one sentence.

    Args:
        error: any error; one that is not expected gets its type's name.
    """
    for kind, make in _TABLE:
        if isinstance(error, kind):
            return make(error)
    if isinstance(error, OSError):
        name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
        bare, named = QT_TRANSLATE_NOOP("errors", "{detail}."), QT_TRANSLATE_NOOP("errors", "{path}: {detail}.")
        return Sentence(named if name else bare, {"path": name, "detail": _system(error)})
    return Sentence(
        QT_TRANSLATE_NOOP("errors", "Something unexpected happened ({kind}: {detail})."),
        {"kind": type(error).__name__, "detail": str(error)},
    )


def _system(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno in errno.errorcode and error.errno else str(error)


def _address(text: str, **more: str) -> Callable[[Any], Sentence]:
    def make(error: errors.FetchError) -> Sentence:
        values = {"url": shown(error.url)}
        for name in more:
            value = getattr(error, more[name])
            values[name] = f"{value:g}" if isinstance(value, float) else str(value)
        return Sentence(text, values)

    return make


def _status(error: errors.HttpStatus) -> Sentence:
    answer = f"{error.status} {error.reason}".strip()
    return Sentence(
        QT_TRANSLATE_NOOP("errors", "The server answered “{answer}” for {url}."),
        {"answer": answer, "url": shown(error.url)},
    )


def _untrusted(error: errors.Untrusted) -> Sentence:
    values = {"url": shown(error.url), "detail": error.detail, "fingerprint": error.fingerprint}
    if not error.fingerprint:
        return Sentence(QT_TRANSLATE_NOOP("errors", "The certificate of {url} is not trusted: {detail}."), values)
    text = QT_TRANSLATE_NOOP("errors", "The certificate of {url} is not trusted: {detail} (SHA-256 {fingerprint}).")
    return Sentence(text, values)


def _too_large(error: errors.TooLarge) -> Sentence:
    return Sentence(
        QT_TRANSLATE_NOOP("errors", "The answer of {url} is larger than {limit} MB."),
        {"url": shown(error.url), "limit": f"{error.limit_bytes / 2**20:g}"},
    )


def _parse(error: errors.ParseError) -> Sentence:
    values = {"where": shown(error.where) or "The document", "detail": error.detail, "line": str(error.line)}
    if error.line:
        return Sentence(QT_TRANSLATE_NOOP("errors", "{where}, line {line}: {detail}."), values)
    return Sentence(QT_TRANSLATE_NOOP("errors", "{where}: {detail}."), values)


_PICTURE = {
    "unreachable": QT_TRANSLATE_NOOP("errors", "The picture’s server {host} cannot be reached."),
    "refused": QT_TRANSLATE_NOOP("errors", "The picture’s server {host} refused it ({status})."),
    "missing": QT_TRANSLATE_NOOP("errors", "The picture is no longer on {host} ({status})."),
    "timeout": QT_TRANSLATE_NOOP("errors", "The picture’s server {host} took too long."),
    "too-large": QT_TRANSLATE_NOOP("errors", "The picture on {host} is too large."),
    "not-a-picture": QT_TRANSLATE_NOOP("errors", "What {host} sent is not a picture."),
    "bomb": QT_TRANSLATE_NOOP("errors", "The picture on {host} would unpack to an unreasonable size."),
    "blocked": QT_TRANSLATE_NOOP("errors", "The picture’s address may not be contacted: {detail}."),
    "offline": QT_TRANSLATE_NOOP("errors", "This picture was not stored before you went offline."),
}


def _picture(error: errors.PictureError) -> Sentence:
    text = _PICTURE.get(error.kind, QT_TRANSLATE_NOOP("errors", "The picture on {host} cannot be shown ({detail})."))
    try:
        host = urlsplit(error.url).hostname or shown(error.url)
    except ValueError:
        host = shown(error.url)
    return Sentence(text, {"host": host, "status": str(error.status), "detail": error.detail})


def _store(text: str) -> Callable[[Any], Sentence]:
    def make(error: errors.StoreError) -> Sentence:
        detail = f" ({error.detail})" if error.detail else ""
        return Sentence(text, {"path": error.path, "detail": detail})

    return make


_NOT_FOUND = {
    "article": QT_TRANSLATE_NOOP("errors", "There is no article “{name}”."),
    "source": QT_TRANSLATE_NOOP("errors", "There is no source “{name}”."),
    "file": QT_TRANSLATE_NOOP("errors", "There is no file or folder “{name}”."),
}


def _not_found(error: errors.NotFound) -> Sentence:
    return Sentence(
        _NOT_FOUND.get(error.kind, QT_TRANSLATE_NOOP("errors", "“{name}” is not there.")), {"name": error.name}
    )


def _table() -> tuple[tuple[type[BaseException], Callable[[Any], Sentence]], ...]:
    T = QT_TRANSLATE_NOOP
    return (
        (errors.HttpStatus, _status),
        (errors.TooLarge, _too_large),
        (errors.Blocked, _address(T("errors", "{url} may not be contacted: {detail}."), detail="detail")),
        (
            errors.TimedOut,
            _address(T("errors", "{url} gave no complete answer within {seconds} seconds."), seconds="seconds"),
        ),
        (errors.Unreachable, _address(T("errors", "{url} cannot be reached: {detail}."), detail="detail")),
        (errors.Untrusted, _untrusted),
        (errors.Cancelled, _address(T("errors", "Stopped before {url} answered."))),
        (errors.FetchError, _address(T("errors", "{url} cannot be fetched."))),
        (errors.Offline, lambda e: Sentence(T("errors", "There is no network: none of the sources can be reached."))),
        (
            errors.CaptivePortal,
            lambda e: Sentence(
                T("errors", "This network wants a login first: pages came where feeds were. Nothing was changed.")
            ),
        ),
        (errors.ParseError, _parse),
        (
            errors.FolderError,
            lambda e: Sentence(T("errors", "{path} cannot be read: {detail}."), {"path": e.path, "detail": e.detail}),
        ),
        (errors.PictureError, _picture),
        (errors.StoreBusy, _store(T("errors", "The library {path} is in use by another program{detail}."))),
        (errors.StoreFull, _store(T("errors", "The disk is full; the library {path} was not changed{detail}."))),
        (
            errors.StoreLost,
            _store(T("errors", "The library {path} is gone{detail}. Its journal is there: a repair brings it back.")),
        ),
        (
            errors.StoreCorrupt,
            _store(T("errors", "{path} is not an Inkstone library, or it is damaged{detail}. It was left as it is.")),
        ),
        (errors.StoreTooNew, _store(T("errors", "The library {path} was made by a newer Inkstone{detail}."))),
        (
            errors.StoreReadOnly,
            _store(T("errors", "The library {path} can only be read; nothing was changed{detail}.")),
        ),
        (errors.StoreDenied, _store(T("errors", "The library {path} cannot be opened{detail}."))),
        (errors.StoreError, _store(T("errors", "The library {path} cannot be used{detail}."))),
        (errors.NotFound, _not_found),
        (
            errors.NoKeyring,
            lambda e: Sentence(
                T(
                    "errors",
                    "The system’s keyring does not take the password ({detail}): it is kept until Inkstone ends.",
                ),
                {"detail": e.detail},
            ),
        ),
        (
            errors.WorkerDied,
            lambda e: Sentence(
                T("errors", "Reading was given up after {seconds} seconds ({task})."),
                {"seconds": f"{e.seconds:.0f}", "task": e.task},
            ),
        ),
        (
            errors.EngineRefused,
            lambda e: Sentence(
                T(
                    "errors",
                    "As root the page engine would need its sandbox switched off, which Inkstone never does by itself: "
                    "start it as an ordinary user, or set QTWEBENGINE_DISABLE_SANDBOX=1.",
                )
            ),
        ),
        (errors.Stopped, lambda e: Sentence(T("errors", "It was stopped; nothing was changed."))),
        (errors.Usage, lambda e: Sentence("{detail}.", {"detail": e.detail})),
    )


_TABLE = _table()


def _details() -> tuple[str, ...]:
    """What readers of feeds, lists and files say of what they met; it is put into a sentence as its ``detail``."""
    T = QT_TRANSLATE_NOOP
    return (
        T("details", "it is not JSON"),
        T("details", "it holds no settings"),
        T("details", "it is larger than {size} MB"),
        T("details", "unpacked it is larger than {size} MB"),
        T("details", "this is no OPML list of feeds"),
        T("details", "no feed"),
        T("details", "no instance of RSSHub is set for this address"),
        T("details", "the instance gives a page instead of a feed"),
        T("details", "the document is empty"),
        T("details", "this is {what}, not a feed"),
        T("details", "the document is broken gzip data"),
        T("details", "there is no XML in it"),
        T("details", "the XML is too broken to be read"),
        T("details", "broken JSON: {problem}"),
        T("details", "the JSON is nested too deep"),
        T("details", "this is JSON, but not a JSON Feed"),
        T("details", "is not a folder"),
        T("details", "no such file or directory"),
        T("details", "permission denied"),
        T("details", "no space left on device"),
        T("details", "no such host: {host}"),
        T("details", "connection refused"),
        T("details", "private address: {address}"),
    )


def _notes() -> tuple[str, ...]:
    """What is said above an article: what was wrong with it when it was read. The most telling first."""
    T = QT_TRANSLATE_NOOP
    return (
        T("notes", "front matter, line {line}: “{value}” is no date"),
        T("notes", "front matter: “{value}” is no date"),
        T("notes", "front matter, line {line}: opened, but never closed"),
        T("notes", "front matter, line {line}: “{key}” was said above already; the last one counts"),
        T("notes", "front matter, line {line}: longer than {size} KB, read line by line"),
        T("notes", "front matter, line {line}: JSON that cannot be read"),
        T("notes", "front matter, line {line}: not a list of fields; read line by line"),
        T("notes", "front matter, line {line}: more than {count} values; read line by line"),
        T("notes", "front matter, line {line}: {problem}; read line by line"),
        T("notes", "not UTF-8: read as {encoding}"),
        T("notes", "line {line}: not valid UTF-8 (1 bad place, shown as {sign})"),
        T("notes", "line {line}: not valid UTF-8 ({count} bad places, shown as {sign})"),
        T("notes", "not valid {encoding} (1 bad place, shown as {sign})"),
        T("notes", "not valid {encoding} ({count} bad places, shown as {sign})"),
        T("notes", "line {line}: '{value}' is not a date"),
        T("notes", "'{value}' is not a date"),
        T("notes", "{problem}: shown as text"),
    )


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            re.escape(literal) + (f"(?P<{name}>.*?)" if name else "")
            for literal, name, _, _ in Formatter().parse(template)
        ),
        re.DOTALL,
    )


#: Templates with their patterns, the most telling first.
_Known = tuple[tuple[str, re.Pattern[str]], ...]


def _known(templates: Iterable[str]) -> _Known:
    return tuple((text, _pattern(text)) for text in templates)


def _taken_apart(text: str, known: Callable[[], _Known], most: int) -> Sentence | None:
    """A text as one of these templates with its values; None for one that is not known, or longer than any can be."""
    for template, pattern in known() if len(text) < most else ():
        match = pattern.fullmatch(text)
        if match:
            return Sentence(template, match.groupdict())
    return None


@cache
def _of_details() -> _Known:
    return _known(_details())


def recognise_detail(text: str) -> Sentence | None:
    """Take the ``detail`` of a sentence apart, so that it can be translated; None for one that is not known."""
    return _taken_apart(text, _of_details, 500)


@cache
def _of_notes() -> _Known:
    return _known(_notes())


def recognise_note(text: str) -> Sentence | None:
    """Take what is said above an article apart, so that it can be translated; None for one that is not known."""
    return _taken_apart(text, _of_notes, 500)


@cache
def _of_sources() -> _Known:
    """What a source's error can say, as templates with their patterns, the most telling first."""
    examples = (
        errors.HttpStatus(url="", status=0),
        errors.TooLarge(url="", limit_bytes=0),
        errors.Blocked(url="", detail=""),
        errors.TimedOut(url="", seconds=0),
        errors.Unreachable(url="", detail=""),
        errors.Untrusted(url="", detail="", fingerprint="0"),
        errors.Untrusted(url="", detail=""),
        errors.Cancelled(url=""),
        errors.FetchError(url=""),
        errors.FolderError(path="", detail=""),
        errors.WorkerDied(task="", seconds=0),
        RuntimeError(),
        errors.ParseError(where="", detail="", line=1),
        errors.ParseError(where="", detail=""),
    )
    return _known(describe(example).text for example in examples)


def recognise(text: str) -> Sentence | None:
    """Take a source's stored sentence apart again, so that it can be translated; None for one that is not known."""
    return _taken_apart(text, _of_sources, 2000)
