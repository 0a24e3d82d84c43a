"""Paths are read off one tree; what is kept of their beginnings is bounded."""

from __future__ import annotations

from trace.chain.lineage.witness import Witnesses


def test_more_beginnings_than_are_kept_change_no_path():
    start = (0, None, None)
    labels = {lot: [(lot, (lot * 10,), start)] for lot in range(1, 200)}
    paths = Witnesses(labels, {}, lambda _step, _key: None)
    for _ in range(2):
        assert [paths.path_to(lot) for lot in labels] == [(lot * 10,) for lot in labels]
