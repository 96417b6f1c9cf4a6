"""The head of a file: YAML, TOML or JSON between marks, cut off and read without trusting it."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from datetime import date, datetime, time

from reader.patterns import later
from reader.records import dataclass

#: More than this is no front matter: real ones are below 4 KB, and the C YAML reader must not get more (see _too_deep).
MAX_BYTES = 64 * 1024
MAX_DEPTH = 50
#: Real front matter uses one or two aliases, if any; a "billion laughs" needs dozens.
MAX_ALIASES = 16
MAX_VALUES = 10_000
#: Of one kind; who says a thing twice says it a thousand times.
MAX_WARNINGS = 20

_KEY = later(r"""^(?:["']?[^\W\d_][\w .@$/-]{0,60}["']?)\s*:(?:\s|$)""")
#: What looks like front matter where none was found.
_OPENED = later(r"\s*(?:(---)[ \t]*\n[A-Za-z_]\w*:\s|(?=\{\s*\"\w+\"\s*:)(\{))")
#: Lines of fields, of their lists and of what continues them.
_FIELD_LINES = later(
    r"(?:(?:[^\W\d_][\w.@$/-]{0,60}[ \t]*:(?:[ \t][^\n]*)?|[ \t]+\S[^\n]*|-[ \t][^\n]*)(?:\n|\Z)){1,200}"
)
#: ``---toml``, as gray-matter reads it.
_NAMED_MARK = later(r"---[ \t]*(yaml|toml|json)", re.IGNORECASE)
_PLAIN_KEY = later(r"^([^\W\d_][\w.@$/-]*(?: [\w.@$/-]+){0,3})\s*:(?:[ \t]+(.*))?$")
_TOML_KEY = later(r"^([\w.-]{1,60})\s*=\s*(.*)$")
_ALIAS = later(r"(?:^|[\s\[,{:-])\*[^\s*,\]}]", re.MULTILINE)
_CONTROL = later("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKERS = later(r"[ \t]*(?:[-?:][ \t]+)*")
#: What a file without an opening mark must begin with to be believed (Hexo's old form, Pelican's metadata lines).
_KNOWN_NAMES = """
title date tags tag categories category layout author authors permalink slug description summary updated modified id
lang language subtitle cover thumbnail comments toc"""
_KNOWN = frozenset(_KNOWN_NAMES.split())
_ABSENT = ("", "null", "Null", "NULL", "~")


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of front matter: how to read it, its text, the line it begins in (1-based), and where the body starts."""

    kind: str
    text: str
    line: int
    rest: str
    certain: bool = True


def split(text: str) -> tuple[dict[str, object], str, tuple[str, ...]]:
    """Cuts the front matter off.

    Args:
        text: a whole file, decoded.

    Returns:
        The fields (texts, lists and maps of texts; what is absent or null is left out), the body, and warnings that
        name the line. A text without front matter comes back whole with no fields. Never raises.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    block = _find(text)
    if block is None:
        return _unclosed(text)
    if len(block.text) > MAX_BYTES:
        reason = f"front matter, line {block.line}: longer than {MAX_BYTES // 1024} KB, read line by line"
        return _lines(block, "=" if block.kind == "toml" else ":")[0], block.rest, (reason,)
    read = {"yaml": _yaml, "toml": _toml, "json": _json}[block.kind]
    fields, warnings = read(block)
    if fields is None:
        return {}, text, ()
    return fields, block.rest, warnings


def _unclosed(text: str) -> tuple[dict[str, object], str, tuple[str, ...]]:
    """What looks like front matter and has no end: its fields up to the first line that is none."""
    opened = _OPENED.match(text)
    if not opened:
        return {}, text, ()
    if not opened.group(1):
        line = text.count("\n", 0, opened.start(2)) + 1
        return {}, text, (f"front matter, line {line}: JSON that cannot be read",)
    line = text.count("\n", 0, opened.start(1)) + 1
    warning = f"front matter, line {line}: opened, but never closed"
    after = text[opened.end(1) :].split("\n", 1)[1]
    head = _FIELD_LINES.match(after)
    inside = head.group() if head else ""
    fields, _ = _lines(_Block("yaml", inside, line + 1, ""), ":")
    if not any(name.lower() in _KNOWN for name in fields):
        return {}, text, (warning,)
    return fields, after[len(inside) :], (warning,)


def _find(text: str) -> _Block | None:
    start = re.match(r"(?:[ \t\u200b\ufeff]*\n)*", text)
    begin = start.end() if start else 0
    line = text.count("\n", 0, begin) + 1
    first, _, after = text[begin:].partition("\n")
    first = first.rstrip()
    if first.startswith("---") and first.strip("-") == "":
        return _marked("yaml", after, line + 1, ("---", "..."))
    named = _NAMED_MARK.fullmatch(first)
    if named:
        return _marked(named.group(1).lower(), after, line + 1, ("---",))
    if first == "+++":
        return _marked("toml", after, line + 1, ("+++",))
    if first == ";;;":
        return _marked("json", after, line + 1, (";;;",))
    if first.startswith("{") and not first.startswith(("{{", "{%", "{#", "{:", "{<")):
        return _braces(text[begin:], line)
    if first.startswith('"') and re.match(r'"[\w-]+"\s*:', first):
        return _marked("json", text[begin:], line, (";;;",))
    key = first.split(":", 1)[0].strip().lower() if _KEY.match(first) else ""
    if key in _KNOWN:
        return _unopened(text[begin:], line)
    return None


def _marked(kind: str, after: str, line: int, ends: tuple[str, ...]) -> _Block | None:
    """The block up to the first closing line; None when it never closes or does not look like fields."""
    position = 0
    while position <= len(after) and position <= MAX_BYTES * 16:
        stop = after.find("\n", position)
        current = after[position : stop if stop >= 0 else len(after)].rstrip()
        if current in ends or (kind == "yaml" and len(current) > 3 and current.strip("-") == ""):
            inside = after[:position]
            if kind == "yaml" and not _looks_like_fields(inside):
                return None
            return _Block(kind, inside, line, after[stop + 1 :] if stop >= 0 else "")
        if stop < 0:
            return None
        position = stop + 1
    return None


def _looks_like_fields(inside: str) -> bool:
    for line in inside.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return bool(_KEY.match(line.lstrip())) or line.lstrip().startswith(("{", "? ", '"', "'"))
    return True


def _braces(text: str, line: int) -> _Block | None:
    if len(text) > 1 and text[1:].lstrip()[:1] not in ('"', "}"):
        return None
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(text[: MAX_BYTES * 2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    rest = text[end:].lstrip(" \t").removeprefix("\n")
    rest = re.sub(r"^;;;[ \t]*\n?", "", rest)
    return _Block("json", text[:end], line, rest)


def _unopened(text: str, line: int) -> _Block | None:
    """Fields with only a closing mark (Hexo), or ended by a blank line (Pelican, MultiMarkdown)."""
    lines = text[: MAX_BYTES * 2].split("\n")
    known = 0
    for number, current in enumerate(lines):
        bare = current.rstrip()
        if bare == "---":
            rest = "\n".join(text.split("\n")[number + 1 :])
            return _Block("yaml", "\n".join(lines[:number]), line, rest)
        key = bare.split(":", 1)[0].strip().lower() if _KEY.match(bare) else ""
        known += key in _KNOWN
        if not bare and known >= 2 and not any(rest.rstrip() == "---" for rest in lines[number : number + 60]):
            rest = "\n".join(text.split("\n")[number + 1 :])
            return _Block("yaml", "\n".join(lines[:number]), line, rest, certain=False)
        if bare and not key and not re.match(r"\s|- |-$|#|\]|\}", current):
            return None
    return None


def _yaml(block: _Block) -> tuple[dict[str, object] | None, tuple[str, ...]]:
    text = _CONTROL.sub("", block.text)
    refused = _too_deep(text)
    if refused:
        fields, _ = _lines(block, ":")
        return fields, (f"front matter, line {block.line + refused[0]}: {refused[1]}; read line by line",)
    import yaml  # late: the list needs no YAML

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    reason = ""
    # YAML forbids tabs for indentation; authors use them all the same.
    for attempt in dict.fromkeys((text, text.expandtabs(4))):
        try:
            node = yaml.compose(attempt, Loader=loader)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            where = block.line + (mark.line if mark else 0)
            reason = reason or f"front matter, line {where}: {getattr(error, 'problem', None) or 'not YAML'}"
            continue
        if node is None:
            return {}, ()
        if not isinstance(node, yaml.MappingNode):
            reason = f"front matter, line {block.line}: not a list of fields"
            continue
        budget = [MAX_VALUES]
        twice: list[tuple[str, int]] = []
        read = _from_node(node, 0, budget, twice)
        if budget[0] < 0:
            reason = f"front matter, line {block.line}: more than {MAX_VALUES} values"
            continue
        return (read if isinstance(read, dict) else {}), tuple(
            _said_twice(key, block.line + at) for key, at in twice[:MAX_WARNINGS]
        )
    fields, found = _lines(block, ":")
    if not found and block.certain is False:
        return None, ()
    return fields, (f"{reason}; read line by line",)


def _too_deep(text: str) -> tuple[int, str] | None:
    """Why the YAML reader must not see this text: its C code recurses without a limit and ends the process.

    Returns:
        Line offset and reason, or None. Brackets inside quotes are counted too: the check may refuse more than needed.
    """
    if len(_ALIAS.findall(text)) > MAX_ALIASES:
        return 0, "more aliases than an honest file has"
    depth = 0
    columns: list[int] = []
    for number, line in enumerate(text.split("\n")):
        for character in line:
            if character in "[{":
                depth += 1
            elif character in "]}":
                depth = max(0, depth - 1)
            if depth > MAX_DEPTH:
                return number, f"nested more than {MAX_DEPTH} deep"
        if not line.strip():
            continue
        prefix = _MARKERS.match(line)
        head = prefix.group() if prefix else ""
        starts = [index for index, character in enumerate(head) if character in "-?:"] + [len(head)]
        while columns and columns[-1] >= starts[0]:
            columns.pop()
        columns.extend(starts)
        if len(columns) > MAX_DEPTH:
            return number, f"nested more than {MAX_DEPTH} deep"
    return None


def _said_twice(key: str, line: int) -> str:
    return f"front matter, line {line}: “{key[:60]}” was said above already; the last one counts"


def _from_node(node: object, depth: int, budget: list[int], twice: list[tuple[str, int]]) -> object:
    """A YAML node as texts, lists and dicts.

    Args:
        budget: bounds what aliases can multiply.
        twice: gets each key that its map has already, with the line it stands in (0-based).
    """
    import yaml

    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        budget[0] = -1
        return None
    if isinstance(node, yaml.ScalarNode):
        written = str(node.value)
        # Plain scalars have no style: None from the Python reader, "" from the C one.
        return None if not node.style and written in _ABSENT else written.strip() or None
    if isinstance(node, yaml.SequenceNode):
        items = (_from_node(item, depth + 1, budget, twice) for item in node.value)
        return [item for item in items if item is not None]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if key in seen and key != "<<":
                twice.append((key, key_node.start_mark.line))
            seen.add(key)
            value = _from_node(value_node, depth + 1, budget, twice)
            if key == "<<" and isinstance(value, dict):
                found = {**value, **found}
            elif key and value is not None:
                found[key] = value
        return found
    return None


def _toml(block: _Block) -> tuple[dict[str, object] | None, tuple[str, ...]]:
    try:
        read = tomllib.loads(block.text)
    except (ValueError, RecursionError) as error:
        where = re.search(r"at line (\d+)", str(error))
        line = block.line + (int(where.group(1)) - 1 if where else 0)
        fields, _ = _lines(block, "=")
        said = re.sub(r"\s*\(at .*\)$", "", str(error)) or "nested too deep"
        return fields, (f"front matter, line {line}: {said}; read line by line",)
    found = _from_value(read, 0)
    return (found if isinstance(found, dict) else {}), ()


def _json(block: _Block) -> tuple[dict[str, object] | None, tuple[str, ...]]:
    text = block.text.strip()
    text = text if text.startswith("{") else "{" + text.rstrip().rstrip(",") + "}"
    twice: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        twice.extend(key for key, count in Counter(key for key, _ in found).items() if count > 1)
        return dict(found)

    try:
        read = json.loads(text, strict=False, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        line = block.line + getattr(error, "lineno", 1) - 1
        fields, _ = _lines(block, ":")
        return fields, (f"front matter, line {line}: {getattr(error, 'msg', 'nested too deep')}; read line by line",)
    found = _from_value(read, 0)
    warnings = tuple(_said_twice(key, block.line + _last_line(key, block.text)) for key in twice[:MAX_WARNINGS])
    return (found if isinstance(found, dict) else {}), warnings


def _last_line(key: str, text: str) -> int:
    """The line (0-based) in which a JSON key stands last."""
    return text.count("\n", 0, max(0, text.rfind(json.dumps(key, ensure_ascii=False))))


def _from_value(value: object, depth: int) -> object:
    if depth > MAX_DEPTH or value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        pairs = ((str(key), _from_value(item, depth + 1)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not None}
    if isinstance(value, list):
        return [item for item in (_from_value(item, depth + 1) for item in value) if item is not None]
    return str(value).strip() or None


def _lines(block: _Block, separator: str) -> tuple[dict[str, object], bool]:
    """The tolerant reader: one field a line, lists below it, everything else continues the field above.

    Returns:
        The fields, and whether any line looked like one.
    """
    fields: dict[str, object] = {}
    last = ""
    pattern = _PLAIN_KEY if separator == ":" else _TOML_KEY
    for line in _CONTROL.sub("", block.text[:MAX_BYTES]).split("\n"):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        plain = bare.strip("{}").rstrip(",").replace('"', "", 2) if block.kind == "json" else line.strip("\t").rstrip()
        match = pattern.match(plain)
        if match:
            last = match.group(1)
            written = (match.group(2) or "").strip()
            fields[last] = _items(written) if _opens_list(written) else "" if written in "|>-" else unquote(written)
        elif last and re.match(r"-(?:\s|$)", bare):
            current = fields[last]
            written = bare[1:].strip()
            items = _items(written) if _opens_list(written) else [unquote(written)]
            fields[last] = [*(current if isinstance(current, list) else [current] if current else []), *items]
        elif last and block.kind == "yaml":
            current = fields[last]
            if isinstance(current, list):
                fields[last] = [*current[:-1], " ".join((*current[-1:], unquote(bare)))]
            else:
                fields[last] = unquote(f"{current} {bare}".strip())
    kept = {key: value for key, value in fields.items() if value not in _ABSENT and value != []}
    return kept, bool(fields)


def _opens_list(value: str) -> bool:
    """``[a, b]``, or the beginning of a list that goes on in the next line; ``[Foo] bar`` is a text."""
    return value.startswith("[") and (value.endswith("]") or "]" not in value)


def _items(value: str) -> list[str]:
    return [item for item in (unquote(part.strip()) for part in value.strip("[] ").split(",")) if item not in _ABSENT]


def unquote(value: str) -> str:
    """Takes off quotes, however many pairs of them: a generator wrote ``\"\"\"'title'\"\"\"``."""
    value = value.strip()
    for _ in range(40):
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            quote, value = value[0], value[1:-1].strip()
            value = value.replace("''", "'") if quote == "'" else value.replace('\\"', '"')
        else:
            break
    if value[:1] in "'\"" and value.count(value[:1]) == 1:
        value = value[1:]
    return value.strip()
