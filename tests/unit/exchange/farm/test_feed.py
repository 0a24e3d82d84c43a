"""The signed feed over real HTTP, before a platform that behaves and behind one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from tests.simulators.farm_feed import NOTE, GoodFeed, item
from trace.errors.exchange import FeedBrokenOff, FeedMalformed, FeedPageTooLarge, FeedRefused, FeedUnreachable
from trace.exchange.farm import SignedFeed, read_all
from trace.exchange.simulators.faulty_feed import FaultyFeed
from trace.exchange.simulators.server import Reply, Request, Simulator, json_reply
from trace.exchange.transport import Bounds, Transport


@contextmanager
def served(answer: Callable[[Request], Reply], **options: Any) -> Iterator[tuple[SignedFeed, list[float]]]:
    pauses: list[float] = []
    with Simulator(answer) as simulator:
        feed = SignedFeed(simulator.url, sleep=pauses.append, **options)
        yield feed, pauses
        feed.close()


@contextmanager
def faulty(count: int, **options: Any) -> Iterator[tuple[SignedFeed, FaultyFeed, list[float]]]:
    with Simulator(GoodFeed(count).answer) as platform:
        proxy = FaultyFeed(platform.url)
        with served(proxy.answer, **options) as (feed, pauses):
            yield feed, proxy, pauses


def indices(feed: SignedFeed) -> list[list[int | None]]:
    return [[one.index for one in page.items] for page in read_all(feed)]


def test_pages_come_in_order_with_cursor_checkpoint_and_etag() -> None:
    with served(GoodFeed(5).answer, limit=2) as (feed, _):
        pages = list(read_all(feed))
    assert [[one.index for one in page.items] for page in pages] == [[0, 1], [2, 3], [4]]
    assert [page.cursor for page in pages] == ["2", "4", "5"]
    assert all(page.checkpoint == NOTE and page.etag and not page.notices for page in pages)


def test_the_farms_own_bytes_come_through_unchanged() -> None:
    with served(GoodFeed(1).answer) as (feed, _):
        (got,) = feed.read().items
    sent = item(0)
    assert got.jws == sent["jws"]
    assert got.compact == ".".join(sent["jws"][part] for part in ("protected", "payload", "signature"))
    assert (got.log, got.index, got.leaf, got.proof) == (sent["log"], 0, sent["leaf"], tuple(sent["proof"]))


def test_reading_is_resumed_by_cursor() -> None:
    platform = GoodFeed(3)
    with served(platform.answer) as (feed, _):
        cursor = feed.read().cursor
        assert feed.read(cursor).empty
        platform.items.append(item(3))
        later = feed.read(cursor)
    assert [one.index for one in later.items] == [3]


def test_an_unchanged_page_is_not_sent_again() -> None:
    with served(GoodFeed(3).answer) as (feed, _):
        first = feed.read()
        again = feed.read(None, first.etag)
    assert again.unchanged
    assert again.empty
    assert (again.cursor, again.etag) == (None, first.etag)


def test_the_token_goes_along() -> None:
    platform = GoodFeed(1)
    with served(platform.answer, token="t-1") as (feed, _):
        feed.read()
    assert platform.asked[0].headers["authorization"] == "Bearer t-1"


def test_a_late_feed_is_an_empty_page_and_nothing_is_lost() -> None:
    with faulty(3) as (feed, proxy, _):
        proxy.plan({"fault": "late"})
        assert feed.read().empty
        assert indices(feed) == [[0, 1, 2]]


def test_a_repeating_feed_is_noticed_item_by_item() -> None:
    with faulty(3, limit=2) as (feed, proxy, _):
        first = feed.read()
        proxy.plan({"fault": "repeat"})
        second = feed.read(first.cursor)
    assert [one.index for one in second.items] == [0, 1, 2, 2]
    assert [(one.kind, one.where[-2:]) for one in second.notices] == [
        ("repeated", "#0"), ("repeated", "#1"), ("repeated", "#2"),
    ]  # fmt: skip


def test_a_reordering_feed_is_noticed() -> None:
    with faulty(3) as (feed, proxy, _):
        proxy.plan({"fault": "reorder"})
        page = feed.read()
    assert [one.index for one in page.items] == [2, 1, 0]
    assert [one.kind for one in page.notices] == ["reordered", "reordered"]


def test_two_statements_at_one_place_of_a_log_are_both_given_and_noticed() -> None:
    with faulty(3) as (feed, proxy, _):
        proxy.plan({"fault": "contradict", "items": [item(1, "another harvest")]})
        page = feed.read()
    assert [one.index for one in page.items] == [1, 0, 1, 2]
    assert [(one.kind, one.where[-2:]) for one in page.notices] == [
        ("reordered", "#0"),
        ("contradicted", "#1"),
    ]


def test_a_page_that_breaks_off_is_asked_for_again_from_the_same_cursor() -> None:
    with faulty(3) as (feed, proxy, pauses):
        proxy.plan({"fault": "break_off", "times": 2})
        page = feed.read()
    assert [one.index for one in page.items] == [0, 1, 2]
    assert page.attempts == 3
    assert pauses == [0.2, 0.4]


def test_a_feed_that_always_breaks_off_is_given_up_and_can_be_resumed() -> None:
    with faulty(3, limit=2) as (feed, proxy, _):
        cursor = feed.read().cursor
        proxy.plan({"fault": "break_off", "times": 5, "share": 0.9})
        with pytest.raises(FeedBrokenOff) as refused:
            feed.read(cursor)
        assert refused.value.params == {"cursor": "2", "attempts": 5}
        assert [one.index for one in feed.read(cursor).items] == [2]


def test_a_short_outage_is_waited_out() -> None:
    with faulty(2) as (feed, proxy, pauses):
        proxy.plan({"fault": "refuse", "times": 3})
        assert feed.read().attempts == 4
    assert pauses == [0.2, 0.4, 0.8]


def test_a_feed_that_asks_for_patience_gets_it() -> None:
    impatient = served(lambda _: Reply(429, headers={"Retry-After": "7"}))
    with impatient as (feed, pauses), pytest.raises(FeedUnreachable) as refused:
        feed.read()
    assert pauses == [7.0, 7.0, 7.0, 7.0]
    assert refused.value.params["reason"] == "status-429"


def test_nobody_there_is_unreachable() -> None:
    with Simulator(GoodFeed(0).answer) as simulator:
        gone = simulator.url
    feed = SignedFeed(gone, sleep=lambda _: None)
    with pytest.raises(FeedUnreachable) as refused:
        feed.read()
    assert refused.value.params["reason"] == "no-connection"


def test_a_feed_that_hangs_up_without_a_word_is_unreachable() -> None:
    with served(lambda _: Reply(200, hang_up=True)) as (feed, _), pytest.raises(FeedUnreachable):
        feed.read()


def test_a_closed_door_is_not_knocked_at_again() -> None:
    platform: list[Request] = []

    def closed(request: Request) -> Reply:
        platform.append(request)
        return Reply(403)

    with served(closed) as (feed, _), pytest.raises(FeedRefused) as refused:
        feed.read()
    assert refused.value.params["status"] == 403
    assert len(platform) == 1


def test_a_redirect_is_not_followed() -> None:
    moved = served(lambda _: Reply(302, headers={"Location": "http://127.0.0.1:1/"}))
    with moved as (feed, _), pytest.raises(FeedRefused):
        feed.read()


def test_a_page_over_the_limit_is_refused() -> None:
    transport = Transport(Bounds(limit=1000))
    with served(GoodFeed(50).answer, transport=transport) as (feed, _), pytest.raises(FeedPageTooLarge):
        feed.read()


def page(**changed: object) -> bytes:
    return orjson.dumps({"items": [item(0) | changed], "checkpoint": NOTE, "next": "1"})


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"<html>", "$"),
        (b"[]", "$"),
        (b'{"items": {}}', "$.items"),
        (b'{"items": [], "next": 5}', "$.next"),
        (orjson.dumps({"items": [item(0)], "next": "1"}), "$.checkpoint"),
        (orjson.dumps({"items": [item(0)], "checkpoint": NOTE, "next": None}), "$.next"),
        (page(index=-1), "$.items[0].index"),
        (page(jws="x"), "$.items[0].jws"),
        (page(proof=[1]), "$.items[0].proof[0]"),
    ],
)
def test_a_whole_page_of_the_wrong_shape_is_refused_with_its_path(body: bytes, path: str) -> None:
    with served(lambda _: Reply(200, body)) as (feed, _), pytest.raises(FeedMalformed) as refused:
        feed.read()
    assert refused.value.params["path"] == path


def test_a_page_that_does_not_move_on_is_refused() -> None:
    stuck = {"items": [item(0)], "checkpoint": NOTE, "next": "7"}
    with served(lambda _: json_reply(200, stuck)) as (feed, _), pytest.raises(FeedMalformed):
        feed.read("7")


def test_a_compressed_page_is_not_taken() -> None:
    packed = served(lambda _: Reply(200, b"x", {"Content-Encoding": "gzip"}))
    with packed as (feed, _), pytest.raises(FeedUnreachable) as refused:
        feed.read()
    assert refused.value.params["reason"] == "content-encoding"


def test_the_admin_endpoint_plans_faults_and_refuses_unknown_ones() -> None:
    with faulty(1) as (_, proxy, _), Simulator(proxy.answer) as admin:
        transport = Transport()
        ask = lambda body: transport.ask("POST", f"{admin.url}/admin/faults", body=orjson.dumps(body))  # noqa: E731
        assert orjson.loads(ask([{"fault": "late", "times": 2}]).body)["planned"] == ["late", "late"]
        assert ask([{"fault": "earthquake"}]).status == 400
        transport.close()
