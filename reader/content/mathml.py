"""TeX formulas as MathML that Chromium draws by itself: no script, no fonts from elsewhere.

The converter knows what articles use: scripts, fractions, roots, fences, accents, alphabets, matrices, aligned lines.
A command it does not know is shown by its name. Only this module makes MathML; the source stands in an
``<annotation>``, so that the same formula can be made again from the result.
"""

from __future__ import annotations

import re
from html import escape

from reader.content import mathmark, textokens
from reader.content import texsymbols as tex
from reader.content.textokens import Tokens
from reader.patterns import later

#: A longer formula is no formula; 4,000 characters take 10 ms.
MAX_CHARS = 4000
_MAX_DEPTH = 60
_MAX_STEPS = 2 * MAX_CHARS
_MAX_MACROS = 20

_COMMENT = later(r"(?<!\\)%[^\n]*")
_FENCE_SIZES = {"big": "1.2", "Big": "1.6", "bigg": "2.1", "Bigg": "2.6"}
_BIG = later(r"\\(big|Big|bigg|Bigg)[lrm]?$")
_LENGTH = later(r"-?\d{1,3}(?:\.\d{1,3})?")
_ENDS = frozenset(("}", "&", "\\\\", "\\cr", "\\end", "\\right", "\\middle", "]", ""))
_DELIMITERS = frozenset("()[]|/<>‖{}⟨⟩⌊⌋⌈⌉↑↓⇑⇓⟮⟯\\")


class _NoFormulaError(Exception):
    """Too deep, or unfolding without an end."""


def convert(source: str, *, display: bool) -> str:
    """Makes MathML of one formula.

    Args:
        source: TeX without its delimiters.
        display: a line of its own, with large signs.

    Returns:
        A ``<math>`` element; ``""`` when the source is too long, too deep or empty. Never raises.
    """
    source = " ".join((_COMMENT.sub("", source) if "\n" in source else source).split())
    if not source or len(source) > MAX_CHARS:
        return ""
    reader = _Reader(source, display)
    try:
        drawn = reader.row("")
    except (_NoFormulaError, RecursionError):
        return ""
    written = escape(source, quote=False)
    opened = '<math display="block">' if display else "<math>"
    return (
        f"{opened}<semantics><mrow>{drawn}</mrow>"
        f'<annotation encoding="application/x-tex">{written}</annotation></semantics></math>'
    )


