"""What real posts must become: facts that a person wrote down from the source, and the look at what came out.

A fact file, ``tests/data/golden/<room>/<post>.json``, holds facts and hashes of one post of the corpora, never its
words. Its name is the post's own with ``.json`` after it or in place of its ending. All keys but ``sha256`` may be
missing; an unknown one is an error.

sha256          of the source file: of another file these are not the facts.
title, title_sha        the title shown, or the SHA-256 of a long one.
date            RFC 3339 in UTC; without a zone it is the clock of this machine; null when the file has none.
day             of a date without a clock: it may begin in UTC or on this machine.
authors, tags, url      of the draft; texts in their order.
language        of the article; "zh" also accepts zh-Hans and zh-Hant.
lead_image      true address of the picture that stands for the article, null for none.
form            html, markdown or text.
pictures        [{"url", "alt"}]: all of them, or, when picture_count says how many there are, some in their order. A
                relative url is relative to the post; "url_ends" instead of "url" where the root of the site is unknown.
headings        [["h2", text]]: all of them, or, beside heading_count, some in their order; a text that ends in "…"
                is only how it begins.
links, no_links         addresses that must or must not be there; %-escapes are looked through.
code_blocks, code_sha   number of <pre>; SHA-256 of the text of some of them, newlines at the end stripped.
tables          [[rows, columns]], all of them, nested ones after their outer one; a colspan counts as so many columns.
lists, items    {"ul": n, "ol": n} and the number of <li>, those of footnotes and contents not counted.
footnotes, blockquotes, embeds  how many there are.
paragraph_starts        how some shown lines begin (after the box of a check list), in their order.
contains        phrases that are seen and found; white space counts as one space.
not_contains    what must not be seen.
removed         {kind: at least this often}.
warnings        at least this many.
text_sha        SHA-256 of all that is seen, without white space, without embed cards, without the numbers, arrows and
                boxes that footnotes and check lists bring.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from selectolax.lexbor import LexborHTMLParser

from reader.content import document, post, prepare
from reader.model import Picture, Prepared, Rendered
from reader.sources import folder

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "golden"

_DOCUMENT = "golden"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINES = """
address article aside blockquote body br caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
header hgroup hr li main ol p pre section summary table tbody tfoot thead tr ul"""
_LINE_TAGS = frozenset(_LINES.split())
#: Lists that the program makes.
_MADE = ".footnote, .footnotes, .toc"
#: Words that the program adds.
_ADDED = ".embed, .footnote-ref, .footnote-backref"
_BOXES = "☐☑☒"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the program shows it.

    Attributes:
        tree: its HTML, parsed.
        pictures: what its ``<img>`` stand for, in order.
        lines: what is seen, line by line.
    """

    prepared: Prepared
    rendered: Rendered
    form: str
    tree: LexborHTMLParser
    pictures: tuple[Picture, ...]
    lines: tuple[str, ...]


def cases(room: str) -> list[str]:
    """The names of a room's fact files without ``.json``."""
    return sorted(path.name.removesuffix(".json") for path in (GOLDEN / room).glob("*.json"))


def differences(corpora: Path, room: str, case: str) -> list[str]:
    """Renders one post of the corpora as the program does, and compares.

    Returns:
        One sentence for each fact that does not hold.
    """
    facts = json.loads((GOLDEN / room / f"{case}.json").read_text(encoding="utf-8"))
    unknown = sorted(facts.keys() - _CHECKS.keys() - _BESIDE)
    if unknown:
        return [f"unknown facts: {', '.join(unknown)}"]
    path = _source(corpora / room, case)
    if path is None:
        return [f"no post of the name {case} in {room}"]
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != facts["sha256"]:
        return [f"{path.name} is not the file that these facts are about: its sha256 is another"]
    shown = show(data, path)
    return [f"{path.name}: {said}" for name, check in _CHECKS.items() if name in facts for said in check(facts, shown)]


