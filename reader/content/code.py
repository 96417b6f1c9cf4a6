"""A block of code as HTML, coloured when its language is known."""

from __future__ import annotations

import re
from html import escape

_MAX_HIGHLIGHT_CHARS = 100_000
_PLAIN = frozenset(("", "text", "plain", "txt", "mermaid", "none"))


def block(text: str, info: str) -> str:
    """A code block.

    Args:
        info: what stands behind the fence; it begins with the language.
    """
    named = re.match(r"\{?\s*\.?([\w+#.-]{1,30})", info)
    language = named.group(1).lower() if named else ""
    if language == "math":
        return f'<p><code class="math display">{escape(text, quote=False)}</code></p>'
    if language not in _PLAIN and len(text) <= _MAX_HIGHLIGHT_CHARS:
        # Late: Pygments takes 120 ms at its first use, and most articles hold no code.
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(language, stripnl=False)
            return highlight(text, lexer, HtmlFormatter(cssclass=f"codehilite language-{language}", wrapcode=True))
        except (ClassNotFound, ValueError, RecursionError):
            pass
    name = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{name}>{escape(text, quote=False)}\n</code></pre>"
