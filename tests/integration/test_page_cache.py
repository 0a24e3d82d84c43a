"""Pages from memory: whatever changes shows at once in every process, and nobody gets another's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.label_changes import COOLER, a_change
from tests.builders.signed_rice import K1, SignedRice, at
from tests.builders.signers import Signer
from tests.servers.door import SlowClock
from tests.servers.page_workers import Worker, hits_in, plain
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, GTIN, LOT, PRODUCT, PROXY, Answered, Asking
from tests.servers.served import platform_over
from tests.simulators.witnesses import NAMES, publish
from trace.errors import StorageLost
from trace.store.versions import bump_version, versions_of
from trace.usecases.batch_page.page_state import QUARTER
from trace.usecases.intake.replay_log import replay
from trace.wording import say

PAGE, PICKER = f"/page{LOT}", f"/page{PRODUCT}"
_HEADING = re.compile(r"<h1>(.*?)</h1>")
_NO_SUCH = f"/page/01/{GTIN}/10/NIE"


@pytest.fixture
def clock(tmp_path: Path) -> SlowClock:
    return SlowClock(tmp_path / "clock")


@pytest.fixture
def platform(database_url: str, clock: SlowClock) -> Iterator[TestPlatform]:
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform: TestPlatform, clock: SlowClock) -> SignedRice:
    return SignedRice(platform, clock).tell()


@pytest.fixture
def web(story: SignedRice, platform: TestPlatform, tmp_path: Path) -> Asking:
    return Asking(composed(platform_over(platform, tmp_path), [PROXY]))


@pytest.fixture
def workers(story: SignedRice, database_url: str, tmp_path: Path) -> Iterator[tuple[Worker, Worker]]:
    with ExitStack() as stack:
        first, second = [
            stack.enter_context(Worker(database_url, tmp_path / "clock", tmp_path)) for _ in range(2)
        ]
        yield first, second


def heading(text: str) -> str:
    found = _HEADING.search(text)
    assert found is not None, text
    return found[1]


def head(state: str, locale: str = "zh-CN") -> str:
    return say(locale, f"scan.head.{state}.title")


def warm(workers: tuple[Worker, Worker], *paths: str) -> None:
    """Let each worker keep the pages, and see that it does."""
    for worker in workers:
        for path in paths:
            first, before = worker.get(path), worker.hits()
            assert worker.get(path).text == first.text
            assert worker.hits() == before + 1


def in_one_quarter(clock: SlowClock) -> datetime:
    """A time to state so that nothing but the record changes: the next quarter of an hour has just begun."""
    clock.advance(timedelta(seconds=QUARTER - clock().timestamp() % QUARTER + 1))
    return clock() - timedelta(minutes=31)


def hits(web: Asking) -> int:
    return hits_in(plain(web.get("/metrics")))


# At once, in every worker ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_whatever_changes_shows_at_once_in_every_worker(
    story: SignedRice, platform: TestPlatform, clock: SlowClock, workers: tuple[Worker, Worker]
) -> None:
    """A record, each cosignature, a midnight in Shanghai and a recall; the pages were warm each time.

    The picker, which shows no label, no proof and no day, stays but for the midnight and the recall.
    """
    bureau = Signer(made.BUREAU, "regulator_market")
    platform.register(bureau)
    waiting = [say("zh-CN", "scan.proof.pending", present=count, needed=2) for count in (0, 1)]
    warm(workers, PAGE, PICKER)
    assert all(waiting[0] in worker.get(PAGE).text for worker in workers)

    just_now = in_one_quarter(clock)
    warm(workers, PAGE, PICKER)
    story.log("label", story.mill.state("label.change", K1, a_change(), at=just_now))
    for worker in workers:
        before = worker.hits()
        assert COOLER in worker.get(PAGE).text
        assert worker.hits() == before
        assert worker.get(PICKER).status == 200
        assert worker.hits() == before + 1, "a label's text is nothing to the choice of batches"

    publish(platform, NAMES[:1])
    assert all(waiting[1] in worker.get(PAGE).text for worker in workers)
    warm(workers, PAGE)
    publish(platform)
    assert all(name in worker.get(PAGE).text for worker in workers for name in NAMES)

    clock.advance(at("2027-10-11T23:30:00+08:00") - clock())
    warm(workers, PAGE)
    assert [heading(worker.get(PAGE).text) for worker in workers] == [head("near-expiry")] * 2
    clock.advance(at("2027-10-12T00:00:00+08:00") - clock())
    assert [heading(worker.get(PAGE).text) for worker in workers] == [head("expired")] * 2

    warm(workers, PAGE)
    data = {"matter": "案1", "lots": [K1]}
    story.log("recall", bureau.state("oversight.recall", "urn:case:1", data, at=clock()))
    for worker in workers:
        before = worker.hits()
        assert heading(worker.get(PAGE).text) == head("recalled")
        assert worker.hits() == before
    warm(workers, PAGE)


@pytest.mark.slow
def test_only_what_was_touched_is_made_anew_in_every_worker(
    story: SignedRice, platform: TestPlatform, clock: SlowClock, workers: tuple[Worker, Worker]
) -> None:
    """Another firm's harvest and its checkpoints leave the page; a recall three levels up does not."""
    bureau, stranger = Signer(made.BUREAU, "regulator_market"), Signer(made.TOFU, "grower")
    platform.register(bureau)
    platform.register(stranger)
    publish(platform)
    just_now = in_one_quarter(clock)
    warm(workers, PAGE)
    harvest = made.a_harvest(lot=made.lot(made.TOFU, "H9"), plots=["urn:place:elsewhere"])
    for number in range(3):
        lot = made.lot(made.TOFU, f"H{number}")
        story.log(
            f"strange{number}", stranger.state("farm.harvest", lot, {**harvest, "lot": lot}, at=just_now)
        )
        publish(platform)
        for worker in workers:
            before = worker.hits()
            assert heading(worker.get(PAGE).text) == head("normal")
            assert worker.hits() == before + 1

    raw = made.lot(made.COOPERATIVE, "H1")
    recall = {"matter": "案9", "lots": [raw]}
    story.log("recall", bureau.state("oversight.recall", "urn:case:9", recall, at=just_now))
    for worker in workers:
        before = worker.hits()
        assert heading(worker.get(PAGE).text) == head("recalled")
        assert worker.hits() == before
    warm(workers, PAGE)