def show(data: bytes, path: Path) -> Shown:
    """A file as it would be shown, with no library and no time of its own."""
    draft = folder.read_bytes(data, str(path), path.name)
    prepared = prepare.prepare(draft)
    rendered = document.render(draft.raw, draft.form, name=draft.guid, base_url=draft.base_url, document=_DOCUMENT)
    tree = LexborHTMLParser(f"<body>{rendered.html}")
    pictures = []
    for node in tree.css("img"):
        address, _, number = (node.attributes.get("src") or "").rpartition("/")
        assert address == f"reader://image/{_DOCUMENT}", f"a picture that is not the reader's: {node.html}"
        pictures.append(rendered.images[int(number)])
    return Shown(
        prepared=prepared,
        rendered=rendered,
        form=post.read_text(draft.raw, draft.guid).form,
        tree=tree,
        pictures=tuple(pictures),
        lines=tuple(lines(tree)),
    )


def lines(tree: LexborHTMLParser) -> list[str]:
    """What is seen, cut where a browser would begin a new line; no empty ones."""
    written: list[str] = []

    def walk(node: Any, preformatted: bool) -> None:
        child = node.first_child
        while child is not None:
            if child.tag == "-text":
                text = child.text_content or ""
                written.append(text if preformatted else " ".join(("." + text + ".").split())[1:-1])
            elif child.tag and child.tag[0] not in "-!_":
                edge = "\n" if child.tag in _LINE_TAGS else " " if child.tag in ("td", "th") else ""
                written.append(edge)
                walk(child, preformatted or child.tag == "pre")
                written.append(edge)
            child = child.next

    if tree.body is not None:
        walk(tree.body, False)
    return [line for line in (" ".join(line.split()) for line in "".join(written).split("\n")) if line]


def _source(room: Path, case: str) -> Path | None:
    exact = room / case
    if exact.is_file():
        return exact
    found = [path for path in room.iterdir() if path.stem == case and path.is_file()]
    return found[0] if len(found) == 1 else None


def _same(name: str, expected: object, got: object) -> list[str]:
    return [] if expected == got else [f"{name}: expected {expected!r}, got {got!r}"]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _in_order(name: str, expected: Iterable[Any], got: Sequence[Any], fits: Callable[[Any, Any], bool]) -> list[str]:
    """Whether the expected ones are among the others, in their order."""
    rest = iter(got)
    for wanted in expected:
        if not any(fits(wanted, found) for found in rest):
            anywhere = any(fits(wanted, found) for found in got)
            return [f"{name}: {wanted!r} is {'in another place' if anywhere else 'missing'}; got {list(got)!r}"]
    return []


def _all_or_some(
    name: str, expected: Sequence[Any], count: int | None, got: Sequence[Any], fits: Callable[[Any, Any], bool]
) -> list[str]:
    number = len(expected) if count is None else count
    return _same(f"number of {name}", number, len(got)) + _in_order(name, expected, got, fits)


def _title(facts: Facts, shown: Shown) -> list[str]:
    return _same("title", facts["title"], shown.prepared.title)


def _title_sha(facts: Facts, shown: Shown) -> list[str]:
    title = shown.prepared.title
    return [] if _sha(title) == facts["title_sha"] else [f"title: got {title!r}, whose SHA-256 is another"]


def _date(facts: Facts, shown: Shown) -> list[str]:
    expected = datetime.fromisoformat(facts["date"]).astimezone(UTC) if facts["date"] else None
    return _same("date", expected, shown.prepared.draft.published)


def _day(facts: Facts, shown: Shown) -> list[str]:
    begin = datetime.fromisoformat(facts["day"])
    got = shown.prepared.draft.published
    return [] if got in (begin.replace(tzinfo=UTC), begin.astimezone(UTC)) else _same("day", facts["day"], got)


def _authors(facts: Facts, shown: Shown) -> list[str]:
    return _same("authors", facts["authors"], list(shown.prepared.draft.authors))


def _tags(facts: Facts, shown: Shown) -> list[str]:
    return _same("tags", facts["tags"], list(shown.prepared.draft.tags))


