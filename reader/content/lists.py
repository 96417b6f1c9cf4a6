"""Lists and tables as people write them, brought to the blanks that the Markdown library wants."""

from __future__ import annotations

import re

from reader.patterns import later

_ITEM = later(r"^( *)([-*+]|\d{1,9}[.)])( +|$)")
_ENDS_LIST = later(r"#{1,6}\s|>|`{3}|~{3}|<(?:/?(?:div|p|table|h\d|hr|details|summary|section|ul|ol)\b)|\|")
_RULE = later(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
#: The line under the head of a table.
DELIMITER = later(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_TASK = later(r"^( *(?:[-*+]|\d{1,9}[.)]) +)\[([ xX])\](?= )")
_BLOCKS = r"(?:div|p|aside|section|article|details|blockquote|figure|table|main|center)"
_OPENING = later(rf"<{_BLOCKS}[\s>]", re.IGNORECASE)
_CLOSING = later(rf"</{_BLOCKS}\s*>", re.IGNORECASE)


def indented(lines: list[str]) -> list[str]:
    """Re-indents lists to four blanks a level, and sets the blank lines that lists and tables need."""
    out: list[str] = []
    levels: list[tuple[int, int]] = []  # for each open item, the columns of its content and of its mark
    opened = 0  # block elements opened inside the list
    blank = True
    for number, line in enumerate(lines):
        if not line.strip():
            out.append("")
            blank = True
            continue
        line = line.expandtabs(4) if "\t" in line else line
        width = len(line) - len(line.lstrip(" "))
        item = None if _RULE.match(line) else _ITEM.match(line)
        if item and not (not levels and width > 3):
            listed = bool(levels)
            # Two blanks are enough for a list below "1. a", where CommonMark wants three: people mean it so.
            while levels and width < min(levels[-1][0], levels[-1][1] + 2):
                levels.pop()
            if item.group(2)[0].isdigit() and not listed and not blank and not item.group(2).startswith("1"):
                item = None  # "in\n2019. It was" is no list (CommonMark, section 5.3)
            else:
                if not levels and not blank and not (out and _ITEM.match(out[-1])) and not _within_list(out):
                    out.append("")
                depth = len(levels)
                content = item.end() - item.start(2)
                narrow = len(item.group(2)) + 1
                content = content if item.group(3) and content - narrow < 4 else narrow
                opened = opened if levels else 0
                levels.append((width + content, width))
                task = _TASK.match(line)
                rest = line[item.end() :]
                if task:
                    rest = ("☐" if task.group(2) == " " else "☑") + line[task.end() :]
                marker = item.group(2).replace(")", ".") if item.group(2)[0].isdigit() else item.group(2)
                out.append(" " * (4 * depth) + marker + " " + rest)
                blank = False
                continue
        if levels and "<" in line:
            opened += len(_OPENING.findall(line)) - len(_CLOSING.findall(line))
            if opened < 0 and _CLOSING.match(line.lstrip()):
                levels.clear()  # this closes what was opened around the list
                out.extend(["", line.lstrip()])
                blank = False
                continue
        if levels:
            if blank:
                while levels and width < levels[-1][0] and not (width >= 4 * len(levels)):
                    levels.pop()
            elif width == 0 and _ends_list(line):
                levels.clear()
                out.append("")
            if levels:
                extra = max(0, width - levels[-1][0]) if blank or width >= levels[-1][0] else 0
                out.append(" " * (4 * len(levels) + (extra if extra >= 4 else 0)) + line.lstrip(" "))
                blank = False
                continue
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if not blank and "|" in line and "|" not in out[-1] and "-" in under and DELIMITER.match(under):
            out.append("")
        out.append(line)
        blank = False
        if line.startswith("#"):
            out.append("")  # a heading ends here; without the blank the library cuts the block again for each
            blank = True
    return out


def _within_list(out: list[str]) -> bool:
    """Whether the line above belongs to a list that is still open for the library."""
    for line in reversed(out[-30:]):
        if not line.strip():
            return False
        if _ITEM.match(line):
            return True
    return False


def _ends_list(line: str) -> bool:
    return bool(_ENDS_LIST.match(line) or _RULE.match(line))
