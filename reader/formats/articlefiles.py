"""One article as a file of its own: Markdown with front matter, HTML, or a line of JSON."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime

from reader.formats.markdown import from_html
from reader.formats.marks import plain, rfc3339
from reader.records import dataclass

#: Lines of JSON are parted by what any reader takes for the end of one (Unicode 5.8).
_LINE_ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})
_OURS = re.compile(r'"(reader://(?:image|link)/[^"]*)"')
_STYLE = (
    "body{max-width:38em;margin:3em auto;padding:0 1.2em;font:17px/1.6 system-ui,sans-serif;overflow-wrap:break-word}"
    "img,video{max-width:100%;height:auto}pre{overflow:auto}.about{color:#666}"
    ".note{border-left:3px solid #999;padding-left:1em;white-space:pre-wrap}"
    "@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}a{color:#8ab4f8}.about{color:#999}}"
)
#: An article's page is shown as it is stored: nothing in it runs, whoever opens it.
_POLICY = "default-src 'none'; img-src * data: file:; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """What goes into the file of one article.

    Attributes:
        body: its safe HTML.
        addresses: what the addresses inside ``body`` stand for that only Inkstone knows.
        tags: the source's and the user's.
    """

    id: str
    title: str
    body: str
    text: str
    addresses: dict[str, str]
    date: datetime | None = None
    updated: datetime | None = None
    url: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    language: str = ""
    read: bool = False
    bookmarked: bool = False
    note: str = ""


def to_markdown(article: ArticleFile) -> str:
    """Markdown with YAML front matter, as site generators and editors of notes read it."""
    import yaml  # late: the list needs no YAML

    fields = {
        "title": plain(article.title),
        "date": article.date,
        "updated": article.updated,
        "url": article.url,
        "authors": [plain(each) for each in article.authors],
        "tags": [plain(each) for each in article.tags],
        "source": plain(article.source),
        "language": article.language,
        "bookmarked": article.bookmarked,
        "read": article.read,
        "note": plain(article.note),
    }
    given = {name: value for name, value in fields.items() if value not in ("", None, [])}
    front = yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{from_html(article.body, article.addresses)}"


def to_html(article: ArticleFile) -> str:
    """A page that stands alone."""
    date = article.date.astimezone().strftime("%Y-%m-%d %H:%M") if article.date else ""
    about = [html.escape(part) for part in (article.source, ", ".join(article.authors), date) if part]
    if article.url:
        about.append(f'<a href="{html.escape(article.url)}" rel="noreferrer">{html.escape(article.url)}</a>')
    if article.tags:
        about.append(html.escape(" ".join(f"#{tag}" for tag in article.tags)))
    title = html.escape(article.title)
    language = f' lang="{html.escape(article.language)}"' if article.language else ""
    note = f'<aside class="note">{html.escape(article.note)}</aside>\n' if article.note else ""
    return plain(
        f'<!DOCTYPE html>\n<html{language}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<article>\n<h1>{title}</h1>\n"
        f'<p class="about">{" · ".join(about)}</p>\n{note}{with_addresses(article)}\n</article>\n</body>\n</html>\n'
    )


def to_json_line(article: ArticleFile) -> str:
    """One object on one line; ``bookmarked``, ``tags`` and ``note`` are the user's as well."""
    fields = {
        "id": article.id,
        "title": article.title,
        "url": article.url or None,
        "date": rfc3339(article.date),
        "updated": rfc3339(article.updated),
        "authors": list(article.authors),
        "tags": list(article.tags),
        "source": article.source,
        "language": article.language or None,
        "read": article.read,
        "bookmarked": article.bookmarked,
        "note": article.note,
        "html": with_addresses(article),
        "text": article.text,
    }
    return json.dumps(fields, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def with_addresses(article: ArticleFile) -> str:
    """The body with true addresses in the place of Inkstone's own."""

    def true(found: re.Match[str]) -> str:
        return f'"{html.escape(article.addresses.get(html.unescape(found[1]), ""))}"'

    return _OURS.sub(true, article.body)
