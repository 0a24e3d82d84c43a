"""Which notices go out by mail, and which nobody switches off."""

from __future__ import annotations

import pytest

from trace.oversight.notice_kinds import (
    AT_ONCE,
    DAILY,
    KINDS,
    MAIL,
    MANDATORY,
    PAGE,
    Choice,
    Waits,
    due,
    kind_of,
    news,
)
from trace.platform.notice_texts import sentence_of
from trace.wording import has, sentences

RECALL, LETTER, UPLOAD, STOCK = (Waits(slug, 1) for slug in ("recall-notice", "letter", "upload", "expired"))
ALL = [RECALL, LETTER, UPLOAD, STOCK]


@pytest.mark.parametrize(
    ("choice", "digest", "sent"),
    [
        (Choice(PAGE, AT_ONCE), True, [RECALL, LETTER]),
        (Choice(MAIL, AT_ONCE), False, ALL),
        (Choice(MAIL, DAILY), False, [RECALL, LETTER]),
        (Choice(MAIL, DAILY), True, ALL),
        (Choice(MAIL, DAILY, frozenset({"stock", "recall", "authority"})), True, [RECALL, LETTER, UPLOAD]),
    ],
)
def test_what_is_mandatory_goes_at_once_whatever_is_chosen(choice, digest, sent) -> None:
    assert due(choice, ALL, digest=digest) == sent


@pytest.mark.parametrize(
    ("waits", "is_news"),
    [
        (Waits("upload", 2), False),
        (Waits("upload", 3), True),
        (Waits("upload", 1, 1), True),
        (Waits("letter", 1), True),
        (Waits("upload", 0), False),
    ],
)
def test_more_or_later_than_was_told_is_news(waits, is_news) -> None:
    assert (news([waits], {"upload": (2, 0)}) == [waits]) is is_news


def test_each_slug_has_one_kind_and_a_sentence() -> None:
    slugs = [slug for listed in KINDS.values() for slug in listed]
    assert len(slugs) == len(set(slugs))
    assert set(KINDS) >= MANDATORY
    for locale in ("zh-CN", "en"):
        assert [slug for slug in slugs if not has(locale, sentence_of(slug))] == []
    assert kind_of("no-second") == ""


def test_every_duty_of_the_day_has_a_kind() -> None:
    """A new duty that nobody put into a kind would reach nobody by mail."""
    prefix, suffix = "work.duty.", "-help"
    slugs = [key[len(prefix) : -len(suffix)] for key in sentences("zh-CN") if key.startswith(prefix)
             and key.endswith(suffix)]  # fmt: skip
    assert len(slugs) > 15
    assert [slug for slug in slugs if not kind_of(slug)] == []
