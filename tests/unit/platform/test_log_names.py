"""Names of logs and witnesses: refused before a key is made where no checkpoint could bear them."""

from __future__ import annotations

from pathlib import Path

import pytest

from trace.errors import FolderUnfit
from trace.platform.folder import PlatformFolder, require_origin
from trace.platform.witness_folder import create_witness_folder


@pytest.mark.parametrize(
    "name", ["trace.example.cn/food", "a", "trace.demo/food/demo-clock", "W1", "a_b~c.d-e"]
)
def test_a_name_of_a_log(name: str) -> None:
    require_origin(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "追溯/food",
        "trace.example.cn/食品",
        "a b",
        "a\nb",
        "a+b",
        "a/",
        "/a",
        "x" * 300,
        "a\u200b",
        "ａ",
    ],
)
def test_what_no_log_can_be_called_leaves_no_folder(name: str, tmp_path: Path) -> None:
    for make in (
        lambda: PlatformFolder(tmp_path / "new", "food", name).create(),
        lambda: create_witness_folder(tmp_path / "new", name),
    ):
        with pytest.raises(FolderUnfit) as refused:
            make()
        assert refused.value.params == {"part": "origin", "reason": "not-a-log-name"}
        assert not (tmp_path / "new").exists()
