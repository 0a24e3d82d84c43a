"""What tests share: made by the first worker that asks, whole or not at all, and copied by each."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from tests.servers.made_once import made_once_in


def _ask(shared: Path, number: int) -> None:
    def make(folder: Path) -> None:
        with (shared / "makers").open("a") as makers:
            makers.write(f"{number}\n")
        (folder / "content").write_text("dear")

    made_once_in(shared, "it", make, shared / f"copy-{number}")


def test_four_processes_at_once_make_it_once_and_have_a_copy_each(tmp_path: Path) -> None:
    fresh = multiprocessing.get_context("spawn")
    asking = [fresh.Process(target=_ask, args=(tmp_path, number)) for number in range(4)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert [each.exitcode for each in asking] == [0, 0, 0, 0]
    assert len((tmp_path / "makers").read_text().splitlines()) == 1
    assert {(tmp_path / f"copy-{number}" / "content").read_text() for number in range(4)} == {"dear"}


def test_what_failed_half_way_is_made_anew(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"):
        made_once_in(tmp_path, "it", fails, tmp_path / "first")
    made_once_in(tmp_path, "it", lambda folder: (folder / "whole").touch(), tmp_path / "second")
    assert [path.name for path in (tmp_path / "second").iterdir()] == ["whole"]
