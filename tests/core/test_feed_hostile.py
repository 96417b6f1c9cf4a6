"""The hostile documents of ``gen_hostile.py``: articles or a clear failure, in bounded time and memory, and no file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
#: Processor seconds for one document; libraries, 64 MB unpacked from gzip and what comes of them fit into the room.
SECONDS = 2.0
ADDRESS_SPACE_BYTES = 1 << 30

#: Reads each document in a process that may not have more, and says what came of it.
READS = """
import json, resource, sys, time
from pathlib import Path
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from reader.errors import ParseError
from reader.sources.feed import parse
for path in sorted(each for each in Path(sys.argv[1]).rglob("*") if each.is_file()):
    started = time.process_time()
    text, failure = "", ""
    try:
        feed = parse(path.read_bytes(), url="https://feeds.example/f")
        text = "".join(draft.title + draft.raw + draft.url for draft in feed.drafts)
    except ParseError as error:
        failure = error.detail
    seconds = time.process_time() - started
    told = {"name": str(path.relative_to(sys.argv[1])), "seconds": seconds, "failure": failure, "chars": len(text)}
    print(json.dumps(told | {"start": text[:1000]}), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of resources")
def test_hostile_documents_cost_little(tools: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, tools / "gen_hostile.py", tmp_path], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run(
        [sys.executable, "-c", READS, str(tmp_path), str(ADDRESS_SPACE_BYTES)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, [*told.stdout.splitlines()[-1:], told.stderr]
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(answers) > 100
    assert [answer for answer in answers if answer["seconds"] > SECONDS] == []
    by_name = {answer["name"]: answer for answer in answers}
    for bomb in ("xml/billion_laughs.xml", "xml/quadratic_blowup.xml", "xml/xxe_file.xml", "xml/xxe_http.xml"):
        assert by_name[bomb]["chars"] == 0, bomb
    assert "root:" not in json.dumps(answers)
    for bomb in ("gz/bomb_1GiB.xml.gz", "gz/bomb_text.xml.gz"):
        assert by_name[bomb]["failure"] == "unpacked it is larger than 64 MB"
    assert by_name["xml/cdata_unterminated.xml"]["start"] == "<p>x"
    assert by_name["xml/html_not_feed.xml"]["failure"] == 'this is an HTML page ("login"), not a feed'