def _language(facts: Facts, shown: Shown) -> list[str]:
    expected, got = facts["language"], shown.prepared.language
    return [] if expected and got.startswith(f"{expected}-") else _same("language", expected, got)


def _url(facts: Facts, shown: Shown) -> list[str]:
    return _same("url", facts["url"] or "", shown.prepared.draft.url)


def _lead_image(facts: Facts, shown: Shown) -> list[str]:
    lead = shown.prepared.lead
    if facts["lead_image"] is None or lead is None:
        return _same("lead picture", facts["lead_image"], lead and lead.url)
    return _same("lead picture", _address(facts["lead_image"], shown), unquote(lead.url))


def _form(facts: Facts, shown: Shown) -> list[str]:
    return _same("form", facts["form"], shown.form)


def _pictures(facts: Facts, shown: Shown) -> list[str]:
    def fits(wanted: Mapping[str, str], found: tuple[str, str]) -> bool:
        address = unquote(found[0])
        ends = wanted.get("url_ends")
        same = address.endswith(ends) if ends else _address(wanted["url"], shown) == address
        return same and wanted.get("alt", found[1]) == found[1]

    got = [(picture.url, picture.alt) for picture in shown.pictures]
    return _all_or_some("pictures", facts["pictures"], facts.get("picture_count"), got, fits)


def _picture_count(facts: Facts, shown: Shown) -> list[str]:
    return [] if "pictures" in facts else _same("number of pictures", facts["picture_count"], len(shown.pictures))


def _headings(facts: Facts, shown: Shown) -> list[str]:
    def fits(wanted: Sequence[str], found: Sequence[str]) -> bool:
        begins = wanted[1].endswith("…") and found[1].startswith(wanted[1][:-1])
        return wanted[0] == found[0] and (begins or wanted[1] == found[1])

    return _all_or_some("headings", facts["headings"], facts.get("heading_count"), _found_headings(shown), fits)


def _heading_count(facts: Facts, shown: Shown) -> list[str]:
    got = len(_found_headings(shown))
    return [] if "headings" in facts else _same("number of headings", facts["heading_count"], got)


def _found_headings(shown: Shown) -> list[list[str]]:
    return [[node.tag or "", " ".join(node.text().split())] for node in shown.tree.css(", ".join(_HEADINGS))]


def _address(address: str, shown: Shown) -> str:
    return unquote(urljoin(shown.prepared.draft.base_url, address))


def _targets(shown: Shown) -> list[str]:
    return [unquote(node.attributes.get("href") or "") for node in shown.tree.css("a[href]")]


def _links(facts: Facts, shown: Shown) -> list[str]:
    targets = _targets(shown)
    return [f"link missing: {link}; got {targets!r}" for link in facts["links"] if unquote(link) not in targets]


def _no_links(facts: Facts, shown: Shown) -> list[str]:
    targets = _targets(shown)
    return [f"link that must not be: {link}" for link in facts["no_links"] if unquote(link) in targets]


def _blocks(shown: Shown) -> list[str]:
    return [node.text().rstrip("\n") for node in shown.tree.css("pre")]


def _code_blocks(facts: Facts, shown: Shown) -> list[str]:
    return _same("number of code blocks", facts["code_blocks"], len(_blocks(shown)))


def _code_sha(facts: Facts, shown: Shown) -> list[str]:
    blocks = _blocks(shown)
    known = set(map(_sha, blocks))
    return [f"code block missing: {sha}; got {blocks!r}" for sha in facts["code_sha"] if sha not in known]


def _tables(facts: Facts, shown: Shown) -> list[str]:
    got = []
    for table in shown.tree.css("table"):
        rows = [row for part in _children(table) for row in (_children(part) if part.tag != "tr" else [part])]
        widths = [sum(int(cell.attributes.get("colspan") or 1) for cell in _children(row)) for row in rows]
        got.append([len(rows), max(widths, default=0)])
    return _same("tables", facts["tables"], got)


