"""What ends a dispute, by how it came about."""

from __future__ import annotations

import pytest

from trace.oversight.disputes import ENDS, ends_of
from trace.wording import say


@pytest.mark.parametrize(
    ("typ", "subject", "ends"),
    [
        ("dispute.open", "quantity", ("opener-drops", "both-agree", "authority-ends")),
        (
            "food.receipt",
            "quantity",
            ("receiver-corrects", "shipper-corrects", "both-agree", "authority-ends"),
        ),
        ("food.refusal", "handover", ("receiver-corrects", "both-deny", "both-agree", "authority-finds")),
    ],
)
def test_each_sort_of_dispute_has_its_ends(typ: str, subject: str, ends: tuple[str, ...]) -> None:
    assert ends_of(typ, subject) == ends
    assert all(end in ENDS for end in ends)


def test_every_end_is_worded_in_both_languages() -> None:
    for locale in ("zh-CN", "en"):
        assert len({say(locale, f"office.disputes.end.{end}") for end in ENDS}) == len(ENDS)
