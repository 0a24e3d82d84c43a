"""What is news to somebody: more, later or other than was told, and nothing twice."""

from __future__ import annotations

from trace.oversight.notice_kinds import Waits, known_after, news, together


def is_news(now: Waits, told: Waits) -> bool:
    return bool(news([now], {told.slug: told}))


def test_one_done_and_another_come_between_two_looks_is_news():
    told = Waits("letter", 2, 0, ("A", "B"))
    assert is_news(Waits("letter", 2, 0, ("B", "C")), told)
    assert is_news(Waits("letter", 1, 0, ("C",)), told)
    assert not is_news(Waits("letter", 2, 0, ("B", "A")), told)
    assert not is_news(Waits("letter", 1, 0, ("B",)), told)
    days = Waits("renewal", 2, 0, ("2026-10-01", "2026-10-01"))
    assert is_news(days, Waits("renewal", 2, 0, ("2026-10-01", "2026-09-01"))), "two may share a day"
    assert not is_news(days, days)


def test_of_those_that_are_counted_alone_the_newest_says_it():
    told = Waits("certificate", 3, newest=900)
    assert is_news(Waits("certificate", 3, newest=901), told)
    assert not is_news(Waits("certificate", 2, newest=700), told), (
        "the newest was seen to: an older one is left"
    )
    assert is_news(Waits("certificate", 3, 1, newest=900), told), "late"
    assert news([Waits("certificate", 1)], {}) == [Waits("certificate", 1)]


def test_what_was_seen_to_is_forgotten_and_what_was_never_told_stays_news():
    told = Waits("letter", 2, 1, ("A", "B"), 9)
    kept = known_after(Waits("letter", 1, 0, ("B",), 4), told)
    assert kept == Waits("letter", 1, 0, ("B",), 9)
    assert is_news(Waits("letter", 2, 0, ("A", "B"), 4), kept), "it came back"
    untold = known_after(Waits("letter", 3, 0, ("A", "B", "C")), told)
    assert is_news(Waits("letter", 3, 0, ("A", "B", "C")), untold)


def test_two_recalls_of_one_slug_are_told_together():
    both = together([Waits("recall-start", 1, 0, ("R1",)), Waits("recall-start", 1, 1, ("R2",))])
    assert both == [Waits("recall-start", 2, 1, ("R1", "R2"))]
