"""Seeded nonsense in cells, XML and bytes: drafts, faults or a refusal, and nothing else, ever."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.builders.spoilt_workbooks import outcome, spoilt_workbooks


@pytest.mark.unmeasured
def test_fuzzed_workbooks_give_drafts_faults_or_a_refusal(tmp_path: Path) -> None:
    found = Counter(outcome(packed) for packed in spoilt_workbooks(tmp_path, range(200), 20261012))
    assert sum(found.values()) == 200
    assert {"drafts", "faults", "file-unreadable"} <= set(found)
