"""A folder that is served is not cleared under its server; a fresh folder is its owner's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.demo.stage import prepare
from cli.occupied import occupied, require_free
from trace.errors import FolderUnfit
from trace.platform.folder import PlatformFolder


def test_a_demo_does_not_clear_a_folder_that_is_being_served(tmp_path: Path) -> None:
    stage = prepare(tmp_path / "demo")
    with occupied(stage.path), pytest.raises(FolderUnfit) as refused:
        prepare(stage.path)
    assert refused.value.params["reason"] == "served-now"
    prepare(stage.path)  # the server has gone


def test_two_servers_may_share_a_folder(tmp_path: Path) -> None:
    with occupied(tmp_path), occupied(tmp_path):
        pass
    require_free(tmp_path)


def test_a_platform_s_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path / "p", "food", "trace.test/food")
    folder.create()
    assert folder.path.stat().st_mode & 0o077 == 0
