"""What the cases ask of the tables for each record that is taken."""

from __future__ import annotations

from types import SimpleNamespace

from tests.builders.rice import EffectsOf
from tests.servers.platform import FOOD
from trace.chain.report_effects import ReportNoted
from trace.usecases.casework.follow_log import follow_log


def test_a_passed_test_that_nobody_ordered_asks_nothing():
    """There is no transaction: whatever was asked of it would fail."""
    tested = EffectsOf(FOOD, 7, "lab.report", "urn:uscc:L")
    tested.keep(ReportNoted(2, 1, "J-1", "release", "pass", "s" * 43, {"conclusion": "pass"}))
    follow_log(None, [SimpleNamespace(effects=tested.done("urn:lot:x:y"), woken=())])
