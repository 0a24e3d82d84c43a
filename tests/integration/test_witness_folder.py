"""A witness's folder moves with what lies beside it, and only with that."""

from __future__ import annotations

import tomllib
from pathlib import Path
from traceback import format_exception

import pytest

from tests.servers.platform import FOOD
from tests.simulators.cosigners import log_key
from trace.errors import EntriesUnavailable, FolderUnfit, PolicyAbsent
from trace.platform.clocks import DemoClock
from trace.platform.folder import close_to_others
from trace.platform.witness_folder import (
    SETTINGS,
    WitnessFolder,
    create_witness_folder,
    open_witness,
    require_witness_folder,
)
from trace.usecases.log.trust import write_policy
from trace.usecases.witness.cosign_checkpoint import Witness
from trace.wording import say

SOURCES = {FOOD: ("http://127.0.0.1:1", "a token")}


def _laid_out(path: Path, policy: Path) -> WitnessFolder:
    made = create_witness_folder(path / "witness-agri", "witness.test/agri")
    policy.mkdir(parents=True)
    write_policy(policy, [(log_key(FOOD), "http://127.0.0.1:1")], [("agri", made.vkey, "http://x/")], {})
    DemoClock.create(path / "clock")
    made.configure(policy, SOURCES, clock_file=path / "clock")
    return made


def _settings(path: Path) -> dict[str, str]:
    return tomllib.loads((path / "witness-agri" / SETTINGS).read_text("utf-8"))


def test_what_lies_beside_it_is_named_by_the_way_there(tmp_path: Path) -> None:
    _laid_out(tmp_path / "here", tmp_path / "here" / "policy")
    assert (_settings(tmp_path / "here")["policy"], _settings(tmp_path / "here")["clock_file"]) == (
        "../policy",
        "../clock",
    )
    (tmp_path / "here").rename(tmp_path / "there")
    assert isinstance(open_witness(tmp_path / "there" / "witness-agri"), Witness)


def test_what_lies_elsewhere_is_named_by_its_whole_path(tmp_path: Path) -> None:
    _laid_out(tmp_path / "here", tmp_path / "elsewhere" / "policy")
    assert _settings(tmp_path / "here")["policy"] == str((tmp_path / "elsewhere" / "policy").resolve())
    (tmp_path / "here").rename(tmp_path / "there")
    assert isinstance(open_witness(tmp_path / "there" / "witness-agri"), Witness)


def test_a_policy_that_is_gone_is_named(tmp_path: Path) -> None:
    _laid_out(tmp_path / "here", tmp_path / "here" / "policy")
    (tmp_path / "here" / "policy" / "policy.txt").unlink()
    with pytest.raises(PolicyAbsent):
        open_witness(tmp_path / "here" / "witness-agri")


@pytest.mark.parametrize("written", [b"gt_secret\n", b"gt_secret\r\n", b"\n gt_secret \n"])
def test_a_token_file_may_end_as_an_editor_ends_it(tmp_path: Path, written: bytes) -> None:
    _laid_out(tmp_path, tmp_path / "policy")
    token = tmp_path / "witness-agri" / "keys" / "0.token"
    token.chmod(0o600)
    token.write_bytes(written)
    source = open_witness(tmp_path / "witness-agri").logs[FOOD].source
    with pytest.raises(EntriesUnavailable) as told:
        source.leaves(0, 1)
    assert "gt_secret" not in "".join(format_exception(told.value))


@pytest.mark.parametrize("written", [b"gt_secret\ngt_other\n", "gt_sécret".encode(), b"gt_\x00secret"])
def test_a_token_file_that_no_header_can_carry_is_named_and_not_shown(tmp_path: Path, written: bytes) -> None:
    _laid_out(tmp_path, tmp_path / "policy")
    token = tmp_path / "witness-agri" / "keys" / "0.token"
    token.chmod(0o600)
    token.write_bytes(written)
    with pytest.raises(FolderUnfit) as told:
        open_witness(tmp_path / "witness-agri")
    assert told.value.params == {"part": "keys/0.token", "reason": "token-malformed"}
    assert "cret" not in "".join(format_exception(told.value))
    assert "令牌" in say("zh-CN", "problem.folder-unfit.detail", **told.value.params)
    token.unlink()
    with pytest.raises(FolderUnfit, match="missing"):
        open_witness(tmp_path / "witness-agri")


@pytest.mark.parametrize("secret", ["keys/witness.key", "keys/0.token"])
def test_a_secret_that_a_restored_copy_opened_to_others_is_refused(tmp_path: Path, secret: str) -> None:
    folder = _laid_out(tmp_path, tmp_path / "policy").path
    require_witness_folder(folder)
    (folder / secret).chmod(0o644)
    for use in (require_witness_folder, open_witness):
        with pytest.raises(FolderUnfit) as told:
            use(folder)
        assert told.value.params == {"part": secret, "reason": "readable-by-others"}


def test_a_restored_folder_is_closed_to_others_again(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    assert close_to_others(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert not close_to_others(tmp_path / "data")
