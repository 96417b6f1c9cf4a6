"""The tokens of a TeX formula, read from left to right."""

from __future__ import annotations

import re

from reader.patterns import later

_TOKEN = later(r"\\[a-zA-Z]+\*?|\\.|[0-9]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)


def split(source: str) -> list[str]:
    """Commands, numbers, blanks and single characters."""
    return _TOKEN.findall(source)


class Tokens:
    """A place in a list of tokens. ``""`` stands for its end."""

    def __init__(self, source: str) -> None:
        self.tokens = split(source)
        self.at = 0

    def peek(self) -> str:
        """The next token that is no blank."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """The next token that is no blank, and goes on."""
        token = self.peek()
        self.at += 1
        return token

    def raw(self) -> str:
        """The source of one argument, braces taken off."""
        if self.peek() != "{":
            self.one_digit()
            return self.take()
        self.at += 1
        depth, found = 1, []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            found.append(token)
        return "".join(found)

    def one_digit(self) -> None:
        """Without braces only one digit of a number is the argument: ``\\frac12`` is a half."""
        token = self.peek()
        if len(token) > 1 and token[0].isdigit():
            self.tokens[self.at : self.at + 1] = [token[0], token[1:]]

    def bracket(self) -> str:
        """The source of an argument in brackets, ``""`` without one."""
        if self.peek() != "[":
            return ""
        self.at += 1
        found = []
        while self.at < len(self.tokens) and self.tokens[self.at] != "]":
            found.append(self.tokens[self.at])
            self.at += 1
        self.at += 1
        return "".join(found)
