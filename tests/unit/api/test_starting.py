"""A worker that cannot start says why in words."""

from __future__ import annotations

import pytest

from api.asgi import LANGUAGE, started
from trace.errors import LogForked

ORIGIN = "trace.test/food"


def refused() -> None:
    raise LogForked(origin=ORIGIN, witness="agri", seen=6, size=5)


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "切勿用旧备份继续签署"), ("en", "backup")])
def test_a_log_that_witnesses_saw_longer_is_told_without_a_stack(monkeypatch, lang, words):
    monkeypatch.setenv(LANGUAGE, lang)
    with pytest.raises(SystemExit) as ended:
        started(refused)
    told = str(ended.value)
    assert words in told
    assert ORIGIN in told
    assert ended.value.__cause__ is None


def test_what_starts_is_handed_on():
    assert started(lambda: 7) == 7
