"""One batch number packed on two days: every answer by the key looks at both packs (docs/adr/0045)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signed_links import failed, fetched, judged, lister
from tests.builders.traced_chain import BUREAU, MILL, P1, TOFU_MAKER, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, HOST, Asking, resolver_over
from tests.simulators.witnesses import policy_text, publish, trust
from trace.errors import BatchUnknown
from trace.parties import Actor
from trace.usecases.batch_page.list_batches import list_batches, read_pack_states
from trace.usecases.batch_page.page import BatchPage
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.codes.coded_lot import find_coded_lot
from trace.usecases.messages.complaints import Complaint, complaints_for, file_complaint
from trace.usecases.resolver.resolve_link import ItemCode

GTIN, BATCH = "09521234100010", "M1"
KEY = f"/01/{GTIN}/10/{BATCH}"
FIRST, SECOND = made.lot(MILL, "K1"), made.lot(MILL, "K2")
LINKSET = "application/linkset+json"
VOC = "https://ref.gs1.org/voc/"
SERIAL = "0ABCDEFGHJKM"


def serial_of_the_second(gtin: str, serial: str) -> ItemCode | None:
    return ItemCode(BATCH, "normal", SECOND) if (gtin, serial) == (GTIN, SERIAL) else None


@dataclass
class PackedTwice:
    """A batch packed on the 13th and again on the 15th, both codes live; `web` is the whole resolver."""

    chain: TracedChain
    web: Asking
    report: str

    def page(self, **which: str) -> BatchPage:
        return show_batch(self.chain.platform.transactions, gtin=GTIN, batch_no=BATCH, **which)

    def digest(self, lot: str) -> str:
        return show_batch(self.chain.platform.transactions, lot=lot).label_digest

    def state(self, query: str = "", path: str = KEY) -> str:
        return str(self.web.get(f"/api/v1/recall-status{path}{query}").json["state"])

    def activate(self, lot: str, at: str) -> None:
        data = made.an_activation(lot=lot, batchNo=BATCH, report=self.report)
        self.chain.state(MILL, "code.activate", lot, data, at)


@pytest.fixture
def platform(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def twice(platform: TestPlatform, clock: SteppingClock, tmp_path: Any) -> PackedTwice:
    chain = TracedChain(platform, clock)
    report = chain.packed_rice()
    told = PackedTwice(chain, resolver_over(platform, tmp_path, serial_of_the_second), report)
    chain.pack("K2", 1_500, P1, at="15 12:00")
    told.activate(FIRST, "15 14:00")
    told.activate(SECOND, "15 14:30")
    return told


def test_while_all_is_well_the_newest_pack_is_shown_and_both_can_be_chosen(twice: PackedTwice) -> None:
    page = twice.page()
    assert (page.lot, page.banner) == (SECOND, "normal")
    assert [(one.packed_on, one.state, one.shown) for one in page.packs] == [
        ("2026-10-13", "normal", False),
        ("2026-10-15", "normal", True),
    ]
    assert [twice.page(picked=one.digest).lot for one in page.packs] == [FIRST, SECOND]


@pytest.mark.parametrize("recalled", [FIRST, SECOND])
def test_a_recall_of_one_pack_shows_wherever_the_key_alone_is_asked(
    twice: PackedTwice, recalled: str
) -> None:
    assert twice.state() == "normal"
    twice.chain.recall(recalled)
    page = twice.page()
    assert (page.banner, page.lot) == ("recalled", recalled)
    assert twice.state() == "recalled"
    level = twice.web.get(KEY, LINKSET).level(KEY)
    assert level[VOC + "defaultLink"][0]["title"] == "召回信息"
    bundles = {link["href"] for link in level[VOC + "traceability"] if link["href"].endswith("/bundle")}
    assert bundles == {f"{HOST}/api/v1/lots/{lot}/bundle" for lot in (FIRST, SECOND)}
    assert "recallStatus" in twice.web.get(KEY).headers["Link"]


def test_the_label_tells_which_pack_is_at_hand(twice: PackedTwice) -> None:
    first, second = twice.digest(FIRST), twice.digest(SECOND)
    twice.chain.recall(FIRST)
    assert (twice.state(f"?v={first}"), twice.state(f"?v={second}")) == ("recalled", "normal")
    assert (twice.page(printed=first).banner, twice.page(printed=second).banner) == ("recalled", "normal")
    assert twice.page(printed=second, picked=first).lot == SECOND
    for digest, lot in ((first, FIRST), (second, SECOND)):
        level = twice.web.get(f"{KEY}?v={digest}", LINKSET).level(KEY)
        bundles = [link["href"] for link in level[VOC + "traceability"] if "/bundle" in link["href"]]
        assert bundles == [f"{HOST}/api/v1/lots/{lot}/bundle"]
        (status,) = level[VOC + "recallStatus"]
        assert status["href"] == f"{HOST}/api/v1/recall-status{KEY}?v={digest}"


def test_a_digest_of_nothing_and_none_at_all_leave_the_worst(twice: PackedTwice) -> None:
    twice.chain.recall(FIRST)
    for query in ("", "?v=", "?v=x", f"?v={'A' * 22}", "?lang=en"):
        assert twice.state(query) == "recalled", query


def test_the_first_days_label_is_not_called_foreign(twice: PackedTwice) -> None:
    for lot in (FIRST, SECOND):
        html = twice.web.get(f"/page{KEY}?v={twice.digest(lot)}", BROWSER).body.decode()
        assert "标签与登记的记录一致" in html
        assert "标签与登记的记录不一致" not in html
    strange = twice.web.get(f"/page{KEY}?v={'A' * 22}", BROWSER).body.decode()
    assert "标签与登记的记录不一致" in strange


def test_a_choice_by_the_reader_is_no_check_of_a_label(twice: PackedTwice) -> None:
    html = twice.web.get(f"/page{KEY}?picked={twice.digest(FIRST)}", BROWSER).body.decode()
    assert "2026-10-13 包装" in html
    assert "标签与登记的记录一致" not in html


def test_a_serial_belongs_to_one_pack(twice: PackedTwice) -> None:
    item = f"/01/{GTIN}/21/{SERIAL}"
    twice.chain.recall(FIRST)
    assert twice.state(path=item) == twice.state(path=f"{KEY}/21/{SERIAL}") == "normal"
    assert twice.state(f"?v={twice.digest(FIRST)}", item) == "normal"
    twice.chain.recall(SECOND)
    assert twice.state(path=item) == "recalled"


def test_a_withdrawn_pack_ends_the_key_and_not_the_other_label(twice: PackedTwice) -> None:
    first, second = twice.digest(FIRST), twice.digest(SECOND)
    void = made.a_void(lot=FIRST)
    twice.chain.state(MILL, "code.void", FIRST, void, "16 08:00")
    assert (twice.page().banner, twice.state()) == ("withdrawn", "withdrawn")
    assert twice.web.get(KEY, BROWSER).status == 410
    assert twice.web.get(f"{KEY}?v={first}", BROWSER).status == 410
    assert twice.web.get(f"{KEY}?v={second}", BROWSER).status == 307
    assert twice.web.get(f"/page{KEY}?v={second}", BROWSER).status == 200
    twice.chain.recall(SECOND)
    assert twice.state() == "recalled"  # what is worse is not hidden behind a code that is gone


def fail(twice: PackedTwice, lot: str, at: str = "16 09:00", number: str = "J-F") -> None:
    """The holder of a lot reports too much cadmium in it."""
    when = october(at).isoformat()
    report = made.a_report(lot=lot, reportNo=number, sampledAt=when, testedAt=when, conclusion="fail")
    report["items"][0] |= {"value": "0.43", "verdict": "fail"}
    twice.chain.state(lot.split(":")[2], "lab.report", lot, report, at)


def test_a_failed_test_of_one_pack_is_the_worse_of_two(twice: PackedTwice) -> None:
    twice.chain.hand_over(2, 1_000)
    twice.chain.produce("M9", [("R2", 1_000)], [("P9", 900)], loss=100, hours=("15 09:00", "15 10:00"))
    other = twice.chain.pack("K9", 500, made.lot(MILL, "P9"), at="15 15:00")
    fail(twice, other)
    assert twice.page().lot == other
    assert [one.state for one in twice.page().packs] == ["normal", "normal", "failed"]
    assert twice.page(printed=twice.digest(SECOND)).failed == ""


@pytest.mark.parametrize(
    ("failed", "where", "title"),
    [
        (FIRST, "batch", "同一批生产的产品检验不合格"),
        (P1, "own", "这批产品检验不合格"),
        (made.lot(MILL, "M1"), "own", "这批产品检验不合格"),
        (made.lot(MILL, "R1"), "source", "所用的原料检验不合格"),
        (made.lot(made.COOPERATIVE, "H1"), "source", "所用的原料检验不合格"),
    ],
)
def test_a_failed_test_reaches_what_was_made_of_the_lot_and_the_batchs_other_packings(
    twice: PackedTwice, failed: str, where: str, title: str
) -> None:
    """Packed in another size under another batch number, and still the same rice."""
    address = f"/page{KEY}?v={twice.digest(SECOND)}"
    assert "可以吃" in twice.web.get(address, BROWSER).body.decode()  # and is kept from here on
    fail(twice, failed)
    page = twice.page(printed=twice.digest(SECOND))
    assert (page.failed, page.banner) == (where, "normal")
    (test,) = [test for test in page.tests if test.conclusion == "fail"]
    assert (test.report_no, test.laboratory is None) == ("J-F", False)
    html = twice.web.get(address, BROWSER).body.decode()
    assert title in html
    assert "先不要吃" in html
    assert "可以吃" not in html


def test_a_by_product_that_fails_says_nothing_of_the_rice(twice: PackedTwice) -> None:
    chain = twice.chain
    chain.hand_over(2, 1_000)
    outputs = [("P9", 700), ("B9", 200, "by_product")]
    chain.produce("M9", [("R2", 1_000)], outputs, loss=100, hours=("15 09:00", "15 10:00"))
    other = chain.pack("K9", 500, made.lot(MILL, "P9"), at="15 15:00")
    fail(twice, made.lot(MILL, "B9"))
    assert twice.page(printed=twice.digest(other)).failed == ""


def test_the_picker_knows_each_pack_and_what_came_to_it_from_above(twice: PackedTwice) -> None:
    batches, _ = list_batches(twice.chain.platform.transactions, GTIN)
    assert [(one.batch_no, one.state) for one in batches] == [(BATCH, "normal")] * 2
    twice.chain.recall(FIRST)
    states = read_pack_states(twice.chain.platform.transactions, [one.lot for one in batches])
    assert [states[one.lot] for one in batches] == ["normal", "recalled"]
    html = twice.web.get(f"/page/01/{GTIN}", BROWSER).body.decode()
    assert "正在召回" in html
    assert html.count(f"batch={BATCH}") == 1


def test_the_kept_choice_goes_when_goods_above_are_recalled(twice: PackedTwice) -> None:
    assert "正在召回" not in twice.web.get(f"/page/01/{GTIN}", BROWSER).body.decode()
    twice.chain.recall(made.lot(made.COOPERATIVE, "H1"))
    assert "正在召回" in twice.web.get(f"/page/01/{GTIN}", BROWSER).body.decode()


def test_the_kept_page_of_a_key_goes_when_another_pack_of_it_is_recalled(twice: PackedTwice) -> None:
    address = f"/page{KEY}"
    assert "这批产品正在召回" not in twice.web.get(address, BROWSER).body.decode()
    twice.chain.recall(FIRST)
    assert "这批产品正在召回" in twice.web.get(address, BROWSER).body.decode()


def test_a_complaint_names_all_packs_unless_the_label_says_which(twice: PackedTwice) -> None:
    at = twice.chain.platform.transactions
    regulator = Actor("g", None, BUREAU.roles, region="CN")
    code = KEY[1:]
    for printed in ("", twice.digest(FIRST)):
        about = find_coded_lot(at, None, code, printed)
        file_complaint(at, Complaint(topic="quality", text="有异味", code=code, printed=printed), about)
    named, either = (one.lots for one in complaints_for(at, regulator).complaints)
    assert named == (FIRST,)
    assert either == (SECOND, FIRST)


def test_a_completed_recall_is_called_that_and_its_warning_stays(twice: PackedTwice) -> None:
    chain, told = twice.chain, twice.state
    order = chain.state(made.BUREAU, "oversight.recall", "urn:case:1", orders.a_recall(FIRST), "22 08:00")
    assert told() == "recalled"
    completion = orders.a_completion(order)
    chain.state(made.BUREAU, "oversight.completion", "urn:case:1", completion, "22 09:00")
    assert told() == "recall-completed"
    assert told(f"?v={twice.digest(FIRST)}") == "recall-completed"
    assert told(f"?v={twice.digest(SECOND)}") == "normal"
    picker = twice.web.get(f"/page/01/{GTIN}", BROWSER).body.decode()
    assert "已召回" in picker and "正在召回" not in picker
    assert "已召回" in twice.web.get(f"/page{KEY}", BROWSER).body.decode()
    chain.state(made.BUREAU, "oversight.recall", "urn:case:1", orders.a_recall(FIRST), "22 10:00")
    assert told() == "recalled"


@pytest.mark.parametrize("state", ["normal", "recalled"])
def test_a_signed_list_is_of_the_packs_that_it_names(
    platform: TestPlatform, twice: PackedTwice, clock: SteppingClock, tmp_path: Any, state: str
) -> None:
    platform.register(lister())
    if state == "recalled":
        twice.chain.recall(FIRST)
    publish(platform)
    web = resolver_over(platform, tmp_path, key=lister().key)
    trusted = trust(platform, policy_text(clock))
    for query, expected in (
        ("", state),
        (f"?v={twice.digest(FIRST)}", state),
        (f"?v={twice.digest(SECOND)}", "normal"),
    ):
        level, form = fetched(web, KEY + query)
        verdict = judged(level, form, trusted, clock)
        assert failed(verdict) == []
        assert verdict.state == expected


@pytest.fixture
def strangers_pack(twice: PackedTwice) -> str:
    """A pack of another firm under the same number."""
    chain = twice.chain
    got = chain.receive("R9", 1_000, chain.harvest("H9", 1_000), by=TOFU_MAKER, at="16 09:00")
    lot = made.lot(TOFU_MAKER, "K9")
    data = made.a_pack(
        lot=lot,
        fromLot=got,
        quantity=made.kg(500),
        packs={"value": "100", "unit": "件"},
        batchNo=BATCH,
        lbNo=made.ABSENT,
        packedAt=october("16 12:00").isoformat(),
        expiryDate="2026-10-17",
    )
    chain.state(TOFU_MAKER, "food.pack", lot, data, "16 12:00")
    return lot


def test_what_another_firm_says_of_its_own_pack_is_not_said_of_ours(
    twice: PackedTwice, strangers_pack: str
) -> None:
    chain = twice.chain
    chain.state(TOFU_MAKER, "code.void", strangers_pack, made.a_void(lot=strangers_pack), "18 08:00")
    page = twice.page()
    assert (page.lot, page.banner, twice.state()) == (SECOND, "normal", "normal")
    assert [(one.state, one.foreign) for one in page.packs] == [
        ("normal", False),
        ("normal", False),
        ("withdrawn", True),
    ]
    own = twice.digest(strangers_pack)
    assert (twice.page(printed=own).banner, twice.state(f"?v={own}")) == ("withdrawn", "withdrawn")


def test_an_order_of_the_bureau_on_another_firms_pack_holds_for_its_code(
    twice: PackedTwice, strangers_pack: str
) -> None:
    twice.chain.recall(strangers_pack)
    assert (twice.page().lot, twice.state()) == (strangers_pack, "recalled")
    assert twice.state(f"?v={twice.digest(FIRST)}") == "normal"


def test_a_lot_of_another_code_is_unknown_under_this_one(twice: PackedTwice) -> None:
    with pytest.raises(BatchUnknown):
        show_batch(twice.chain.platform.transactions, gtin=GTIN, batch_no="M2", lot=FIRST)
