"""A laboratory's warning from its form to the officer's page, hazards by code, and where complaints are."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import accredit, fail
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from tests.builders.visits import registered, sign_waiting
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR
from trace.parties import LAB
from trace.usecases.codes.coded_lot import CodedLot
from trace.usecases.messages.complaints import Complaint, file_complaint
from trace.usecases.supervision.find_warnings import find_warnings

SEEN = "近一月送检大米镉值普遍偏高"
ALERT = {"hazardCode": "C5", "severity": "2", "text": SEEN, "party": made.MILL, "lot": ""}
FAULTS = {"hazardCode": "Z9", "severity": "4", "text": "", "party": "X", "lot": "K1"}
PEOPLE = ((LABORATORY, "head", "jianyan"), (OPERATOR, "head", "wangmin"), (AUTHORITY, "case-officer", "li"))


@pytest.mark.requirement("S2-09", "S3-30", "S3-32")
def test_a_laboratory_warns_and_hazards_stand_with_their_cases(tmp_path, databases):
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        registered(chain)
        chain.packed_rice()
        fail(chain)
        code = ORGANISATIONS[LABORATORY].urn.removeprefix("urn:uscc:")
        if code not in chain.signers:
            chain.signers[code] = Signer(code, LAB)
            chain.platform.register(chain.signers[code])
        for kind, role, login in PEOPLE:
            add_member(door.platform.transactions, kind, [role], login)
        lab, firm, officer = (
            signed_in(door.platform, door.app.test_client(), login) for _, _, login in PEOPLE
        )
        assert "检验机构预警" in lab.get("/desk").text and "检验机构预警" not in firm.get("/desk").text
        firm.get("/desk/alert")
        assert firm.post("/desk/alert", **ALERT).status_code == 422, "a firm is no laboratory"
        lab.get("/desk/alert")
        for member, wrong in FAULTS.items():
            assert lab.post("/desk/alert", **{**ALERT, member: wrong}).status_code == 422, member
        sign_waiting(chain, code, lab.post("/desk/alert", **ALERT).location)
        find_warnings(door.platform.transactions, balance=False)
        page = officer.get("/office/warnings").text
        assert "检验机构预警" in page and "C5" in page and "存疑" in page
        shown = officer.get("/office/hazards").text
        row = shown.split(">C5<")[1].split("</tr>")[0]
        assert "AJ2026-00001" in row and "可致慢性或一般损害" in row
        assert "没有归类不等于没有危害" in shown
        assert "AJ2026-00001" not in shown.split('id="uncoded"')[1], "cadmium has a code"
        _complaints_stand_where_their_maker_is(door, officer)
        assert "heavy metals" in officer.get("/office/hazards?lang=en").text


def _complaints_stand_where_their_maker_is(door: Door, officer: Desk) -> None:
    rice = CodedLot(made.lot(made.MILL, "K1"), "K1", made.uscc(made.MILL), made.RICE)
    for lot in (rice, rice, None):
        file_complaint(
            door.platform.transactions, Complaint(topic="foreign", text="米里有石子", code="K1"), lot
        )
    page = officer.get("/office/complaints?days=30").text
    assert "共 3 件" in page and "只列件数，不比高低" in page
    districts, products = page.split('id="districts"')[1].split('id="products"')
    assert "崇明" in districts and "不清楚" in districts and "异物" in districts
    assert "米" in products
    assert "Chongming" in officer.get("/office/complaints?days=30&lang=en").text
