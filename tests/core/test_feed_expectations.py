"""What other parsers expect of their own test feeds, asked of ours: feedparser, gofeed, fastfeedparser.

Asked is what an article is made of (``FIELDS``). Left aside is what has no place in ``model``: the shape of their
dictionaries, persons and tags of the feed itself, identifiers, rights, and what feedparser's sanitiser takes out.
Texts are compared by their words and bodies by their words and addresses, because markup is kept as received.
"""

from __future__ import annotations

import ast
import html
import json
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from dateutil import parser as dateutil
from selectolax.lexbor import LexborHTMLParser

from reader.errors import ParseError
from reader.model import Draft, Feed
from reader.sources.feed import parse
from reader.sources.values import is_web_address

FIELDS = ("title", "link", "author", "dates", "content", "enclosures", "categories", "language")
#: Of each field. The smaller corpus asks 51 times about links, and two of its files (one document) ask for the last.
LEAST_SHARES = {"feedparser": 0.97, "gofeed and fastfeedparser": 0.96}
#: What is wrong with the whole is on no line.
WITHOUT_A_LINE = ("the document is empty", "there is no XML in it", "this is JSON, but not a JSON Feed")
MISSES = Path(__file__).resolve().parent.parent / "data" / "feeds" / "misses.toml"
#: feedparser's own test server; its expectations about relative addresses name it.
SERVER = "http://127.0.0.1:8097/"

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Answer:
    """One thing that was asked: of which file, about which field, and whether we agree."""

    file: str
    field: str
    path: str
    wanted: object
    given: object
    met: bool


# -------------------------------------------------------------------------------------------- what is expected


def flatten(path: Path_, value: Any) -> Iterator[tuple[Path_, Any]]:
    """The leaves of an expected value."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from flatten((*path, key), inside)
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from flatten((*path, number), inside)
    else:
        yield path, value


def path_of(node: ast.expr) -> Path_ | None:
    """``entries[0]['title']`` as a path; None for what is none."""
    if isinstance(node, ast.Name):
        return ("feed",) if node.id in ("feed", "channel") else (node.id,)
    if isinstance(node, ast.Attribute):
        inside = path_of(node.value)
        return None if inside is None else (*inside, node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inside, key = path_of(node.value), node.slice.value
        return (*inside, key) if inside is not None and isinstance(key, str | int) else None
    return None


def equalities(node: ast.expr) -> Iterator[tuple[Path_, Any]]:
    """The ``path == value`` in an expression of feedparser's."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from equalities(part)
    elif isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq) for op in node.ops):
        *sides, last = [node.left, *node.comparators]
        try:
            value = ast.literal_eval(last)
        except ValueError:
            return
        for side in sides:
            if (path := path_of(side)) is not None:
                yield from flatten(path, value)


def as_text(data: bytes) -> str:
    """A test file as text, well enough to find its comment."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    if data[:4] == b"\x4c\x6f\xa7\x94":
        return data.decode("cp037")
    if b"\0" in data[:8]:
        wide = ("utf-32" if data[:3].count(0) > 1 or data[1:4].count(0) > 2 else "utf-16") if len(data) > 4 else "utf-8"
        order = "" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "-be" if data[0] == 0 else "-le"
        return data.decode(wide + order, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def feedparser_asks(text: str) -> tuple[dict[str, str], list[tuple[Path_, Any]]]:
    """The headers and the equalities in the comment of one of feedparser's files."""
    headers = {name.lower(): value.strip() for name, value in re.findall(r"Header:\s*([\w-]+):(.*)", text)}
    found = re.search(r"Expect:\s*(.*)", text)
    try:
        tree = ast.parse(found[1].strip(), mode="eval") if found else None
    except SyntaxError:
        tree = None
    return headers, list(equalities(tree.body)) if tree else []


_RENAMED = {"items": "entries", "publishedParsed": "published_parsed", "updatedParsed": "updated_parsed"}
_RENAMED |= {"pubDateParsed": "published_parsed", "categories": "tags", "enclosure": "enclosures"}


def json_asks(text: str) -> list[tuple[Path_, Any]]:
    """What a ``.json`` beside a feed expects, with feedparser's names."""
    data = json.loads(text)
    data = data.get("feed", {}) | {"entries": data["entries"]} if "feed" in data and "entries" in data else data
    asks = []
    leaves = list(flatten((), data))
    twice = {path[:2] for path, _ in leaves if path[2:3] == ("enclosures",)}
    for path, value in leaves:
        if path[2:3] == ("enclosure",) and path[:2] in twice:  # gofeed's older spelling of the same, kept by hand
            continue
        named = tuple(_RENAMED.get(str(part), part) if isinstance(part, str) else part for part in path)
        asks.append((named if named[:1] == ("entries",) else ("feed", *named), value))
    return asks


