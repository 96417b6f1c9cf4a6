"""Markdown to HTML (not yet safe: ``sanitize`` comes after)."""

from __future__ import annotations

from html import escape


def to_html(text: str) -> tuple[str, tuple[str, ...]]:
    """Renders Markdown.

    Returns:
        HTML that must still be sanitised, and warnings. Never raises.
    """
    import markdown

    try:
        html = markdown.markdown(text, extensions=["extra", "sane_lists", "toc", "admonition"])
    except (RecursionError, ValueError, AttributeError, IndexError, KeyError) as error:
        return f"<pre>{escape(text)}</pre>", (f"not readable as Markdown ({type(error).__name__}): shown as text",)
    return html, ()
