"""Counting and judging over both databases: windows, story 10, baselines, alerts, retention, races."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import facts as made
from tests.builders.signed_rice import CONCEALED, K1, SignedRice
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.parties import REGULATORS, Actor
from trace.rules import load
from trace.store.messages.outbox import list_due_notices
from trace.store.scans.scan_alerts import list_alerts
from trace.store.scans.scans import MOST_KEPT, read_baselines, read_scans, read_tallies
from trace.store.transaction import Transactions, open_database
from trace.usecases.scans.batch_story import batch_stories
from trace.usecases.scans.count_scans import COPIED, DIVERTED, TOPIC, SeenScan, count_scans, forget_old_scans
from trace.usecases.scans.scan_alerts import record_finding
from trace.usecases.scans.scan_state import NEVER, scan_state

CODE = "01/09521234100010/21/0ABCDEFGHJKM"
OTHER = "01/09521234100010/21/0ABCDEFGHJKN"
SHANGHAI, WUHAN, CHENGDU = "310100", "420100", "510100"
NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)


def seen(minutes: float = 0, city: str | None = SHANGHAI, device: str = "a", code: str = CODE, lot=None):
    return SeenScan(code, lot, NOON + timedelta(minutes=minutes), city, device)


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(NOON), load(), "trace.test/food")
    engine.dispose()


@pytest.fixture
def told(database_url, clock):
    """Story 1 on a platform, shipped, with its receiver concealed."""
    with TestPlatform(database_url, clock) as platform:
        yield SignedRice(platform, clock).tell()


def alerts(transactions: Transactions, **asked):
    with transactions.look() as tx:
        return list_alerts(tx.connection, 0, 100, **asked)


def notices(transactions: Transactions):
    with transactions.look() as tx:
        return [
            one for one in list_due_notices(tx.connection, tx.now + timedelta(days=1)) if one.topic == TOPIC
        ]


def test_a_code_that_nobody_counted_has_no_scans(transactions) -> None:
    assert scan_state(transactions, CODE) == NEVER


def test_the_first_scan_stays_the_first(transactions) -> None:
    count_scans(transactions, [seen()])
    count_scans(transactions, [seen(60, WUHAN, "b"), seen(90, None, "c")])
    state = scan_state(transactions, CODE)
    assert (state.count, state.first_at, state.first_region) == (3, NOON, SHANGHAI)
    assert scan_state(transactions, OTHER) == NEVER


def test_one_device_counts_once_in_ten_minutes_in_one_batch_and_across(transactions) -> None:
    done = count_scans(transactions, [seen(0), seen(9), seen(10), seen(0, device="b")])
    assert (done.counted, done.repeated) == (3, 1)
    assert count_scans(transactions, [seen(15)]).repeated == 1
    assert count_scans(transactions, [seen(20)]).counted == 1
    assert count_scans(transactions, [seen(20, code=OTHER)]).counted == 1
    assert scan_state(transactions, CODE).count == 4


def test_story_10_putuo_and_forty_minutes_later_another_city(transactions) -> None:
    count_scans(transactions, [seen(0)])
    assert scan_state(transactions, CODE).suspicion == "none"
    assert count_scans(transactions, [seen(40, WUHAN, "b")]).alerts == 1
    state = scan_state(transactions, CODE)
    assert state.suspicion in {"watch", "suspected"}
    assert "impossible-travel" in state.reasons
    count_scans(transactions, [seen(80, SHANGHAI, "c"), seen(90, CHENGDU, "d")])
    assert scan_state(transactions, CODE).suspicion == "suspected"


def test_a_pack_that_could_have_travelled_is_not_suspected(transactions) -> None:
    for hours, city in ((0, SHANGHAI), (30, WUHAN)):
        count_scans(transactions, [seen(60 * hours, city, city)])
    assert scan_state(transactions, CODE).suspicion == "none"


def test_one_telephone_in_two_cities_says_nothing_of_the_pack(transactions) -> None:
    count_scans(transactions, [seen(0), seen(40, WUHAN)])
    assert (scan_state(transactions, CODE).count, scan_state(transactions, CODE).suspicion) == (2, "none")


def test_rising_is_told_once_a_level_to_the_firm_and_the_regulator(told) -> None:
    transactions = told.platform.transactions
    mill = made.uscc(made.MILL)
    for minutes, city, device in ((0, SHANGHAI, "a"), (40, WUHAN, "b"), (80, CHENGDU, "c"), (90, WUHAN, "d")):
        count_scans(transactions, [seen(minutes, city, device, lot=K1)])
    count_scans(transactions, [seen(100, CHENGDU, "e", lot=K1)])
    raised = [one for one in alerts(transactions) if one.kind == COPIED]
    assert [one.level for one in raised] == ["watch", "suspected"]
    assert {one.holder for one in raised} == {mill}
    assert {one.lot for one in raised} == {K1}
    said = notices(transactions)
    assert Counter(one.payload["to"] for one in said) == {mill: 2, "regulator": 2}
    assert {one.payload["code"] for one in said} == {CODE}
    assert alerts(transactions, holder="urn:uscc:ELSE") == []


def test_before_shipment_counts_away_from_the_works_only(told) -> None:
    """K1 was packed in Chongming and shipped on 2026-10-14."""
    transactions = told.platform.transactions
    early = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)
    home = [SeenScan(CODE, K1, early, SHANGHAI, name) for name in "ab"]
    away = [SeenScan(OTHER, K1, early + timedelta(minutes=20 * n), WUHAN, str(n)) for n in range(3)]
    count_scans(transactions, home + away)
    assert scan_state(transactions, CODE).suspicion == "none"
    state = scan_state(transactions, OTHER)
    assert state.suspicion == "suspected"
    assert "before-shipment" in state.reasons


def test_a_concealed_receiver_says_nothing_about_diversion(told) -> None:
    transactions = told.platform.transactions
    scans = [seen(600 * n, WUHAN, str(n), lot=K1) for n in range(4)]
    count_scans(transactions, scans)
    assert [one.kind for one in alerts(transactions)].count(DIVERTED) == 0


SHOP = made.uscc("91310000MA1K35UY6N")


def shipped_to_a_shop(platform: TestPlatform, clock) -> SignedRice:
    """Story 1 with half of K1 shipped to a shop in Putuo, and nobody concealed."""
    story = SignedRice(platform, clock)
    for step in (story.begin, story.harvests, story.receive, story.make, story.pack):
        step()
    said = made.a_party(name="（演示）超市", region="310107")
    story.log("shop", platform.registrar.state("master.party", SHOP, said, at=clock()))
    activation = made.an_activation(report=story.receipts["report"].statement_id)
    story.log("activation", story.mill.state("code.activate", K1, activation, at=clock()))
    ship(story, "X1", receiver=SHOP)
    return story


def ship(story: SignedRice, name: str, conceal: tuple[str, ...] = (), **changed) -> None:
    data = made.a_shipment(
        lot=made.lot(made.MILL, name),
        quantity=made.kg("100"),
        releaseReport=story.receipts["report"].statement_id,
        **changed,
    )
    del data["packs"]
    moment = datetime.fromisoformat(str(data["shippedAt"]))
    stated = story.mill.state("food.shipment", str(data["lot"]), data, at=moment, conceal=conceal)
    story.log(name, stated)


def test_a_receiver_who_is_known_makes_diversion_a_matter_of_its_own(database_url, clock) -> None:
    with TestPlatform(database_url, clock) as platform:
        shipped_to_a_shop(platform, clock)
        transactions = platform.transactions
        count_scans(transactions, [seen(3000 * n, WUHAN, str(n), lot=K1) for n in range(3)])
        count_scans(transactions, [seen(9000, WUHAN, "again", lot=K1)])
        found = [one for one in alerts(transactions) if one.kind == DIVERTED]
        assert [(one.level, one.reasons) for one in found] == [("watch", ("outside-sales-region",))]
        assert [one.payload["kind"] for one in notices(transactions)].count(DIVERTED) == 2
        assert "outside-sales-region" not in scan_state(transactions, CODE).reasons


def test_one_concealed_receiver_among_others_ends_the_question(database_url, clock) -> None:
    with TestPlatform(database_url, clock) as platform:
        story = shipped_to_a_shop(platform, clock)
        transactions = platform.transactions
        with transactions.look() as tx:
            (known,) = batch_stories(tx.connection, [K1]).values()
        ship(story, "X2", conceal=CONCEALED)
        with transactions.look() as tx:
            (concealed,) = batch_stories(tx.connection, [K1]).values()
        assert [known.story.sold_in, concealed.story.sold_in] == [frozenset({"310100"}), frozenset()]
        assert known.story.works == concealed.story.works == "310100"
        assert known.story.expires == datetime(2027, 10, 11, 16, 0, tzinfo=UTC)
        assert known.holder == made.uscc(made.MILL)
        with transactions.look() as tx:
            assert batch_stories(tx.connection, ["urn:lot:A:B"]) == {}


def test_a_code_found_harmless_is_judged_anew(told) -> None:
    transactions, lot = told.platform.transactions, K1
    journey = ((0, SHANGHAI), (40, WUHAN), (80, CHENGDU), (90, "440100"))

    def copies(days: int) -> None:
        scans = [seen(1440 * days + minutes, city, f"{days} {city}", lot=lot) for minutes, city in journey]
        count_scans(transactions, scans)

    copies(0)
    (first,) = [one for one in alerts(transactions) if one.level == "suspected"]
    bureau = Actor("bureau", "urn:uscc:BUREAU", REGULATORS, region="CN")
    record_finding(transactions, bureau, first.id, "harmless")
    count_scans(transactions, [seen(1440, SHANGHAI, "later", lot=lot)])
    state = scan_state(transactions, CODE)
    assert (state.suspicion, state.count, state.first_at) == ("none", 5, NOON)
    assert baselines(transactions, lot) == rebuilt(transactions, lot)
    copies(2)
    assert scan_state(transactions, CODE).suspicion == "suspected"
    again = [one for one in alerts(transactions) if one.level == "suspected"]
    assert [one.finding for one in again] == ["harmless", None]


def test_details_are_forgotten_and_the_count_stays(transactions) -> None:
    count_scans(transactions, [seen(0), seen(40, WUHAN, "b"), seen(80, CHENGDU, "c"), seen(90, WUHAN, "d")])
    before = scan_state(transactions, CODE)
    assert before.suspicion == "suspected"
    assert forget_old_scans(transactions) == 0
    transactions.clock.advance(timedelta(days=91))
    assert forget_old_scans(transactions) == 4
    assert scan_state(transactions, CODE) == before
    count_scans(transactions, [seen(91 * 24 * 60, SHANGHAI, "f")])
    after = scan_state(transactions, CODE)
    assert (after.count, after.first_at, after.suspicion) == (5, before.first_at, "suspected")
    assert after.reasons == before.reasons


def test_a_flood_fills_no_disk(transactions) -> None:
    flood = [seen(n, SHANGHAI, f"d{n}") for n in range(MOST_KEPT + 50)]
    assert count_scans(transactions, flood).counted == MOST_KEPT + 50
    with transactions.look() as tx:
        assert len(read_scans(tx.connection, [CODE])[CODE]) == MOST_KEPT
    assert scan_state(transactions, CODE).count == MOST_KEPT + 50


def test_no_two_codes_share_a_name_for_a_device_in_what_is_kept(transactions) -> None:
    from trace.codes.devices import DeviceNames

    names = DeviceNames(b"s" * 32)
    device = names.new_device()
    count_scans(
        transactions,
        [seen(0, device=names.name_on(code, device), code=code) for code in (CODE, OTHER)],
    )
    with transactions.look() as tx:
        kept = read_scans(tx.connection, [CODE, OTHER])
    assert kept[CODE][0].device != kept[OTHER][0].device


def rebuilt(transactions: Transactions, lot: str) -> dict[str, Counter[int]]:
    """What the histograms of a lot must be, from its codes' tallies."""
    with transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(
            f"SELECT devices, occasions, cities FROM scan_tally WHERE lot = '{lot}'"
        ).all()
    found = {
        what: Counter(min(100, row[place]) for row in rows if row[place])
        for place, what in enumerate(("devices", "occasions", "cities"))
    }
    return {what: values for what, values in found.items() if values}


