"""Secrets in addresses: what is taken out, what is starred, and what is left as it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.addresses import is_fake, same_address, starred, without_user


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p%40x@a.example/x@y?z@", ("https://a.example/x@y?z@", "u", "p@x")),
        ("https://a@b:c@host.example/", ("https://host.example/", "a@b", "c")),
        ("http://u@[::1]:8/", ("http://[::1]:8/", "u", "")),
        ("HTTP:\\\\u:p@a.example\\b", ("HTTP:\\\\a.example\\b", "u", "p")),
        ("https://cdn.example/gh/someone@latest/atom.xml", ("https://cdn.example/gh/someone@latest/atom.xml", "", "")),
        ("rsshub://github/issue", ("rsshub://github/issue", "", "")),
        ("not an address@all", ("not an address@all", "", "")),
    ],
)
def test_logins_are_taken_out_of_addresses(url: str, expected: tuple[str, str, str]) -> None:
    assert without_user(url) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/?token=abc&x=1", "https://a.example/?token=***&x=1"),
        ("https://a.example/f?api_key=1;accessToken=2&X-Amz-Signature=3#key=4",
         "https://a.example/f?api_key=***;accessToken=***&X-Amz-Signature=***#key=***"),
        ("https://a.example/?passkey=1&userkey=2&AUTH=3", "https://a.example/?passkey=***&userkey=***&AUTH=***"),
        ("https://a.example/?author=b&keyword=c&zipcode=1&monkey=d&tag=key", None),
        ("see https://u:p@a.example/ and http://b.example/x@y", "see https://***@a.example/ and http://b.example/x@y"),
        ("sent token=abc 'key=x'", "sent token=*** 'key=***'"),
    ],
)  # fmt: skip
def test_secrets_are_starred(text: str, expected: str | None) -> None:
    assert starred(text) == (expected or text)


@given(st.text(st.sampled_from("ab@:/?#&=;. key"), max_size=40))
def test_what_is_starred_stays_so(text: str) -> None:
    once = starred("https://" + text)
    assert starred(once) == once


@pytest.mark.parametrize("text", ["https://a/?" + "a-" * 50_000, "-".join(["key"] * 50_000), "://" * 50_000])
def test_long_texts_cost_little(text: str) -> None:
    started = time.process_time()
    starred(text)
    assert time.process_time() - started < 1


def test_one_spelling_for_the_same_thing() -> None:
    for url in ("HTTPS://u:p@A.example:443/x#top", "https://a.example./x"):
        assert same_address(url) == "https://a.example/x"
    assert same_address("https://a.example/x?") != same_address("https://a.example/x")
    assert same_address("rsshub://A/b") == "rsshub://A/b"


@pytest.mark.parametrize(
    ("address", "fake"),
    [("198.18.0.1", True), ("198.19.255.255", True), ("198.20.0.1", False), ("10.0.0.1", False), ("x", False)],
)
def test_made_up_addresses(address: str, fake: bool) -> None:
    assert is_fake(address) is fake
