"""Every word of an article with colours of its own can be read in every theme, as the engine computes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.ui import theme
from tests.e2e.conftest import Desk

POST = """<p style="color:#111;background:#fff">dark <span style="color:#eee">pale</span>
<font color="yellow">yellow</font> <span style="background-color:black;color:#222">black</span> <b>bold</b>
<a href="https://e.test/">link</a> <code style="color:#333">code</code> <mark>mark</mark></p>
<blockquote style="color:#ddd">quoted</blockquote><table bgcolor="#ffffff">
<tr><th>head</th><td bgcolor="#000">cell</td></tr></table>
<pre><code><span class="k">def</span> <span class="c1"># note</span> <span class="s1">'text'</span> 
<span class="mi">12</span></code></pre>"""

#: The lowest ratio of a text's colour to the first opaque colour behind it, and the words.
LOWEST = """(() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (css) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = css; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const behind = (node) => { for (; node; node = node.parentElement) {
    const c = rgba(getComputedStyle(node).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255]; };
  let worst = [99, ''];
  for (const node of document.querySelectorAll('#ink-body *')) {
    const words = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
    if (!words) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, words];
  }
  return worst;
})()"""


@pytest.mark.parametrize("name", list(theme.THEMES))
def test_every_word_can_be_read(desk: Desk, tmp_path: Path, name: str) -> None:
    desk.open_text(tmp_path / "files", "colours.html", POST)
    desk.viewer.set_variables(theme.css_variables(theme.THEMES[name]))  # type: ignore[index]
    ratio, words = desk.js(LOWEST)
    assert words
    assert 4.5 <= ratio <= 21, (ratio, words)