# ------------------------------------------------------------------------------------------------- comparing


def words(text: str) -> str:
    tree = LexborHTMLParser(f"<!DOCTYPE html><body>{text}")
    return "".join((tree.body.text() if tree.body else "").split())


def addresses(text: str, base: str) -> set[str]:
    tree = LexborHTMLParser(f"<!DOCTYPE html><body>{text}")
    found = [(node.attributes.get("href") or node.attributes.get("src") or "") for node in tree.css("[href],[src]")]
    return {urljoin(base, address.strip()) for address in found if address}


def same_text(wanted: str, given: str) -> bool:
    bare = "".join(given.split())
    return bare in ("".join(wanted.split()), words(wanted), words(words(wanted)))


def same_body(wanted: str, draft: Draft, given: str) -> bool:
    bare = "".join(given.split())
    if bare in ("".join(wanted.split()), "".join(html.unescape(wanted).split())):  # it escapes what it takes out
        return True
    return words(given) == words(wanted) and addresses(given, draft.base_url) == addresses(wanted, draft.base_url)


def moment(value: object) -> datetime | None:
    """An expected date: feedparser's time tuple, or a text."""
    try:
        if isinstance(value, tuple):
            year, month, day, hour, minute, second_, *_ = value
            return datetime(year, month, day, hour, minute, second_, tzinfo=UTC)
        found = dateutil.parse(str(value))
    except (ValueError, OverflowError):
        return None
    there: datetime = found if found.tzinfo else found.replace(tzinfo=UTC)
    return there.astimezone(UTC)


def second(value: datetime | None) -> datetime | None:
    return value.replace(microsecond=0) if value else None


def person(value: str) -> str:
    """The name in ``me@example.com (Name)``; the address when there is none."""
    return re.sub(r"[(<]?[\w.+-]+@[\w.-]+[)>]?", "", value).strip(" ()") or value.strip(" ()")


def ask_feed(feed: Feed, path: Path_, wanted: Any, url: str) -> tuple[str, object, bool] | None:
    match path:
        case ("title",) | ("title_detail", "value"):
            return "title", feed.title, same_text(wanted or "", feed.title)
        case ("link",):
            return "link", feed.url, feed.url.rstrip("/") == urljoin(url, (wanted or "").strip()).rstrip("/")
        case ("language",):
            return "language", feed.language, feed.language.lower() == (wanted or "").lower()
    return None


def ask_draft(
    draft: Draft, path: Path_, wanted: Any, url: str, asks: dict[Path_, Any]
) -> tuple[str, object, bool] | None:
    """The field, what we give, and whether that is what is wanted; None for what is not asked of us."""
    match path:
        case ("title",) | ("title_detail", "value"):
            return "title", draft.title, same_text(wanted or "", draft.title)
        case ("link",):
            return "link", draft.url, draft.url.rstrip("/") == urljoin(url, (wanted or "").strip()).rstrip("/")
        case ("author",) | ("author", "name") | ("author_detail", "name") | ("authors", int(), "name"):
            met = not wanted or any(same_text(person(str(wanted)), name) for name in draft.authors)
            return "author", draft.authors, met
        case ("author", "email") | ("author_detail", "email") | ("authors", int(), "email"):
            named = asks.get((*path[:-1], "name"))  # the model keeps the name, and the address where there is none
            return None if named else ("author", draft.authors, str(wanted) in draft.authors or len(draft.authors) > 0)
        case ("published_parsed" | "issued_parsed" | "created_parsed",):
            return "dates", draft.published, second(draft.published) == second(moment(wanted))
        case ("updated_parsed" | "modified_parsed" | "date_parsed",):  # Dublin Core's date is theirs or published
            return "dates", draft.updated, second(moment(wanted)) in (second(draft.updated), second(draft.published))
        case ("content",) | ("content", int(), "value") | ("content", "value"):
            if not isinstance(wanted, str):
                return None
            return "content", draft.raw, same_body(wanted, draft, draft.raw) or same_body(wanted, draft, draft.summary)
        case ("description" | "summary",) | ("summary_detail" | "description_detail", "value"):
            met = same_body(wanted or "", draft, draft.summary) or same_body(wanted or "", draft, draft.raw)
            return "content", draft.summary, met
        case ("enclosures" | "media_content", *_, "href" | "url"):
            found = [enclosure.url for enclosure in draft.enclosures]
            return "enclosures", found, urljoin(url, wanted or "") in found
        case ("enclosures" | "media_content", *_, "type"):
            kinds = [enclosure.media_type for enclosure in draft.enclosures]
            return "enclosures", kinds, (wanted or "").lower() in kinds
        case ("enclosures" | "media_content", *_, "length" | "filesize"):
            sizes = [enclosure.length for enclosure in draft.enclosures]
            return "enclosures", sizes, int(wanted or 0) in sizes
        case ("category",) | ("tags", int()) | ("tags", int(), "term" | "label" | "value"):
            known = draft.tags
            label = asks.get((*path[:-1], "label")) or wanted if len(path) == 3 else wanted
            return "categories", known, not label or any(same_text(str(label), tag) for tag in known)
        case ("language",) | ("content", int(), "language") | ("summary_detail", "language"):
            return "language", draft.language, draft.language.lower() == (wanted or "").lower()
    return None


