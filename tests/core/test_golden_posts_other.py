"""Real posts of many generators and languages against facts that were written down from their sources by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core import golden


@pytest.mark.parametrize("case", golden.cases("posts-other"))
def test_a_real_post_becomes_what_its_author_meant(corpora: Path, case: str) -> None:
    assert golden.differences(corpora, "posts-other", case) == []
