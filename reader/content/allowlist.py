"""What may stand in a shown article: one table, and the wall that enforces it last."""

from __future__ import annotations

import re

import nh3

from reader.content import tree
from reader.patterns import later

#: Own names of the article get this prefix: they cannot meet the names of Inkstone's own page.
ID_PREFIX = "x-"

_BLOCK_TAGS = """
address article aside blockquote caption col colgroup dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
header hgroup hr li main ol p pre section summary table tbody td tfoot th thead tr ul"""
_INLINE_TAGS = """
a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time tt u var
wbr"""
BLOCK = frozenset(_BLOCK_TAGS.split())
ALLOWED = BLOCK | frozenset(_INLINE_TAGS.split())
VOID = frozenset(("br", "col", "hr", "img", "wbr"))
LINE_BREAKING = BLOCK - {"td", "th", "col", "colgroup"} | {"br"}

#: Old or foreign elements, and what stands for them.
RENAMED = {
    "center": "div", "font": "span", "big": "span", "strike": "s", "acronym": "abbr", "dir": "ul", "menu": "ul",
    "listing": "pre", "xmp": "pre", "plaintext": "pre", "fieldset": "div", "form": "div", "legend": "p",
    "dialog": "div", "nav": "div", "search": "div", "rb": "span", "rtc": "span", "tt": "code", "basefont": "span",
    "marquee": "span",
}  # fmt: skip
#: Gone with all they hold, and under which name they are counted.
GONE = {
    "script": "script", "style": "style", "template": "template", "link": "link", "meta": "meta", "base": "base",
    "title": "title", "head": "head", "noembed": "frame", "noframes": "frame", "frameset": "frame",
    "applet": "object", "param": "object", "select": "form", "datalist": "form", "option": "form", "map": "map",
    "area": "map", "portal": "frame", "fencedframe": "frame", "bgsound": "audio", "track": "track",
    "keygen": "form", "progress": "form", "meter": "form",
}  # fmt: skip
#: Counted, but their text stays.
UNWRAPPED = {"form": "form", "button": "form", "fieldset": "form"}
_OTHER_TAGS = """
button textarea label output canvas picture source audio video iframe frame object embed input noscript svg image body
html slot data nobr blink isindex optgroup math"""
#: Every element of HTML, old ones too: what is none of these and stands in code was meant to be seen.
KNOWN = frozenset(_OTHER_TAGS.split()) | ALLOWED | frozenset(RENAMED) | frozenset(GONE)

