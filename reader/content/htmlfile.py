"""A whole HTML document: what its head says, and its body."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from reader.content import links

_META = {
    "og:title": "title", "twitter:title": "title", "dc.title": "title",
    "author": "author", "article:author": "author", "dc.creator": "author", "byl": "author",
    "article:published_time": "date", "date": "date", "dc.date": "date", "dc.date.issued": "date", "pubdate": "date",
    "publish_date": "date", "og:published_time": "date", "datepublished": "date",
    "article:modified_time": "updated", "last-modified": "updated", "og:updated_time": "updated",
    "description": "description", "og:description": "description",
    "keywords": "keywords", "og:image": "image", "twitter:image": "image", "og:url": "url",
    "content-language": "lang",
}  # fmt: skip


def split(text: str) -> tuple[dict[str, object], str]:
    """Reads the head of an HTML document.

    Returns:
        The fields by the names that front matter uses, ``base`` (a web address) for what relative addresses are
        relative to, and what stands inside ``<body>``.
    """
    tree = LexborHTMLParser(text)
    fields: dict[str, object] = {}
    title = tree.css_first("head > title")
    for node in tree.css("meta[content]")[:200]:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        name = name or attributes.get("http-equiv") or ""
        key = _META.get(name.lower())
        value = (attributes.get("content") or "").strip()
        if key == "author" and value.startswith("http"):
            continue
        if key and value:
            fields.setdefault(key, value)
    named = " ".join(title.text().split()) if title else ""
    if named:
        fields["title"] = named
    link = tree.css_first("link[rel=canonical][href]")
    if link:
        fields.setdefault("url", link.attributes.get("href") or "")
    base = tree.css_first("base[href]")  # the first one counts (HTML, section 4.2.3)
    address = links.absolute(base.attributes.get("href") or "", "") if base else ""
    if links.scheme_of(address) in ("http", "https"):
        fields["base"] = address
    root = tree.css_first("html")
    language = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root else ""
    if language:
        fields["lang"] = language
    when = tree.css_first("time[datetime]")
    if when and "date" not in fields:
        fields["date"] = when.attributes.get("datetime") or ""
    body = tree.body
    inside = body.inner_html if body else None
    return fields, inside if inside and inside.strip() else re.sub(r"(?is)^.*?</head>", "", text, count=1)