@pytest.mark.parametrize("repair", [False, True])
def test_only_a_replay_that_is_kept_leaves_no_page(
    story: SignedRice, platform: TestPlatform, web: Asking, repair: bool
) -> None:
    for expected in (False, True):
        assert _asked(web)[1] is expected
    assert replay(platform.transactions, repair=repair).equal
    assert [_asked(web)[1] for _ in range(2)] == [not repair, True]


def test_what_was_rolled_back_touches_nothing(story: SignedRice, platform: TestPlatform, web: Asking) -> None:
    _asked(web)
    with suppress(KeyError), platform.transactions.begin("test") as tx:
        bump_version(tx.connection)
        raise KeyError
    assert _asked(web)[1]


# To each reader their own ---------------------------------------------------------------------------------


def _asked(web: Asking, path: str = PAGE, method: str = "GET", **headers: str) -> tuple[Answered, bool]:
    """The answer, and whether it came from memory."""
    before = hits(web)
    answered = web.send(method, path, BROWSER, **headers)
    return answered, hits(web) > before


def test_readers_of_two_languages_never_see_each_others_page(web: Asking) -> None:
    readers = [
        ({"accept_language": "zh-CN,zh;q=0.9,en;q=0.1"}, "zh-CN"),
        ({"accept_language": "en-GB,en;q=0.9"}, "en"),
        ({"cookie": "a=1; lang=en"}, "en"),
        ({"cookie": "lang=en", "accept_language": "zh-CN"}, "en"),
        ({"cookie": "lang=zh-CN", "accept_language": "en"}, "zh-CN"),
        ({"cookie": "lang=tlh"}, "zh-CN"),
    ]
    for _ in range(2):
        for headers, locale in readers:
            answered, _ = _asked(web, **headers)
            assert answered.headers["Content-Language"] == locale
            assert heading(plain(answered)) == head("normal", locale)
    assert hits(web) == 2 * len(readers) - 2