GLOBAL = frozenset(("id", "class", "lang", "dir", "title", "style"))
_ALIGN = frozenset(("align",))
_CELL = frozenset(("colspan", "rowspan", "align", "scope"))
OWN: dict[str, frozenset[str]] = {
    "a": frozenset(("href",)),
    "img": frozenset(("src", "alt", "width", "height", "loading", "decoding")),
    "td": _CELL,
    "th": _CELL,
    "tr": _ALIGN,
    "p": _ALIGN,
    "div": _ALIGN,
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "ol": frozenset(("start", "type", "reversed")),
    "li": frozenset(("value",)),
    "time": frozenset(("datetime",)),
    "details": frozenset(("open",)),
    **{f"h{level}": _ALIGN for level in range(1, 7)},
}
#: What a value must be, whole; an attribute that is neither here nor written by the walk itself is dropped.
VALUES = {
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "span": re.compile(r"[1-9]\d{0,2}"),
    "align": re.compile(r"left|right|center|justify"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "start": re.compile(r"-?\d{1,6}"),
    "value": re.compile(r"-?\d{1,6}"),
    "type": re.compile(r"[1aAiI]"),
    "datetime": re.compile(r"[\dTZPWHMSYD:+.\- ]{1,40}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5}"),
}
FLAGS = ("reversed", "open")
ID = later(r"[^\s\x00-\x20\"'<>&`]{1,200}")
_STYLES = {
    "text-align": re.compile(r"left|right|center|justify|start|end"),
    "font-weight": re.compile(r"normal|bold|[1-9]00"),
    "font-style": re.compile(r"normal|italic|oblique"),
    "text-decoration": re.compile(r"none|underline|line-through|overline"),
    "vertical-align": re.compile(r"baseline|sub|super|top|middle|bottom|text-top|text-bottom"),
}
_STYLED = later("text-align|font-weight|font-style|text-decoration|vertical-align", re.IGNORECASE)
#: Classes that the article's style sheet knows; the last line is Pygments' short token names.
CLASS = later(
    r"codehilite|highlight|linenos|footnote(?:-ref|-backref|s)?|task-list(?:-item)?|admonition(?:-title)?|note|tip|"
    r"important|warning|caution|danger|math|embed|video|audio|toc|(?:language|lang)-[\w+#-]{1,30}|align-?(?:left|right|center)|"
    r"hll|err|esc|cpf|[a-z][a-z0-9]?"
)

#: What ``mathml`` writes. The walk lets no MathML through from outside: it takes the TeX from it, or its words.
_MATH_TAGS = """
annotation math mfrac mi mn mo mover mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder munderover
semantics"""
MATH = frozenset(_MATH_TAGS.split())
_EM = later(r"-?\d{1,3}(?:\.\d{1,3})?em")
_SWITCH = later(r"true|false")
_SIDE = later(r"text-align:(?:left|right)")
MATH_VALUES: dict[str, dict[str, re.Pattern[str]]] = {
    "annotation": {"encoding": re.compile("application/x-tex")},
    "math": {"display": re.compile("block")},
    "mfrac": {"linethickness": re.compile("0")},
    "mi": {"mathvariant": re.compile("normal")},
    "mo": {
        "stretchy": _SWITCH, "fence": _SWITCH, "minsize": _EM, "maxsize": _EM, "lspace": _EM, "rspace": _EM,
    },
    "mover": {"accent": _SWITCH},
    "mspace": {"width": _EM},
    "mtable": {"displaystyle": _SWITCH},
    "mtd": {"style": _SIDE},
}  # fmt: skip

_NH3_TAGS = set(ALLOWED | MATH)
_NH3_ATTRIBUTES = {
    **{tag: set(GLOBAL | OWN.get(tag, frozenset())) for tag in ALLOWED},
    **{tag: set(values) for tag, values in MATH_VALUES.items()},
}
_SCHEMES = {"http", "https", "mailto"}
_CONTENT_GONE = {"script", "style"}


def own_id(name: str) -> str:
    """The name under which an article's ``id`` stands in the page."""
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def style(value: str) -> str:
    """The few declarations that carry meaning, in the order of the table; colours and sizes are the reader's choice."""
    if len(value) > 5000 or not _STYLED.search(value):
        return ""
    found: dict[str, str] = {}
    for declaration in value.lower().split(";"):
        name, _, setting = declaration.partition(":")
        name, setting = name.strip(), setting.replace("!important", "").strip()
        if name in _STYLES and _STYLES[name].fullmatch(setting):
            found[name] = setting
    return ";".join(f"{name}:{found[name]}" for name in _STYLES if name in found)


def last_wall(html: str, *, document: str, pictures: int, links: int = 0) -> str:
    """Runs nh3 with the same table. Nothing may touch its output.

    Args:
        html: what the walk wrote; every picture's ``src`` is a bare number, and the ``href`` of a link to a neighbour.
        document: names the article in the addresses of its pictures and links.
        pictures, links: how many there are; another number names none.
    """

    def look(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return f"reader://image/{document}/{int(value)}" if _is_number(value, pictures) else None
        if tag in MATH:
            pattern = MATH_VALUES.get(tag, {}).get(name)
            return value if pattern is not None and pattern.fullmatch(value) else None
        if name == "href":
            if _is_number(value, links):
                return f"reader://link/{document}/{int(value)}"
            return value if value.startswith(("http://", "https://", "mailto:", "#" + ID_PREFIX)) else None
        if name == "style":
            return value if style(value) == value else None
        if name == "id":
            return value if value.startswith(ID_PREFIX) else None
        return value

    # Parsed twice: what the walk wrote need not be a fixed point of parsing (a <p> in a <p>), what a parser wrote is.
    settled = tree.body_of(html)
    written = (settled.inner_html if settled is not None else None) or ""
    return nh3.clean(
        # A block inside a <p> parts it, and an end tag without a beginning makes one: empty, they say nothing.
        written.replace("<p></p>", "").strip(),
        tags=_NH3_TAGS,
        clean_content_tags=_CONTENT_GONE,
        attributes=_NH3_ATTRIBUTES,
        attribute_filter=look,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _is_number(value: str, below: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 8 and int(value) < below
