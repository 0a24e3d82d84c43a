"""Logs whose rows could not be told apart do not stand in one policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulators.cosigners import log_key
from trace.chain.ids import origin_tag, same_number
from trace.errors.ledger import LogNumberTaken
from trace.platform.folder import PlatformFolder
from trace.platform.opening import open_platform
from trace.usecases.log.trust import load_trust, require_apart, write_policy

ONE, OTHER = "log151.example/food", "log300.example/food"
FAR = "log301.example/food"


def test_two_logs_of_one_number_are_named(tmp_path: Path) -> None:
    assert origin_tag(ONE) == origin_tag(OTHER) != origin_tag(FAR)
    assert same_number([FAR, ONE, ONE]) is None
    assert same_number([FAR, ONE, OTHER]) == (ONE, OTHER)
    write_policy(tmp_path, [(log_key(ONE), ""), (log_key(FAR), "")], [], {})
    trust = load_trust(tmp_path)
    assert trust is not None
    require_apart(trust, ONE)
    with pytest.raises(LogNumberTaken) as refused:
        require_apart(trust, OTHER)
    assert refused.value.params == {"log": ONE, "other": OTHER}


def test_a_platform_does_not_open_with_a_log_of_its_own_number(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path / "food", "food", ONE)
    folder.create()
    write_policy(folder.policy_path, [(folder.read_log_key(), ""), (log_key(OTHER), "")], [], {})
    with pytest.raises(LogNumberTaken):
        open_platform(folder.path)