def test_what_a_page_varies_on_is_told_apart(web: Asking) -> None:
    """Letters, label, compression and address: the second time from memory, never another's."""
    asked = [
        (PAGE, {}),
        (f"{PAGE}?m=elder", {}),
        (f"{PAGE}?v=AAAAAAAAAAAAAAAAAAAAAA", {}),
        (PAGE, {"accept_encoding": "gzip, br"}),
        (PAGE, {"accept_encoding": "gzip"}),
        (PAGE, {"x_forwarded_host": "other.example.org"}),
        (PAGE, {"x_forwarded_proto": "http"}),
        (PAGE, {"remote": "203.0.113.9"}),
        (PICKER, {}),
    ]
    first = [_asked(web, path, **headers) for path, headers in asked]
    again = [_asked(web, path, **headers) for path, headers in asked]
    assert [came for _, came in first] == [False] * len(asked)
    assert [came for _, came in again] == [True] * len(asked)
    assert [one.body for one, _ in first] == [one.body for one, _ in again]
    assert plain(first[3][0]) == plain(first[4][0]) == plain(first[0][0])
    assert [one.headers.get("Content-Encoding") for one, _ in first[:5]] == [None, None, None, "br", "gzip"]
    assert heading(plain(again[2][0])) == head("label-differs")


def test_the_answer_is_the_same_but_for_the_number_of_the_request(web: Asking) -> None:
    made_, _ = _asked(web, x_request_id="a-number-of-mine")
    kept, came = _asked(web)
    named, _ = _asked(web, x_request_id="another-of-mine")
    assert came
    assert made_.headers["X-Request-Id"] == "a-number-of-mine"
    assert named.headers["X-Request-Id"] == "another-of-mine"
    assert kept.headers["X-Request-Id"] not in {"a-number-of-mine", "another-of-mine"}
    apart = [{k: v for k, v in one.headers.items() if k != "X-Request-Id"} for one in (made_, kept)]
    assert apart[0] == apart[1]
    assert kept.headers["Cache-Control"] == "no-store"
    assert (made_.status, made_.body) == (kept.status, kept.body)


def test_head_is_answered_from_a_get_and_makes_no_page(web: Asking) -> None:
    nothing, came = _asked(web, method="HEAD")
    assert (nothing.body, came) == (b"", False)
    page, came = _asked(web)
    assert not came
    empty, came = _asked(web, method="HEAD")
    assert (empty.status, empty.body, came) == (200, b"", True)
    assert empty.headers["Content-Length"] == str(len(page.body)) == nothing.headers["Content-Length"]


@pytest.mark.parametrize("header", ["if_none_match", "if_modified_since"])
def test_a_condition_gets_the_whole_page(web: Asking, header: str) -> None:
    """Nobody may keep a page, so nobody holds one that could still be good."""
    value = {"if_none_match": "*", "if_modified_since": "Thu, 01 Oct 2037 00:00:00 GMT"}[header]
    for _ in range(2):
        answered, _ = _asked(web, **{header: value})
        assert (answered.status, heading(plain(answered))) == (200, head("normal"))
        assert "ETag" not in answered.headers