def answers(name: str, data: bytes, asks: list[tuple[Path_, Any]], *, url: str, content_type: str) -> Iterator[Answer]:
    try:
        feed = parse(data, url=url, content_type=content_type)
    except ParseError as error:
        feed = Feed("", "", warnings=(error.detail,))
    all_of_them = dict(asks)
    for path, wanted in asks:
        about = {key[2:]: value for key, value in all_of_them.items() if key[:2] == path[:2]}
        given: tuple[str, object, bool] | None = None
        if path[:1] == ("feed",):
            given = ask_feed(feed, path[1:], wanted, url)
        elif path[:1] == ("entries",) and len(path) > 2 and isinstance(path[1], int):
            there = path[1] < len(feed.drafts)
            draft = feed.drafts[path[1]] if there else Draft("", "")
            given = ask_draft(draft, path[2:], wanted, url, about)
            if given and not there:
                given = given[0], feed.warnings, False
        if given:
            yield Answer(name, given[0], ".".join(map(str, path)), wanted, given[1], given[2])


# ---------------------------------------------------------------------------------------------- the three corpora


def of_feedparser(corpora: Path) -> Iterator[Answer]:
    root = corpora / "feeds" / "feedparser"
    for path in sorted(root.rglob("*.xml")):
        name = path.relative_to(root).as_posix()
        if "/sanitize/" in name:  # what a sanitiser takes out is proven elsewhere, against a browser
            continue
        data = path.read_bytes()
        headers, asks = feedparser_asks(as_text(data))
        located = urljoin(SERVER + path.name, headers.get("content-location", ""))
        url = located if is_web_address(located) else SERVER + path.name
        yield from answers(name, data, asks, url=url, content_type=headers.get("content-type", ""))


def of_others(corpora: Path) -> Iterator[Answer]:
    root = corpora / "feeds"
    for expected in sorted([*(root / "gofeed").rglob("*.json"), *(root / "fastfeedparser").rglob("*.json")]):
        name = expected.relative_to(root).as_posix()
        document = expected.with_name(expected.name.replace("_expected.json", ".json"))
        if document == expected:
            document = expected.with_suffix(".xml")
        if document.is_file():
            asks = json_asks(expected.read_text(encoding="utf-8"))
            yield from answers(name, document.read_bytes(), asks, url="", content_type="")


def test_others_expectations_are_met(corpora: Path) -> None:
    reasons: dict[str, str] = tomllib.loads(MISSES.read_text(encoding="utf-8"))["misses"]
    missed: dict[str, Answer] = {}
    for name, answered in {"feedparser": of_feedparser, "gofeed and fastfeedparser": of_others}.items():
        asked: Counter[str] = Counter()
        met: Counter[str] = Counter()
        for answer in answered(corpora):
            asked[answer.field] += 1
            met[answer.field] += answer.met
            if not answer.met:
                missed.setdefault(answer.file, answer)
        table = f"{name}: " + ", ".join(f"{field} {met[field]}/{asked[field]}" for field in FIELDS)
        print(table)
        short = [field for field in FIELDS if met[field] < LEAST_SHARES[name] * asked[field]]
        assert not short, table
        assert all(asked[field] for field in FIELDS), table
    assert [missed[file] for file in sorted(missed.keys() - reasons.keys())] == []
    assert sorted(reasons.keys() - missed.keys()) == [], "listed, and met all the same"


def test_every_file_gives_articles_or_says_what_it_is(corpora: Path) -> None:
    root = corpora / "feeds"
    read = 0
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.name == "INDEX.tsv":
            continue
        started = time.process_time()
        failure: ParseError | None = None
        try:
            read += len(parse(path.read_bytes(), url="https://feeds.example/f").drafts) > 0
        except ParseError as error:
            failure = error
        assert failure is None or failure.line or failure.detail in WITHOUT_A_LINE, failure
        assert time.process_time() - started < 2, path
    assert read >= 900
