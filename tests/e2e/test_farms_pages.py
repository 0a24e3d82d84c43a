"""The register of farms and its grid on the page of a district, without scripts and in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from tests.builders.two_bureaus import AGRI, seat
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY
from trace.store.bulk import run_many, select
from trace.store.log.entries import find_entries
from trace.store.log.evidence import EvidenceEntry, append_evidence
from trace.store.risk.warnings import WarningRow, add_warnings
from trace.usecases.casework.look import list_looks_at

VILLAGE = "310151999299"


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("farms"), databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        chain.packed_rice()
        chain.signers[AGRI] = Signer(AGRI, "regulator_agri")
        opened.register(chain.signers[AGRI])
        add_member(opened.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        seat(opened.platform.transactions, "wei")
        farm = made.a_party(name="瀛东合作社", kind="cooperative", roles=["grower"], region="310151")
        chain.state(AGRI, "master.party", made.uscc(made.COOPERATIVE), farm, "01 08:00")
        for urn, mu in ((made.plot(1), "28.6"), ("urn:place:310151-0002", "31.2")):
            data = made.a_plot(name=f"{mu} 亩田", region="310151", areaMu=mu)
            chain.state(made.COOPERATIVE, "master.place", urn, data, "01 09:00")
        better = made.a_plot(name="改良田", region="310151", areaMu="28.6")
        chain.state(made.COOPERATIVE, "master.place", made.plot(1), better, "01 09:30")
        chain.state(made.COOPERATIVE, "farm.operation", made.plot(1), made.an_operation(), "01 10:00")
        warned = orders.a_penalty(
            party=made.uscc(made.COOPERATIVE), kinds=["warning"], documentNo="沪崇农罚〔2026〕2号"
        )
        warned.pop("amount")
        chain.state(AGRI, "oversight.penalty", "urn:case:9", warned, "02 09:00")
        yield opened


def lines(text: str) -> str:
    """The line of the farm."""
    return text.split("瀛东合作社", 1)[1].split("</tr>", 1)[0]


@pytest.mark.requirement("S1-14")
@pytest.mark.requirement("S1-22")
def test_a_village_gets_its_officer_and_covers_its_plots(door):
    wei = signed_in(door.platform, door.client, "wei")
    assert "2 处无网格" in lines(wei.get("/office/farms").text)
    answer = wei.post("/office/farms/cells", village=VILLAGE, name="子虚村", officer="（测试）网格员")
    assert answer.status_code == 303, answer.text
    after = wei.get("/office/farms").text
    assert "1 处无网格" in lines(after), "the plot that names no village stays a gap"
    wei.post("/office/farms/cells", village=VILLAGE, name="子虚村", officer="")
    assert "无责任人" in wei.get("/office/farms").text
    assert "2 处无网格" in lines(wei.get("/office/farms").text)
    wei.post("/office/farms/cells", village=VILLAGE, name="子虚村", officer="（测试）网格员")


@pytest.mark.parametrize(
    ("village", "name", "status", "word"),
    [("310120999201", "他区村", 403, "310120999201"), ("31015199", "子虚村", 422, "31015199"),
     (VILLAGE, "", 422, VILLAGE)],
)  # fmt: skip
def test_what_is_no_village_of_ours_is_refused_and_stays_typed(door, village, name, status, word):
    wei = signed_in(door.platform, door.client, "wei")
    before = wei.get("/office/farms").text.count("<tr>")
    answer = wei.post("/office/farms/cells", village=village, name=name, officer="某人")
    assert answer.status_code == status
    assert word in answer.text and 'value="某人"' in answer.text
    assert wei.get("/office/farms").text.count("<tr>") == before


def test_the_market_department_reads_and_does_not_assign(door):
    ju = signed_in(door.platform, door.client, "ju")
    assert "瀛东合作社" in ju.get("/office/farms").text
    assert "网格由农业农村部门登记" in ju.page.text
    answer = ju.post("/office/farms/cells", village=VILLAGE, name="子虚村", officer="别人")
    assert answer.status_code == 403
    assert "别人" not in ju.get("/office/farms").text


@pytest.mark.requirement("S1-01", "S1-08")
def test_the_file_of_a_farm_shows_each_signed_word_and_what_it_changed(door):
    wei, farm = signed_in(door.platform, door.client, "wei"), made.uscc(made.COOPERATIVE)
    seen = wei.get(f"/office/farms/{farm}").text
    producer, environment, inputs = (part.split("</section>")[0] for part in seen.split("<section")[1:4])
    assert "瀛东合作社" in producer
    assert "31.2 亩田" in environment
    assert "<ins>改良田</ins>" in environment and "<del>28.6 亩田</del>" in environment
    assert "氯虫苯甲酰胺" in inputs and "7" in inputs
    assert seen.count("/desk/statements/") >= 5, "each line opens its signed record"
    assert wei.get(f"/office/farms/{made.uscc(made.TOFU)}").status_code == 422


def test_a_record_is_read_in_words_and_its_firm_sees_who_opened_it(door):
    wei, farm = signed_in(door.platform, door.client, "wei"), made.uscc(made.COOPERATIVE)
    inputs = wei.get(f"/office/farms/{farm}").text.split("<section")[3]
    stmt = inputs.split('href="/desk/statements/', 1)[1][:43]
    asked = wei.get(f"/desk/statements/{stmt}").text
    assert "请写明查看目的" in asked and "瀛东合作社" not in asked, "without a purpose nothing is shown"
    said = wei.get(f"/desk/statements/{stmt}?for=日常核对").text
    assert "瀛东合作社" in said and "签名单位" in said and f'href="/api/v1/statements/{stmt}"' in said
    english = wei.get(f"/desk/statements/{stmt}?for=日常核对&lang=en").text
    assert "Signed by" in english and "Lots it touches" in english
    looks = [one for one in list_looks_at(door.platform.transactions, farm) if one.subject == stmt]
    assert [one.purpose for one in looks] == ["日常核对"] * 2
    wei.get("/office/farms?lang=zh-CN")


@pytest.mark.requirement("S1-33")
def test_a_farm_stands_with_its_grade_and_its_open_warnings(door):
    wei = signed_in(door.platform, door.client, "wei")
    farm = made.uscc(made.COOPERATIVE)
    assert "未评级" in lines(wei.get("/office/farms").text)
    now = door.clock()
    with door.platform.transactions.begin("test") as tx:
        for number, state in (("YJ2026-1", "open"), ("YJ2026-2", "dismissed")):
            row = WarningRow(number, number, "W05", "2024-05-08", farm, "310151", "agriculture", "2026-10",
                             ("r",), {}, now, now)  # fmt: skip
            add_warnings(tx.connection, [replace(row, state=state)])
    wei.get(f"/office/register/{made.COOPERATIVE}")
    told = {"kind": "risk_grade", "grade": "C", "points": "动态 | 巡查 | 12 | XC2026-00001"}
    told |= {"since": "2026-10-01", "evidence": "年度评级", "why": "年度评级"}
    graded = wei.post(f"/office/register/{made.COOPERATIVE}/entries", **told)
    assert graded.status_code == 303, graded.text
    line = lines(wei.get("/office/farms").text)
    assert "C 级" in line and "1 条预警" in line


@pytest.mark.requirement("S1-16")
def test_a_farm_has_a_credit_file_that_moves_with_its_records(door):
    wei, farm = signed_in(door.platform, door.client, "wei"), made.uscc(made.COOPERATIVE)

    def credit() -> str:
        return wei.get(f"/office/farms/{farm}").text.split('id="credit"', 1)[1].split("</section>")[0]

    before = credit()
    assert "行政处罚" in before and "警告" in before and "2026-10-02" in before
    wei.get(f"/office/register/{made.COOPERATIVE}")
    told = {"kind": "risk_grade", "grade": "D", "points": "动态 | 巡查 | 30 | XC2026-00002"}
    told |= {"since": "2026-10-03", "evidence": "动态调整", "why": "动态调整"}
    assert wei.post(f"/office/register/{made.COOPERATIVE}/entries", **told).status_code == 303
    after = credit()
    assert "D · 动态调整" in after and "D · 动态调整" not in before


def test_the_file_reads_what_stands_on_the_log_of_another_platform(door):
    foreign, at = "f" * 43, door.clock()
    with door.platform.transactions.begin("test") as tx:
        found = select(tx.connection, "SELECT stmt FROM statement WHERE typ = 'farm.operation'", ())
        (entry,) = find_entries(tx.connection, [stmt for (stmt,) in found]).values()
        append_evidence(
            tx.connection,
            [
                EvidenceEntry(
                    "agri.example/log", 0, 900, foreign, "kid", entry.typ, entry.iss, "farm", 0, entry.sub,
                    entry.jws, "leaf", None, (), 1, at, at, "",
                )
            ],
        )  # fmt: skip
        copied = "INSERT INTO statement SELECT id + 999424, ?, typ, iss, sub, 'agri.example/log', 0, "
        told = "occurred_at, logged_at, 900, NULL FROM statement WHERE stmt = ?"
        run_many(tx.connection, copied + told, [(foreign, stmt) for (stmt,) in found])
    seen = signed_in(door.platform, door.client, "wei").get(f"/office/farms/{made.uscc(made.COOPERATIVE)}")
    assert foreign in seen.text, "the farm's own platform logged it, and it is known here"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_the_page_is_read_at_any_width(door, chromium, width, theme, locale):
    with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wei")
        page.goto(f"{base}/office/farms")
        assert page.locator("h1").count() == 1
        look(page)
