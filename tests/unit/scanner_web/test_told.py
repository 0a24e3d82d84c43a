"""What a draft says, in words: nothing stands as a label without a word."""

from __future__ import annotations

from scanner_web.frame.told import told


def test_what_is_empty_is_said_to_be_so() -> None:
    said = dict(told("zh-CN", "food.receipt", {"proofs": [], "spec": "", "place": {}}))
    assert sorted(said.values()) == ["（无）", "（无）", "（空）"]
    said = dict(told("en", "food.receipt", {"proofs": []}))
    assert list(said.values()) == ["(none)"]
