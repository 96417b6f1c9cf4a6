"""Drawings are made inert: what is left draws, and does nothing else."""

from __future__ import annotations

import base64
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reader.pictureinfo import inspect
from reader.svg import inert
from tests.site import png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6">'
HUGE = png()[:16] + b"\0\0\xff\xff" * 2 + png()[24:]


HOSTILE = r"""<?xml version="1.0"?>
<?xml-stylesheet href="http://evil.example/a.css"?>
<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<svg xmlns="&ns;" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ev="http://www.w3.org/2001/xml-events"
     width="20" height="10" onload="alert(1)" xml:base="http://evil.example/">
  <script>alert(1)</script><SCRIPT xlink:href="http://evil.example/x.js"/>
  <s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>
  <h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>
  <foreignObject><h:img xmlns:h="http://www.w3.org/1999/xhtml" src="http://evil.example/i"/></foreignObject>
  <image href="http://evil.example/a.png"/><image xlink:href="file:///etc/passwd"/>
  <image href="data:image/svg+xml,evil"/><feImage href="//evil.example/b"/>
  <image id="good" href="data:image/png;base64,GOOD"/>
  <image id="bomb" href="data:image/png;base64,HUGE"/>
  <use href="http://evil.example/a.svg#x"/><use id="use" xlink:href="#good"/>
  <a href="javascript:alert(1)" target="_top"><text id="t">kept &x; text</text></a>
  <animate attributeName="href" to="javascript:1"/><set attributeName="xlink:href" to="http://evil.example"/>
  <set attributeName="onclick" to="alert(1)"/><animate id="anim" attributeName="x" to="5"/>
  <style>@import url(http://evil.example/1.css); @im\port "http://evil.example/2.css";
    rect { fill: url(http://evil.example/3) } a { fill: \75rl(http://evil.example/4);
      b: \5c 75rl(http://evil.example/5) }
    c { d: u/**/rl(http://evil.example/6); e: url("#good"); f: url("http://evil.example/7
    g { h: image-set("http://evil.example/8" 1x); i: url('#a)b'); j: \\75rl(http://evil.example/9) }</style>
  <rect id="r" fill="url(#good)" stroke="url(http://evil.example/c)" style="filter:url(//evil.example/d);color:red"
        ev:event="click" onclick="alert(1)" ONFOCUS="alert(1)" xlink:actuate="onLoad"/>
  <handler type="application/ecmascript">alert(1)</handler>
  <iframe src="http://evil.example"/><video src="http://evil.example"/>
</svg>""".replace("GOOD", base64.b64encode(png()).decode()).replace("HUGE", base64.b64encode(HUGE).decode())


def test_a_hostile_drawing_becomes_a_harmless_one() -> None:
    data = inert(HOSTILE.encode())
    assert (inspect(data).width, inspect(data).height) == (20, 10)
    text = data.decode()
    for bad in ("alert", "javascript", "file:", "DOCTYPE", "ENTITY", "passwd", "import", "foreign", "stylesheet", "\\"):
        assert bad not in text, bad
    tree = etree.fromstring(data)
    assert not [name for e in tree.iter() for name in e.attrib if name[:2].lower() == "on" or name.endswith("base")]
    by_id = {element.get("id"): element for element in tree.iter() if element.get("id")}
    assert "evil" not in "".join(value for e in tree.iter() for value in e.attrib.values())
    style = tree.find("{*}style")
    assert style is not None
    assert re.findall(r"(?i)url\(.*?\)", style.text or "") == ['url("#good")']
    assert 'url("#good")' in (style.text or "")
    assert by_id["t"].text == "kept  text"
    assert by_id["r"].get("fill") == 'url("#good")'
    assert by_id["r"].get("style") == "filter:none;color:red"
    assert by_id["use"].get("{http://www.w3.org/1999/xlink}href") == "#good"
    assert by_id["good"].get("href", "").startswith("data:image/png;base64,")
    assert by_id["bomb"].get("href") is None
    assert by_id["anim"].get("attributeName") == "x"
    assert inert(data) == data


def test_drawings_cut_out_of_pages_are_mended() -> None:
    mended = inert(b"<svg viewBox='0 0 2 2'><g><use xlink:href='#a'/><circle id='a' r='1'></svg>")
    assert etree.fromstring(mended).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"#a" in mended
    assert b"<title>a</title>" in inert(f"{SVG}<title>a</title></svg>".encode("utf-16"))
    assert "é".encode() in inert(f'<?xml version="1.0" encoding="latin-1"?>{SVG}<text>é</text></svg>'.encode("latin-1"))


def test_svgs_that_would_draw_without_end() -> None:
    levels = "".join(f'<g id="l{n}">' + f'<use href="#l{n + 1}"/>' * 10 + "</g>" for n in range(12))
    with pytest.raises(ValueError, match="without end"):
        inert(f"{SVG}{levels}<rect id='l12'/></svg>".encode())
    masks = "".join(f'<g id="l{n}">' + f'<rect mask="url(#l{n + 1})"/>' * 10 + "</g>" for n in range(12))
    with pytest.raises(ValueError, match="without end"):
        inert(f"{SVG}{masks}<rect id='l12'/></svg>".encode())
    assert inert(f"{SVG}<g id='a'><use href='#a'/></g></svg>".encode())
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(10))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "{"ha" * 100}">{laughs}]>{SVG}<text a="&l9;">&l9;</text></svg>'
    started = time.process_time()
    assert len(inert(bomb.encode())) < 10_000
    inert(f"{SVG}{'<g>' * 5000}".encode())
    assert time.process_time() - started < 1
    for broken in (b"<svg>", b"<svg/>", b"<html/>", b"<svg xmlns='urn:other'><g/></svg>", b"\xff\xfe<", b"<svg"):
        with pytest.raises(ValueError, match="SVG"):
            inert(broken)


NAMES = st.sampled_from(
    ["g", "use", "style", "script", "a", "image", "set", "rect", "foreignObject", "x:y", "svg", "p"]
)
VALUES = st.sampled_from(
    ["#a", "url(#a)", "url(http://evil)", "javascript:1", "u\\72l(//evil)", "a&amp;b", "&#10;", "\u00e9"]
)
ATTRIBUTES = st.sampled_from(
    ["href", "xlink:href", "onload", "style", "fill", "id", "xml:base", "attributeName", "x:on"]
)


@given(st.recursive(
    st.text(alphabet="a<&>;\"'/ -!?[]", max_size=8),
    lambda inner: st.builds(
        lambda name, attribute, value, parts: f"<{name} {attribute}=\"{value}\">{''.join(parts)}</{name}>",
        NAMES, ATTRIBUTES, VALUES, st.lists(inner, max_size=3),
    ),
    max_leaves=8,
))  # fmt: skip
def test_whatever_comes_out_is_well_formed_and_inert(body: str) -> None:
    try:
        data = inert(f"{SVG}{body}</svg>".encode())
    except ValueError:
        return
    for element in etree.fromstring(data).iter():
        assert element.tag.startswith("{http://www.w3.org/2000/svg}")
        assert etree.QName(element).localname not in ("script", "foreignObject")
        for name, value in element.attrib.items():
            assert not etree.QName(name).localname.startswith("on")
            assert "url(http" not in value
            assert "url(//" not in value
            assert "\\" not in value
            assert not name.endswith("href") or value.startswith("#")
