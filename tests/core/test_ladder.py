"""In which order a picture is asked for, and what a failure rules out: decided without asking anybody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.ladder import Try, after, steps, through
from reader.lessons import Lesson

URL, ARTICLE = "http://img.example/a.png", "http://blog.example/post"
OTHERS = ("http://cdn.example/small.png", "https://wsrv.nl/?url=img.example/a.png")
TEMPLATE = "https://my.example/?u={url}"
THROUGH = "https://my.example/?u=http%3A%2F%2Fimg.example%2Fa.png"


def plan(url: str = URL, lesson: Lesson | None = None, template: str = TEMPLATE) -> list[Try]:
    return steps(url, OTHERS, ARTICLE, template, lambda host: lesson if lesson and lesson.host == host else None)


def test_the_common_order() -> None:
    found = plan()
    assert [(step.kind, step.rung, step.referer) for step in found[:3]] == [
        ("itself", "none", ""),
        ("itself", "own", "http://img.example/"),
        ("itself", "article", ARTICLE),
    ]
    assert [step.url for step in found[3:7]] == [*OTHERS, "https://img.example/a.png", THROUGH]
    assert {step.rung for step in found[3:7]} == {"none"}
    assert {step.rung for step in found[7:]} == {"own", "article"}


def test_what_was_learned_goes_first() -> None:
    def first(kind: str, via: str, rung: str) -> Try:
        return plan(lesson=Lesson("img.example", kind, via, rung))[0]  # type: ignore[arg-type]

    assert first("itself", "http://img.example", "article").referer == ARTICLE
    assert first("scheme", "https://img.example", "own").url == "https://img.example/a.png"
    assert first("template", "https://my.example", "none").url == THROUGH
    assert first("alternate1", "https://wsrv.nl", "none").url == OTHERS[1]
    assert first("alternate0", "https://wsrv.nl", "none").url == OTHERS[1]  # the same proxy, elsewhere in the list
    assert first("alternate0", "https://gone.example", "none") == plan()[0]  # nothing here is like it
    assert plan(template="", lesson=Lesson("img.example", "template", "https://my.example", "none")) == plan(
        template=""
    )


def test_what_is_known_of_hosts_goes_before_the_common_order() -> None:
    assert plan("https://cdnfile.sspai.com/a.png")[0].referer == "https://sspai.com/"
    bilibili = plan("https://i0.hdslb.com/a.png")
    assert (bilibili[0].rung, bilibili[0].referer) == ("known", "")
    assert sum(step.kind == "itself" and step.referer == "" for step in bilibili) == 1


def test_what_a_failure_rules_out() -> None:
    first, *waiting = plan()
    assert after(waiting, first, "refused", silent=False) == waiting
    assert all(step.url != URL for step in after(waiting, first, "missing", silent=False))
    silent = after(waiting, first, "unreachable", silent=True)
    assert silent[0].kind == "scheme"  # the likeliest cure
    assert all(step.via != "http://img.example" for step in silent)
    too_many = after(waiting, first, "refused", silent=True)
    assert all(step.via != "http://img.example" for step in too_many)
    blocked = after(waiting, first, "blocked", silent=True)
    assert {step.kind for step in blocked} == {"alternate0", "alternate1"}


def test_whom_the_users_proxy_is_told_of() -> None:
    assert through(TEMPLATE, URL) == THROUGH
    for private in (
        "http://192.168.1.2/a",
        "http://nas/a",
        "http://localhost/a",
        "http://[fd00::1]/a",
        "file:///a",
        "",
    ):
        assert through(TEMPLATE, private) == ""
    for useless in ("", "https://my.example/", "ftp://my.example/{url}"):
        assert through(useless, URL) == ""


def test_a_port_that_is_written_out_has_one_scheme() -> None:
    assert not any(step.kind == "scheme" for step in plan("http://img.example:8080/a.png"))
    assert not any(step.kind == "scheme" for step in plan("https://img.example:443/a.png"))
    assert any(step.url == "http://img.example/a.png?x=:443" for step in plan("https://img.example/a.png?x=:443"))


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_addresses_give_steps_and_none_twice(url: str, others: list[str], article: str) -> None:
    found = steps(url, others, article, TEMPLATE, lambda host: None)
    assert found
    assert found[0].url == url
    assert len({(step.url, step.referer) for step in found}) == len(found)
    for step in found:
        left = after(found, step, "missing", silent=False)
        assert len(left) < len(found)