def baselines(transactions: Transactions, lot: str) -> dict[str, Counter[int]]:
    with transactions.look() as tx:
        found = read_baselines(tx.connection, [lot]).get(lot, {})
    return {what: Counter(values) for what, values in found.items()}


@settings(max_examples=15)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.integers(0, 5),
                st.sampled_from([SHANGHAI, WUHAN, None]),
                st.integers(0, 4),
            ),
            max_size=8,
        ),
        max_size=5,
    )
)
def test_baselines_are_what_the_tallies_say(databases, batches) -> None:
    url = databases.migrated("sqlite")
    engine = open_database(url)
    transactions = Transactions(engine, SteppingClock(NOON), load(), "trace.test/food")
    for batch in batches:
        scans = [
            seen(5000 * day, city, f"d{device}", code=f"{CODE[:-1]}{code}", lot="urn:lot:A:B")
            for code, device, city, day in batch
        ]
        count_scans(transactions, scans)
    assert baselines(transactions, "urn:lot:A:B") == rebuilt(transactions, "urn:lot:A:B")
    engine.dispose()
    databases.discard(url)


def test_eight_writers_at_once_lose_and_double_nothing(database_url) -> None:
    """Each with its own engine, on the same few codes of one lot, as eight server processes would."""
    lot, codes = "urn:lot:A:B", [f"{CODE[:-1]}{mark}" for mark in "0123"]
    dice = random.Random(7)
    failures: list[BaseException] = []
    work = [
        [
            [
                seen(60 * turn, SHANGHAI, f"{worker}-{turn}-{one}", code=dice.choice(codes), lot=lot)
                for one in range(6)
            ]
            for turn in range(5)
        ]
        for worker in range(8)
    ]

    def write(batches) -> None:
        engine = open_database(database_url)
        try:
            for batch in batches:
                count_scans(Transactions(engine, SteppingClock(NOON), load(), "t"), batch)
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=write, args=(batches,)) for batches in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = open_database(database_url)
    transactions = Transactions(engine, SteppingClock(NOON), load(), "t")
    wanted = Counter(one.code for batches in work for batch in batches for one in batch)
    with transactions.look() as tx:
        tallies = read_tallies(tx.connection, codes)
        kept = read_scans(tx.connection, codes)
    assert {code: tally.scans for code, tally in tallies.items()} == wanted
    assert {code: len(scans) for code, scans in kept.items()} == wanted
    assert baselines(transactions, lot) == rebuilt(transactions, lot)
    engine.dispose()


def test_a_promotion_raises_the_bar_for_its_own_batch(transactions) -> None:
    """Twelve devices are odd where others have one, and nothing where everybody has ten."""
    quiet, lively = "urn:lot:A:QUIET", "urn:lot:A:LIVELY"
    for number in range(60):
        name = f"t/{number:04d}-0000-0000"
        count_scans(transactions, [seen(number, SHANGHAI, "a", code=f"{name}Q", lot=quiet)])
        count_scans(
            transactions,
            [seen(number + one, SHANGHAI, f"d{one}", code=f"{name}L", lot=lively) for one in range(10)],
        )
    twelve = [seen(one, SHANGHAI, f"d{one}", code=CODE, lot=quiet) for one in range(12)]
    count_scans(transactions, twelve)
    count_scans(transactions, [replace(one, code=OTHER, lot=lively) for one in twelve])
    assert scan_state(transactions, CODE).suspicion != "none"
    assert scan_state(transactions, OTHER).suspicion == "none"
