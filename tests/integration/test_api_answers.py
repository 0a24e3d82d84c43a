"""Answers of every JSON route, byte for byte and in the order of members, as they were recorded."""

from __future__ import annotations

import pytest

from tests.builders.edition_one import fresh_witnesses, restored, unexpected
from tests.servers.api_answers import every_answer
from trace.platform.opening import open_platform


@pytest.mark.slow
def test_every_answer_has_the_bytes_that_it_had(tmp_path) -> None:
    opened = open_platform(restored("food", tmp_path))
    opened.cosigners = fresh_witnesses(opened, tmp_path)
    try:
        found = every_answer(opened)
    finally:
        opened.close()
        for cosigner in opened.cosigners:
            cosigner.witness.transactions.engine.dispose()
    if told := unexpected("answers", found, tmp_path):
        pytest.fail(f"the interface answers otherwise than recorded:\n{told}")
