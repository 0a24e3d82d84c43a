"""What a shopper writes reaches the firm as written: rare characters of names, and words that stay apart."""

from __future__ import annotations

import pytest

from scanner_web.consumer.complaint_form import _plain


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("收货人：\U0002ebf0\U00031350\U000323b0先生", "收货人：\U0002ebf0\U00031350\U000323b0先生"),
        ("two\u00a0words\tand\u3000more", "two words and more"),
        ("一行\r\n又一行", "一行\n又一行"),
        ("看\x00不\u202e见\u200b的", "看不见的"),
        ("😀", "😀"),
    ],
)
def test_rare_characters_stay_and_blanks_keep_words_apart(written, kept):
    assert _plain(written) == kept
