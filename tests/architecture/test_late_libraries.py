"""Libraries that take long to load and are wanted seldom: imported where they are used."""

from __future__ import annotations

import re

import pytest

TOPS = ("trace", "api", "scanner_web")
"""What a server loads before it answers; each of its processes does."""


@pytest.mark.parametrize("library", ["openpyxl"])
def test_no_server_loads_it_before_it_is_wanted(library: str, root) -> None:
    at_once = re.compile(rf"^(?:from|import) {library}\b", re.MULTILINE)
    files = [path for top in TOPS for path in (root / top).rglob("*.py")]
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert [name for name, text in texts.items() if at_once.search(text)] == []
    assert any(library in text for text in texts.values()), "else nothing was looked at"