class _Reader:
    """Reads tokens from left to right and writes elements."""

    def __init__(self, source: str, display: bool) -> None:
        self.source = Tokens(source)
        self.depth = 0
        self.display = display
        self.font = ""
        self.macros: dict[str, list[str]] = {}
        self.unfolded = 0
        self.steps = 0
        #: Whether the last row ended with the mark it was to end with.
        self.closed = False

    # -------------------------------------------------------------------------------------------- rows

    def row(self, end: str) -> str:
        """Elements up to ``end`` (taken) or up to what closes something outside (left)."""
        self.deeper()
        font = self.font
        out: list[str] = []
        while True:
            token = self.source.peek()
            if token == end:
                self.source.at += 1
                break
            if not token or (end and token in _ENDS and token != "]"):
                break
            if token in _ENDS and token != "]":
                # A closing mark without an opening one: seen by nobody, but nothing is lost.
                self.source.at += 1
                out.append("" if token in ("\\\\", "\\cr") else self.stray(token))
                continue
            command = token[1:]
            if command in ("over", "choose", "atop") and token[0] == "\\":
                self.source.at += 1
                rest = self.row(end)
                line = ' linethickness="0"' if command != "over" else ""
                made = f"<mfrac{line}><mrow>{''.join(out)}</mrow><mrow>{rest}</mrow></mfrac>"
                self.depth -= 1
                self.font = font
                return made if command != "choose" else f"{mathmark.mo('(')}{made}{mathmark.mo(')')}"
            out.append(self.scripted())
        self.closed = token == end
        self.depth -= 1
        self.font = font
        return "".join(out)

    def deeper(self) -> None:
        """Counts what is read: a formula has an end, whatever it holds."""
        self.depth += 1
        self.steps += 1
        if self.depth > _MAX_DEPTH or self.steps > _MAX_STEPS:
            raise _NoFormulaError

    def stray(self, token: str) -> str:
        if token == "\\end":
            self.source.raw()
            return ""
        if token in ("\\right", "\\middle"):
            return self.delimiter()
        return "" if token == "}" else mathmark.mo(token)

    def group(self) -> str:
        """One argument as exactly one element."""
        token = self.source.peek()
        if token == "{":
            self.source.at += 1
            return f"<mrow>{self.row('}')}</mrow>"
        if token in _ENDS:
            return "<mrow></mrow>"
        self.source.one_digit()
        self.deeper()
        made = self.atom()[0]
        self.depth -= 1
        return f"<mrow>{made}</mrow>"

    def scripted(self) -> str:
        """An atom with its subscripts and superscripts."""
        base, limits = ("<mrow></mrow>", False) if self.source.peek() in ("^", "_", "'") else self.atom()
        below = above = ""
        while True:
            token = self.source.peek()
            if token == "\\limits":
                limits = True
            elif token == "\\nolimits":
                limits = False
            elif token == "_" and not below:
                self.source.at += 1
                below = self.group()
                continue
            elif token == "^" and not above:
                self.source.at += 1
                above = self.group()
                continue
            elif token in ("'", "’") and not above:
                marks = 0
                while self.source.peek() == token:
                    self.source.at += 1
                    marks += 1
                above = mathmark.mo("′" * marks)
                if self.source.peek() == "^":
                    self.source.at += 1
                    above = f"<mrow>{above}{self.group()}</mrow>"
                continue
            else:
                break
            self.source.at += 1
        if not below and not above:
            return base
        base = base or "<mrow></mrow>"
        over, under, both = ("mover", "munder", "munderover") if limits else ("msup", "msub", "msubsup")
        if below and above:
            return f"<{both}>{base}{below}{above}</{both}>"
        return f"<{under}>{base}{below}</{under}>" if below else f"<{over}>{base}{above}</{over}>"

    # ------------------------------------------------------------------------------------------- atoms

    def atom(self) -> tuple[str, bool]:
        """One element, and whether its scripts go above and below it."""
        token = self.source.take()
        if token == "{":
            return f"<mrow>{self.row('}')}</mrow>", False
        if token[:1] == "\\" and len(token) > 1:
            return self.command(token)
        if token in ("^", "_"):
            return f"<mrow>{self.group()}</mrow>", False
        if token == "~":
            return '<mspace width="0.25em"></mspace>', False
        if token[:1].isdigit():
            return f"<mn>{''.join(tex.in_alphabet(digit, self.font) for digit in token)}</mn>", False
        if token.isalpha():
            return self.letter(token), False
        return mathmark.mo({"-": "−", "*": "∗", "'": "′"}.get(token, token)), False

    def letter(self, letter: str) -> str:
        if ord(letter) > 0x2E7F:  # no letter of a formula: the words of its author
            return f"<mtext>{escape(letter)}</mtext>"
        shown = tex.in_alphabet(letter, self.font)
        upright = self.font == "normal" and shown == letter
        return f'<mi mathvariant="normal">{shown}</mi>' if upright else f"<mi>{escape(shown)}</mi>"

    def command(self, token: str) -> tuple[str, bool]:
        name = token[1:]
        if token in self.macros:
            self.unfolded += 1
            if self.unfolded > 200 or len(self.source.tokens) > 2 * MAX_CHARS:
                raise _NoFormulaError
            self.source.tokens[self.source.at : self.source.at] = self.macros[token]
            return self.atom() if self.source.peek() not in _ENDS else ("", False)
        if name in tex.LETTERS:
            return self.letter(tex.LETTERS[name]), False
        if name in tex.LARGE:
            return mathmark.mo(tex.LARGE[name]), self.display
        if name in tex.INTEGRALS:
            return mathmark.mo(tex.INTEGRALS[name]), False
        if name in tex.OPERATORS:
            fence = tex.OPERATORS[name] in _DELIMITERS
            return mathmark.mo(tex.OPERATORS[name], ' stretchy="false"' if fence else ""), False
        if name in tex.UPRIGHT:
            shown = tex.in_alphabet(tex.UPRIGHT[name], self.font)
            return f'<mi mathvariant="normal">{shown}</mi>', False
        if name in tex.FUNCTIONS:
            return f"<mi>{tex.FUNCTIONS[name]}</mi>", self.display and name in tex.BELOW
        if name in tex.SPACES:
            return f'<mspace width="{tex.SPACES[name]}em"></mspace>', False
        return self.structure(token, name)

    def structure(self, token: str, name: str) -> tuple[str, bool]:
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            self.source.bracket()
            return f"<mfrac>{self.group()}{self.group()}</mfrac>", False
        if name in ("binom", "dbinom", "tbinom"):
            over = f'<mfrac linethickness="0">{self.group()}{self.group()}</mfrac>'
            return f"<mrow>{mathmark.mo('(')}{over}{mathmark.mo(')')}</mrow>", False
        if name == "sqrt":
            degree = self.source.bracket()
            inside = self.group()
            if not degree:
                return f"<msqrt>{inside}</msqrt>", False
            return f"<mroot>{inside}<mrow>{self.inner(degree)}</mrow></mroot>", False
        if name in tex.ACCENTS or name in tex.ABOVE:
            mark = tex.ACCENTS.get(name) or tex.ABOVE[name]
            stretch = "" if name in tex.ABOVE else ' stretchy="false"'
            return f'<mover accent="true">{self.group()}{mathmark.mo(mark, stretch)}</mover>', name == "overbrace"
        if name in tex.UNDER:
            return f"<munder>{self.group()}{mathmark.mo(tex.UNDER[name])}</munder>", name == "underbrace"
        if name in tex.LONG_ARROWS:
            below = self.source.bracket()
            arrow, above = mathmark.mo(tex.LONG_ARROWS[name], ' stretchy="true"'), self.group()
            if below:
                return f"<munderover>{arrow}<mrow>{self.inner(below)}</mrow>{above}</munderover>", False
            return f"<mover>{arrow}{above}</mover>", False
        if name in ("overset", "stackrel"):
            above, base = self.group(), self.group()
            return f"<mover>{base}{above}</mover>", False
        if name == "underset":
            below, base = self.group(), self.group()
            return f"<munder>{base}{below}</munder>", False
        if name == "left":
            return self.fenced(), False
        if name == "begin":
            return self.environment(), False
        if name == "substack":
            return self.stacked(self.source.raw()), False
        big = _BIG.match(token)
        if big:
            size = _FENCE_SIZES[big.group(1)]
            return self.delimiter(f' minsize="{size}em" maxsize="{size}em"'), False
        return self.words(token, name)

    def words(self, token: str, name: str) -> tuple[str, bool]:
        if name in tex.FONTS:
            before, self.font = self.font, tex.FONTS[name]
            if self.source.peek() != "{" and len(name) < 4:
                return "", False  # \rm and its like hold until their group ends
            made = self.function() if name in ("mathrm", "mathup") else self.group()
            self.font = before
            return made, False
        if name in tex.TEXTS:
            return f"<mtext>{mathmark.words(self.source.raw())}</mtext>", False
        if name in ("operatorname", "operatorname*", "DeclareMathOperator"):
            return f"<mi>{mathmark.words(self.source.raw())}</mi>", self.display and name.endswith("*")
        if name in ("bmod", "mod", "pmod"):
            if name == "bmod":
                return '<mo lspace="0.222em" rspace="0.222em">mod</mo>', False
            inside = f'<mi>mod</mi><mspace width="0.333em"></mspace>{self.group()}'
            inside = f"{mathmark.mo('(')}{inside}{mathmark.mo(')')}" if name == "pmod" else inside
            return f'<mspace width="0.5em"></mspace><mrow>{inside}</mrow>', False
        if name in ("tag", "tag*"):
            shown = mathmark.words(self.source.raw())
            shown = shown if name == "tag*" else f"({shown})"
            return f'<mspace width="2em"></mspace><mtext>{shown}</mtext>', False
        if name in ("hspace", "hspace*", "kern", "mkern", "mskip"):
            length = _LENGTH.match(self.source.raw())
            return (f'<mspace width="{length.group()}em"></mspace>' if length else ""), False
        if name == "not":
            struck, limits = self.atom()
            return struck.replace("</mo>", "\u0338</mo>", 1).replace("</mi>", "\u0338</mi>", 1), limits
        if name in ("newcommand", "renewcommand", "def", "providecommand"):
            macro = self.source.raw()
            self.source.bracket()
            body = self.source.raw()
            if macro.startswith("\\") and len(self.macros) < _MAX_MACROS and "#" not in body:
                self.macros[macro] = textokens.split(body)
            return "", False
        if name in tex.SHOWN:
            self.source.bracket()
            for _ in range(tex.SHOWN[name]):
                self.source.raw()
            return self.group(), False
        if name in tex.SILENT:
            for _ in range(tex.SILENT[name]):
                self.source.raw()
            return "", False
        return f"<mtext>{escape(token)}</mtext>", False

    def function(self) -> str:
        """``\\mathrm{Attention}`` is one word; ``\\mathrm{d}x`` and longer things are read as they stand."""
        at = self.source.at
        written = self.source.raw()
        if re.fullmatch(r"[A-Za-z]{2,40}", written):
            return f"<mi>{written}</mi>"
        self.source.at = at
        return self.group()

    def inner(self, source: str) -> str:
        """Elements of a piece of source that was cut out."""
        held, self.source = self.source, Tokens(source)
        made = self.row("")
        self.source = held
        return made

    # ---------------------------------------------------------------------------------- fences and tables

    def delimiter(self, size: str = "") -> str:
        token = self.source.take()
        shown = tex.OPERATORS.get(token[1:], token) if token[:1] == "\\" else {"<": "⟨", ">": "⟩"}.get(token, token)
        return "" if token in (".", "") else mathmark.mo(shown, size or ' fence="true" stretchy="true"')

    def fenced(self) -> str:
        out = [self.delimiter()]
        while True:
            out.append(self.row("\\right"))
            if self.closed:
                out.append(self.delimiter())
                break
            if self.source.peek() != "\\middle":
                break
            self.source.at += 1
            out.append(self.delimiter())
        return f"<mrow>{''.join(out)}</mrow>"

    def environment(self) -> str:
        name = self.source.raw().rstrip("*")
        opening, closing = tex.MATRICES.get(name, ("", ""))
        columns = self.source.raw() if name in ("array", "alignat", "alignedat", "subarray", "darray") else ""
        if name not in ("array", "subarray", "darray"):
            columns = "l" if "cases" in name else "rl" if name[:5] in ("align", "split", "eqnar", "flali") else "c"
        elif self.source.peek() == "[":
            self.source.bracket()
        columns = "".join(letter for letter in columns if letter in "lcr") or "c"
        table = self.table(columns, name)
        left = mathmark.mo(opening, ' fence="true" stretchy="true"') if opening else ""
        right = mathmark.mo(closing, ' fence="true" stretchy="true"') if closing else ""
        return f"<mrow>{left}{table}{right}</mrow>"

    def table(self, columns: str, name: str) -> str:
        aligned = columns == "rl"
        rows: list[str] = []
        cells: list[str] = []
        while True:
            letter = columns[len(cells) % len(columns)] if aligned or len(cells) < len(columns) else columns[-1]
            side = {"l": ' style="text-align:left"', "r": ' style="text-align:right"'}.get(letter, "")
            cells.append(f"<mtd{side}>{self.row('&')}</mtd>")
            if self.closed:
                continue
            token = self.source.peek()
            if token in ("\\\\", "\\cr"):
                self.source.at += 1
                if re.match(r"-?[\d.]", "".join(self.source.tokens[self.source.at + 1 : self.source.at + 2])):
                    self.source.bracket()  # "\\[2pt]"
            elif token not in ("\\end", ""):
                # What closes nothing in here, in the middle of a cell.
                self.source.at += 1
                cells[-1] = cells[-1][: -len("</mtd>")] + self.stray(token) + "</mtd>"
                if token != "]":
                    continue
            if cells != [f"<mtd{side}></mtd>"] or token in ("\\\\", "\\cr"):
                rows.append(f"<mtr>{''.join(cells)}</mtr>")
            cells = []
            if token in ("\\end", ""):
                if token:
                    self.source.at += 1
                    self.source.raw()
                break
        shown = ' displaystyle="true"' if aligned or name[:4] in ("gath", "dcas") else ""
        return f"<mtable{shown}>{''.join(rows)}</mtable>"

    def stacked(self, source: str) -> str:
        rows = (f"<mtr><mtd>{self.inner(line)}</mtd></mtr>" for line in source.split("\\\\")[:20])
        return f"<mtable>{''.join(rows)}</mtable>"
