"""Analyses of an authority on pages: asked with a purpose, done as a job, opened again, noted as looks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.effects import EffectsOf, kg
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.traced_chain import P1, TracedChain
from tests.servers.door import ORIGIN, Door
from trace.access.roles import AUTHORITY
from trace.platform.jobs import jobs_of
from trace.store.bulk import insert_rows
from trace.store.chain.effects import write_effects
from trace.store.tables.master import party
from trace.usecases.jobs.run_jobs import JobRunner

SALT, BERRY = "urn:lot:X:salt", "urn:lot:X:berry"
CASES = [f"urn:lot:X:case-{at}" for at in range(4)]
CONTROLS = [f"urn:lot:X:control-{at}" for at in range(4)]
LIST = "/office/analyses"
WHY = "调查四批不合格"
NUMBER = re.compile(r"/office/analyses/([0-9a-f]{20})$")


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("office"), databases.migrated("sqlite"), pages=create_pages) as door:
        TracedChain(door, door.clock).packed_rice()
        berries(door)
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        yield door


def berries(door: Door) -> None:
    """Four packs of berries and salt that failed, four of salt alone that passed."""
    story, lots = [], {}
    for at, urn in enumerate((SALT, BERRY), 90_000):
        one = EffectsOf(ORIGIN, at)
        lots[urn] = one.lot(urn, kg("100"), "material")
        story.append(one)
    for at, urn in enumerate([*CASES, *CONTROLS], 90_010):
        one = EffectsOf(ORIGIN, at)
        pack = one.lot(urn, kg("10"), "pack")
        for source in (SALT, *([BERRY] if urn in CASES else [])):
            one.link(lots[source], pack, kg("3"), kg("3"))
        story.append(one)
    with door.platform.transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in story])
        row = ("urn:uscc:X", 256 * 99_999, '{"region":"310151","name":"浆果厂"}')
        insert_rows(tx.connection, party, ("urn", "id", "data"), [row])


@pytest.fixture(scope="module")
def desk(door) -> Desk:
    return signed_in(door.platform, door.client, "chenban")


def ask(desk: Desk, name: str, **filled: object) -> str:
    """Hand a question in; the number of its run."""
    desk.get(f"{LIST}/ask/{name}")
    answer = desk.post(f"{LIST}/ask/{name}", **filled)
    assert answer.status_code == 303, answer.text
    return NUMBER.search(answer.location)[1]


def work(door: Door) -> None:
    """What a server process does by itself."""
    runner = JobRunner(door.platform.transactions, jobs_of(door.platform))
    while runner.run_one():
        pass


def answered(door: Door, desk: Desk, name: str, **filled: object):
    number = ask(desk, name, **filled)
    work(door)
    page = desk.get(f"{LIST}/{number}")
    assert page.status_code == 200, page.text
    assert "Refresh" not in page.headers
    return number, page.text


def sheets(desk: Desk, number: str) -> openpyxl.Workbook:
    with desk.get(f"{LIST}/{number}/analysis.xlsx") as answer:
        return openpyxl.load_workbook(BytesIO(answer.data))


def test_a_question_waits_renewing_itself_and_is_found_again(door, desk) -> None:
    number = ask(desk, "contribution", lot=P1, purpose=WHY)
    page = desk.get(f"{LIST}/{number}")
    assert page.headers["Refresh"] == "2"
    assert "data-renew" in page.text
    assert f"{LIST}/{number}" in desk.get(LIST).text
    work(door)
    assert "各收货方占多少" in desk.get(f"{LIST}/{number}").text
    assert "算好" in desk.get(LIST).text


@pytest.mark.requirement("S0-23")
def test_classes_stand_beside_their_caveats_and_the_file_has_exact_chances(door, desk) -> None:
    number, page = answered(
        door, desk, "common-source", failing="\n".join(CASES), passing=" ".join(CONTROLS), purpose=WHY
    )
    assert "合格批次不是随机抽取的。" in page
    assert "</svg>明显偏多" in page
    assert "没有偏多" in page
    assert "先检哪几份" in page
    rows = list(sheets(desk, number)["分不开的各类批次"].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[6], row[7], row[10]) for row in rows] == [
        ("明显偏多", 1, 1, "1/70"),
        ("没有偏多", 1, 0, "1"),
    ]


def test_two_cases_are_listed_without_ranking_or_posterior(door, desk) -> None:
    _, page = answered(
        door, desk, "common-source", failing=" ".join(CASES[:2]), passing=" ".join(CONTROLS), purpose=WHY
    )
    assert "只列出，不排序" in page
    assert "</svg>明显偏多" not in page
    assert 'scope="col">后验概率' not in page


def test_what_to_test_first_is_asked_with_ones_own_test(door, desk) -> None:
    number, page = answered(
        door, desk, "test-first", failing=" ".join(CASES), passing=" ".join(CONTROLS), purpose=WHY,
        sensitivity="80", specificity="99",
    )  # fmt: skip
    assert page.index("先检哪几份") < page.index("分不开的各类批次")
    about: dict[str, str] = dict(sheets(desk, number)["说明"].iter_rows(max_col=2, values_only=True))
    assert about["检得出的概率："] == "4/5"


def test_shares_at_consignees_are_exact(door, desk) -> None:
    number, page = answered(door, desk, "contribution", lot=made.lot(made.MILL, "R1"), purpose=WHY)
    assert "同一批内混匀" in page
    rows = {
        row[0]: row for row in sheets(desk, number)["到了哪些批次"].iter_rows(min_row=2, values_only=True)
    }
    assert rows[P1][4:6] == (1, 1)


def test_a_region_leads_to_the_balance_of_each_firm(door, desk) -> None:
    october = {"from": "2026-10-01", "to": "2026-10-31"}
    number, page = answered(door, desk, "mass-balance", region="310151", purpose=WHY, **october)
    mill = made.uscc(made.MILL).rpartition(":")[2]
    assert mill in page
    own = re.search(rf'href="({LIST}/{number}\?firm=[0-9a-f]{{64}})"', page)
    assert own is not None
    firm = desk.get(own[1]).text
    assert "带标余额" in firm
    assert desk.get(f"{LIST}/{number}?firm={'0' * 64}").status_code == 404
    one, page = answered(door, desk, "mass-balance", firm=mill, purpose=WHY, **october)
    assert ">M1<" in page
    assert sheets(desk, one).sheetnames[0] == "超出与存疑"


def test_gaps_are_a_request_that_the_firm_sees_and_say_what_has_closed(door, desk) -> None:
    firm = made.uscc(made.MILL).rpartition(":")[2]
    answered(door, desk, "gaps", firm=firm, purpose=WHY)
    number, page = answered(door, desk, "gaps", firm=firm, purpose=WHY)
    assert "这份清单就是要求" in page
    assert "消除了 0 处" in page
    assert "缺口与矛盾" in sheets(desk, number).sheetnames


def test_the_document_is_under_its_hash(door, desk) -> None:
    number, page = answered(door, desk, "contribution", lot=P1, purpose=WHY)
    kept = desk.get(f"{LIST}/{number}/analysis.json")
    assert hashlib.sha256(kept.data).hexdigest() in page


@pytest.mark.requirement("S4-08")
def test_every_opening_is_noted_with_its_purpose(door, desk) -> None:
    number, _ = answered(door, desk, "contribution", lot=P1, purpose="事由甲")
    desk.get(f"{LIST}/{number}/analysis.xlsx").close()
    looks = desk.get("/office/looks").text
    assert looks.count(f"contribution {number}") == 2 * 2  # two firms, page and file
    assert "事由甲" in looks


def test_the_tested_lots_of_the_area_are_there_to_choose(door, desk) -> None:
    assert P1 not in desk.get(f"{LIST}/ask/common-source").text
    page = desk.get(f"{LIST}/ask/common-source?product=大米&purpose=抽检")
    assert f'name="passing" value="{P1}"' in page.text
    assert "列出检验过的批次" in page.text


@pytest.mark.parametrize(
    ("name", "filled", "status", "said"),
    [
        ("contribution", {"lot": P1}, 422, "事由"),
        ("contribution", {"lot": "", "purpose": WHY}, 400, "问题还不完整"),
        ("contribution", {"lot": "urn:lot:X:none", "purpose": WHY}, 404, "批次"),
        ("common-source", {"failing": SALT, "passing": SALT, "purpose": WHY}, 409, "合格"),
        ("mass-balance", {"region": "42", "purpose": WHY}, 403, "不在可查范围内"),
        ("mass-balance", {"region": "310151", "from": "x", "to": "y", "purpose": WHY}, 400, "起止日期不对"),
        ("gaps", {"firm": "没有这家", "purpose": WHY}, 403, "不在可查范围内"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_not_kept(desk, name, filled, status, said) -> None:
    before = desk.get(LIST).text.count(f"{LIST}/")
    desk.get(f"{LIST}/ask/{name}")
    answer = desk.post(f"{LIST}/ask/{name}", **filled)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert desk.get(LIST).text.count(f"{LIST}/") == before


def test_sent_twice_it_is_one_and_anothers_is_unknown(door, desk) -> None:
    desk.get(f"{LIST}/ask/contribution")
    fields = desk.fields()
    both = {desk.post(f"{LIST}/ask/contribution", lot=P1, purpose=WHY, **fields).location for _ in range(2)}
    assert len(both) == 1
    assert desk.get(f"{LIST}/{'0' * 20}").status_code == 404
    assert desk.get(f"{LIST}/ask/nothing").status_code == 404