# Never kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{PAGE}?lang=en", {}),  # sets a cookie
        (_NO_SUCH, {}),  # refused
        (f"/page{PRODUCT}/21/0ABCDEFGHJKM", {}),  # an item: its scans count elsewhere
        (f"/page{PRODUCT}?batch=M20261012A", {}),  # moved
        (PAGE, {"authorization": "Bearer x"}),
        (f"{PAGE}?x={'y' * 600}", {}),
        (PAGE, {"accept_language": "en," * 300}),
        ("/", {}),
        ("/privacy", {}),
    ],
)
def test_what_is_never_kept(web: Asking, path: str, headers: dict[str, str]) -> None:
    for _ in range(3):
        _, came = _asked(web, path, **headers)
        assert not came


def test_a_post_passes(web: Asking) -> None:
    _asked(web)
    answered, came = _asked(web, method="POST")
    assert answered.status in {404, 405}
    assert not came


def test_what_the_resolver_refused_is_no_page(web: Asking) -> None:
    _asked(web)
    for _ in range(2):
        answered, came = _asked(web, LOT, method="POST")
        assert (answered.status, came) == (405, False)
        answered, came = _asked(web, "/01/09521234100010/10/a%20b/99/x")
        assert (answered.status >= 400, came) == (True, False)


# Bounds ---------------------------------------------------------------------------------------------------


def test_what_is_held_stays_within_its_bytes(
    story: SignedRice, platform: TestPlatform, tmp_path: Path
) -> None:
    web = Asking(composed(platform_over(platform, tmp_path), [PROXY], megabytes=1))
    _asked(web)
    for number in range(150):
        assert web.get(f"{PAGE}?n={number}", BROWSER).status == 200
        assert _asked(web)[1], "what is asked for often stays"
    assert _held(web) <= 1 << 20
    assert not _asked(web, f"{PAGE}?n=0")[1]
    assert _asked(web, f"{PAGE}?n=149")[1]


def test_a_cache_of_nothing_keeps_nothing(story: SignedRice, platform: TestPlatform, tmp_path: Path) -> None:
    web = Asking(composed(platform_over(platform, tmp_path), [PROXY], megabytes=0))
    assert [_asked(web)[1] for _ in range(3)] == [False] * 3


def test_each_record_gives_the_same_bytes_room_again(
    web: Asking, story: SignedRice, clock: SlowClock
) -> None:
    _asked(web)
    held = _held(web)
    for number in (3, 4, 5):
        plot = story.farm.state("master.place", made.plot(1), made.a_plot(), at=clock())
        story.log(f"plot{number}", plot, "agri")
        assert not _asked(web)[1]
    assert _held(web) == pytest.approx(held, abs=200)


def _held(web: Asking) -> float:
    lines = plain(web.get("/metrics")).splitlines()
    return float(next(line for line in lines if line.startswith("greentrace_page_cache_bytes ")).split()[1])


# The version ----------------------------------------------------------------------------------------------


def test_the_version_outlives_its_connections(platform: TestPlatform, story: SignedRice) -> None:
    version = versions_of(platform.engine)
    first = version.pages()
    assert version.pages() == first > 0
    for idle in version._idle:
        idle.close()  # as when the server went away and came back
    assert version.pages() == first
    platform.engine.dispose()
    assert not version._idle
    assert version.pages() == first
    publish(platform)
    assert version.pages() > first


def test_behind_a_database_that_is_gone_flask_says_so(new_postgres, databases, tmp_path, clock) -> None:  # type: ignore[no-untyped-def]
    from tests.servers.databases import migrate

    server = new_postgres()
    url = server.create("gone")
    migrate(url)
    with TestPlatform(url, clock) as platform:
        SignedRice(platform, clock).tell()
        web = Asking(composed(platform_over(platform, tmp_path), [PROXY]))
        assert web.get(PAGE, BROWSER).status == 200
        server.stop()
        with pytest.raises(StorageLost):
            versions_of(platform.engine).pages()
        answered = web.get(PAGE, BROWSER)
        assert answered.status == 503
        assert heading(plain(answered))
        server.start()
        assert web.get(PAGE, BROWSER).status == 200
