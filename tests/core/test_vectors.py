"""What other sanitisers' own cases expect: what they take out is not seen here either, what they keep is."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from reader.content.sanitize import clean

#: Never seen as words, whatever a sanitiser leaves of them.
_UNSEEN = (
    "script, style, title, template, noscript, noembed, iframe, textarea, select, svg, math, video, audio, object, xmp"
)
#: Here their words stay, by intent: boxes are drawn, formulas and what stands in a form are read.
_WORDS_STAY = re.compile(r"<(?:math|input|textarea|isindex)\b", re.IGNORECASE)
#: Cases that encode the query of a bare address: a text, not markup.
_NO_MARKUP = ("bluemonday-tests-0162", "bluemonday-tests-0163")
_DESCRIPTION = re.compile(r"==\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*$")


def seen(html: str) -> str:
    body = LexborHTMLParser(f"<body>{html}").body
    assert body is not None
    for node in body.css(_UNSEEN + ", .embed"):
        if node.parent is not None:
            node.decompose()
    return re.sub(r"\s+", "", body.text(deep=True))


def expectations(vector: dict[str, Any]) -> list[str]:
    expected = vector.get("expected")
    if expected is None:
        said = _DESCRIPTION.search(vector.get("expect_expr") or "")
        expected = ast.literal_eval(said.group(1)) if said else []
    return expected if isinstance(expected, list) else [expected]


def test_what_other_sanitisers_expect_of_their_own_cases(corpora: Path) -> None:
    lines = (corpora / "xss" / "vectors.jsonl").read_text(encoding="utf-8").split("\n")
    met = 0
    for vector in (json.loads(line) for line in lines if line):
        expected = [seen(html) for html in expectations(vector)]
        if not expected:
            continue
        made = clean(vector["payload"], base_url="https://b.example/", document="D").html
        check(made)
        if _WORDS_STAY.search(vector["payload"]) or vector["id"] in _NO_MARKUP:
            continue
        if "<!--" in vector["payload"] and "-->" not in vector["payload"]:
            continue  # a comment without an end hides the rest in every browser
        if vector["source"] == "bleach-data":
            # bleach escapes these whole; here they go. Either way none of them is an element.
            assert LexborHTMLParser(made).css_first("img, script, style, link, meta") is None, vector
        else:
            assert seen(made) in expected, vector
        met += 1
    assert met > 370


def check(made: str) -> None:
    """What all of them agree upon: no element that runs or loads, no handler, no address but a plain one."""
    body = LexborHTMLParser(f"<body>{made}").body
    assert body is not None
    for node in body.traverse(include_text=False):
        assert node.tag not in _UNSEEN.replace(" ", "").split(",") or node.tag == "math", made
        for name, value in node.attributes.items():
            assert not name.startswith("on"), made
            if name in ("href", "src"):
                assert re.match(r"https?://|mailto:|#|reader://image/D/\d+$", value or ""), made
