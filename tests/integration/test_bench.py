"""`make bench` runs: each bench gives figures, and what it promises about sizes holds here too."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bundle", "proofs"])
def test_a_bench_prints_each_figure_beside_its_limit_and_keeps_them_as_json(name, root, tmp_path) -> None:
    kept = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", name, "--quick", "--json", str(kept)],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(kept.read_text())["figures"]
    assert figures
    assert all(figure["value"] > 0 for figure in figures)
    assert any(figure["limit"] and figure["beside"] for figure in figures)
    assert any("peak memory" in figure["name"] for figure in figures)
    assert all(figure["name"] in done.stdout for figure in figures)


def test_an_unknown_bench_is_named(root) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "nonsense" in done.stderr
