"""Numbers of messages and the differences between their revisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trace.oversight.exchange import Number, numbered
from trace.oversight.revised import ADDED, REMOVED, Worded, differences, pieces

WORDS = st.text("处罚决定已送达公示", max_size=12)


def worded(**changed: Any) -> Worded:
    said = {"type": "penalty", "party": "urn:uscc:1", "text": "已送达", "about": ("a",), **changed}
    return Worded(**said)


@given(WORDS, WORDS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(before, after):
    found = pieces(before, after)
    assert "".join(text for kind, text in found if kind != ADDED) == before
    assert "".join(text for kind, text in found if kind != REMOVED) == after


def test_a_lone_equal_character_does_not_cut_a_change_in_two():
    assert [kind for kind, _ in pieces("甲乙丙已送达", "丁乙戊已送达")] == [REMOVED, ADDED, "same"]


def test_each_member_that_differs_is_named_and_what_is_no_longer_held_is_not():
    changed = worded(type="sampling", text="已公示", about=())
    assert [one.member for one in differences(worded(), changed)] == ["type", "text", "about"]
    assert differences(worded(), worded()) == []
    assert differences(worded(text=None, about=None), changed)[0].member == "type"
    assert len(differences(worded(text=None, about=None), changed)) == 1


def test_each_sender_numbers_each_kind_by_the_year_in_shanghai_without_a_gap():
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)  # the first hour of 2027 in Shanghai
    before = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    sent = [
        ("a", "m", before),
        ("b", "m", before),
        ("a", "c", before),
        ("a", "m", before),
        ("a", "m", new_year),
    ]
    assert numbered(sent) == [
        Number(2026, 1), Number(2026, 1), Number(2026, 1), Number(2026, 2), Number(2027, 1)
    ]  # fmt: skip
