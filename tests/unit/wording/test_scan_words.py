"""What the words say in figures is what the rules say."""

from __future__ import annotations

from datetime import date

import pytest

from trace.oversight.copied_codes import REASONS
from trace.oversight.copied_codes.parameters import RULE, copy_parameters
from trace.rules import load
from trace.wording import LOCALES, has, say

DAY = date(2026, 10, 1)
GIVEN = copy_parameters(load(), DAY)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_is_worded(locale: str) -> None:
    for reason in (*REASONS, "outside-sales-region"):
        assert has(locale, f"scans.reason.{reason}")


def test_the_limits_that_shoppers_read_are_those_of_the_rules() -> None:
    rules = load()
    assert rules.at(RULE, DAY, what="hidden-attempts").number == 5
    assert rules.at(RULE, DAY, what="hidden-lock").text == "24"
    assert "连续输错 5 次将锁定一天" in say("zh-CN", "scans.hidden.hint")
    assert say("en", "scans.hidden.hint").startswith("Five wrong entries in a row lock it for a day")
    assert GIVEN.retention.days == 90
    assert "90 天后删除" in say("zh-CN", "scan.privacy.p3")
    assert "deleted after 90 days" in say("en", "scan.privacy.p3")
    assert GIVEN.device_window.total_seconds() == 600
    assert "十分钟内" in say("zh-CN", "scans.meaning")
    assert "once in ten minutes" in say("en", "scans.meaning")