def _children(node: Any) -> list[Any]:
    """Rows of a part of a table, cells of a row, parts and rows of a table."""
    return [child for child in node.iter() if child.tag in ("thead", "tbody", "tfoot", "tr", "td", "th")]


def _of_the_author(shown: Shown, selector: str) -> int:
    made = {node.mem_id for holder in shown.tree.css(_MADE) for node in holder.css(selector)}
    return sum(node.mem_id not in made for node in shown.tree.css(selector))


def _lists(facts: Facts, shown: Shown) -> list[str]:
    return _same("lists", facts["lists"], {tag: _of_the_author(shown, tag) for tag in facts["lists"]})


def _items(facts: Facts, shown: Shown) -> list[str]:
    return _same("number of list items", facts["items"], _of_the_author(shown, "li"))


def _footnotes(facts: Facts, shown: Shown) -> list[str]:
    return _same("number of footnotes", facts["footnotes"], len(shown.tree.css(".footnote li, .footnotes li")))


def _blockquotes(facts: Facts, shown: Shown) -> list[str]:
    return _same("number of block quotes", facts["blockquotes"], len(shown.tree.css("blockquote")))


def _embeds(facts: Facts, shown: Shown) -> list[str]:
    return _same("number of embed cards", facts["embeds"], len(shown.tree.css(".embed")))


def _paragraph_starts(facts: Facts, shown: Shown) -> list[str]:
    got = [line.lstrip(_BOXES + " ") for line in shown.lines]
    return _in_order("line", facts["paragraph_starts"], got, lambda start, line: line.startswith(start))


def _contains(facts: Facts, shown: Shown) -> list[str]:
    seen = " ".join(shown.lines)
    found = " ".join(shown.prepared.text.split())
    return [
        f"{phrase!r} is not {what}"
        for phrase in facts["contains"]
        for what, words in (("seen", seen), ("found by a search", found))
        if " ".join(phrase.split()) not in words
    ]


def _not_contains(facts: Facts, shown: Shown) -> list[str]:
    seen = "\n".join(shown.lines)
    return [f"{phrase!r} is seen" for phrase in facts["not_contains"] if phrase in seen]


def _removed(facts: Facts, shown: Shown) -> list[str]:
    got = dict(shown.rendered.removed)
    return [
        f"removed {kind}: expected at least {number}, got {got.get(kind, 0)}"
        for kind, number in facts["removed"].items()
        if got.get(kind, 0) < number
    ]


def _warnings(facts: Facts, shown: Shown) -> list[str]:
    got = {*shown.prepared.draft.warnings, *shown.rendered.warnings}
    return [] if len(got) >= facts["warnings"] else [f"warnings: expected {facts['warnings']}, got {sorted(got)!r}"]


def _text_sha(facts: Facts, shown: Shown) -> list[str]:
    tree = LexborHTMLParser(f"<body>{shown.rendered.html}")
    for node in tree.css(_ADDED):
        node.decompose()
    words = "".join("".join(lines(tree)).split()).translate(str.maketrans("", "", _BOXES))
    if _sha(words) == facts["text_sha"]:
        return []
    return [f"text: another SHA-256; {len(words)} characters from {words[:40]!r} to {words[-40:]!r}"]


_CHECKS: dict[str, Callable[[Facts, Shown], list[str]]] = {
    "title": _title, "title_sha": _title_sha, "date": _date, "day": _day, "authors": _authors, "tags": _tags,
    "language": _language, "url": _url, "lead_image": _lead_image, "form": _form, "pictures": _pictures,
    "picture_count": _picture_count, "headings": _headings, "heading_count": _heading_count, "links": _links,
    "no_links": _no_links, "code_blocks": _code_blocks, "code_sha": _code_sha, "tables": _tables, "lists": _lists,
    "items": _items, "footnotes": _footnotes, "blockquotes": _blockquotes, "embeds": _embeds,
    "paragraph_starts": _paragraph_starts, "contains": _contains, "not_contains": _not_contains,
    "removed": _removed, "warnings": _warnings, "text_sha": _text_sha,
}  # fmt: skip
_BESIDE = {"sha256"}
