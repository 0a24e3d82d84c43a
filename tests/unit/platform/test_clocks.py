"""The demo clock is one, monotone, and refused outside the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trace.errors import ClockWouldGoBack, FolderUnfit
from trace.platform.clocks import DEMO_START, DemoClock
from trace.platform.folder import PlatformFolder, load_folder


def test_the_demo_clock_starts_in_october_2026_and_runs_on(tmp_path: Path) -> None:
    clock = DemoClock.create(tmp_path / "clock")
    first = clock()
    assert timedelta(0) <= first - DEMO_START < timedelta(minutes=1)
    assert clock() >= first


def test_two_processes_share_the_demo_clock(tmp_path: Path) -> None:
    mine, theirs = DemoClock.create(tmp_path / "clock"), DemoClock(tmp_path / "clock")
    moment = datetime(2026, 10, 12, 8, tzinfo=UTC)
    theirs()
    mine.advance_to(moment)
    assert theirs() >= moment


def test_the_demo_clock_never_goes_back(tmp_path: Path) -> None:
    clock = DemoClock.create(tmp_path / "clock")
    clock.advance_to(datetime(2026, 10, 12, 8, tzinfo=UTC))
    with pytest.raises(ClockWouldGoBack):
        clock.advance_to(datetime(2026, 10, 11, 8, tzinfo=UTC))


def test_a_demo_clock_is_refused_under_an_ordinary_origin(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path, "food", "trace.example.cn/food", clock="demo", clock_file="clock")
    with pytest.raises(FolderUnfit):
        folder.read_clock()


def test_a_folder_comes_back_as_it_was_created(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path / "p", "agri", "trace.example.cn/agri", public_url="http://127.0.0.1:1")
    folder.create()
    assert load_folder(tmp_path / "p") == folder
    assert len(folder.read_lot_key()) == 32
    with pytest.raises(FolderUnfit):
        folder.create()


def test_a_readable_or_short_secret_is_refused(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path / "p", "food", "trace.example.cn/food")
    folder.create()
    folder.lot_key_path.chmod(0o644)
    with pytest.raises(FolderUnfit):
        folder.read_lot_key()
    folder.lot_key_path.chmod(0o600)
    folder.lot_key_path.write_bytes(b"short")
    with pytest.raises(FolderUnfit):
        folder.read_lot_key()
