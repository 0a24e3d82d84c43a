"""A laboratory's report on pages: prepared by one person, released by another; which role signs what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door
from trace.access.record_kinds import SIGNED
from trace.access.rights import SIGN
from trace.access.roles import LABORATORY, OPERATOR, ROLES, roles_for
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.key_sealing import MasterKey
from trace.ledger.statement import parse_statement
from trace.platform.jobs import jobs_of
from trace.store.log.entries import find_entries
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.batches import keep_batch
from trace.usecases.signing.content import content_of
from trace.usecases.signing.held_keys import hold_key

LAB = ORGANISATIONS[LABORATORY].urn.rsplit(":", 1)[1]
REPORT = "/desk/records/出厂检验"
HEADS = ("head", "quality", "testing", "release")


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        for role in HEADS:
            add_member(opened.platform.transactions, LABORATORY, [role], f"lab-{role}")
        add_member(opened.platform.transactions, LABORATORY, ["testing", "release"], "lab-both")
        yield opened


@pytest.fixture
def lot(door: Door) -> str:
    lot = TracedChain(door, door.clock).harvest("H1", 1_000)
    door.clock.advance(timedelta(days=1))
    return lot


def hold(door: Door, code: str, role: str) -> str:
    """A key of an organisation that the service holds."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(code, role, stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(code), kept.key)
    return kept.key.kid


def sit(door: Door, login: str) -> Desk:
    return signed_in(door.platform, door.client, login)


def filled(lot: str, **changed: str) -> dict[str, str]:
    said = {
        "reportNo": "J-1", "lot": lot.removeprefix("urn:lot:"), "purpose": "合格证检验",
        "sampledAt": "2026-10-05T18:00", "testedAt": "2026-10-06T10:00", "item": "毒死蜱",
        "item_limit": "0.02", "value": "0.01", "item_unit": "mg/kg", "verdict": "合格", "conclusion": "合格",
    }  # fmt: skip
    return {f"r0.{name}": text for name, text in {**said, **changed}.items()}


def prepare(door: Door, desk: Desk, lot: str, **changed: str) -> str:
    """Fill the form in and have it checked; the upload's page."""
    desk.get(REPORT)
    where = desk.post(REPORT, **filled(lot, **changed)).headers["Location"]
    work = JobRunner(door.platform.transactions, jobs_of(door.platform))
    while work.run_one():
        pass
    desk.get(where)
    return where


def release(desk: Desk, batch: str, kid: str) -> int:
    """Press the button that signs with the held key, shown or not."""
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)
    return desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown[1] if shown else "").status_code


def reports(door: Door) -> list[str]:
    with door.platform.transactions.look() as tx:
        found = tx.connection.exec_driver_sql("SELECT stmt FROM log_entry WHERE typ = 'lab.report'").all()
    return [one[0] for one in found]


def test_one_person_prepares_a_report_and_another_releases_it(door: Door, lot: str) -> None:
    kid = hold(door, LAB, "lab")
    desk = sit(door, "lab-testing")
    where = prepare(door, desk, lot)
    handed = desk.post(f"{where}/sign")
    assert handed.status_code == 303, handed.text
    batch = handed.headers["Location"]
    assert desk.get(batch).status_code == 403, "who tests has no right to sign"
    assert desk.get("/desk/sign").status_code == 403
    other = sit(door, "lab-release")
    page = other.get(batch).text
    assert "毒死蜱" in page
    assert release(other, batch, kid) == 303
    (stated,) = reports(door)
    with door.platform.transactions.look() as tx:
        claims = parse_statement(find_entries(tx.connection, [stated])[stated].jws).claims
    assert (claims.iss, claims.data["lot"]) == (made.uscc(LAB), lot)


def test_who_has_both_roles_still_needs_another_person(door: Door, lot: str) -> None:
    kid = hold(door, LAB, "lab")
    desk = sit(door, "lab-both")
    where = prepare(door, desk, lot)
    batch = desk.post(f"{where}/sign").headers["Location"]
    page = desk.get(batch).text
    assert "编制人和签发人须是两个人" in page
    assert 'name="shown"' not in page
    assert reports(door) == []
    forced = desk.client.post(
        f"{batch}/held", data={**desk.fields(), "agreed": "yes", "key": kid, "shown": ""}
    )
    assert forced.status_code in {303, 400, 403}
    assert reports(door) == []
    assert release(sit(door, "lab-release"), batch, kid) == 303
    assert len(reports(door)) == 1


def test_who_releases_does_not_hand_over_what_another_entered(door: Door, lot: str) -> None:
    hold(door, LAB, "lab")
    desk = sit(door, "lab-testing")
    where = prepare(door, desk, lot)
    other = sit(door, "lab-release")
    other.get(where)
    answer = other.post(f"{where}/sign")
    assert answer.status_code == 403
    assert "由编制的人提交签名" in answer.text


def test_a_report_whose_verdict_is_not_what_its_figures_say_is_not_taken(door: Door, lot: str) -> None:
    hold(door, LAB, "lab")
    desk = sit(door, "lab-testing")
    where = prepare(door, desk, lot, value="0.05")
    page = desk.get(where).text
    assert "单项判定" in page
    handed = desk.post(f"{where}/sign")
    assert handed.status_code >= 400, handed.headers


@pytest.mark.parametrize(
    ("until", "number", "taken"),
    [("2028-12-31", "230921340001", True), ("2026-10-05", "230921340001", False), ("2028-12-31", "1", False)],
)
def test_a_cma_number_stands_for_an_accreditation_of_that_day(
    door: Door, lot: str, until: str, number: str, taken: bool
) -> None:
    hold(door, LAB, "lab")
    accredited = orders.an_accreditation(holder=made.uscc(LAB), number="230921340001", validTo=until)
    door.log(door.registrar.state("master.licence", "urn:licence:230921340001", accredited, at=door.clock()))
    desk = sit(door, "lab-testing")
    where = prepare(door, desk, lot, cma=number)
    handed = desk.post(f"{where}/sign")
    assert handed.status_code == (303 if taken else 409), handed.text
    if not taken:
        assert "没有查到覆盖" in handed.text


KINDS = {
    OPERATOR: ("food.receipt", "farm.harvest", "lab.report"),
    LABORATORY: ("lab.report", "food.receipt"),
}
BUILT = {
    "food.receipt": made.a_receipt,
    "farm.harvest": made.a_harvest,
    "lab.report": made.a_report,
}


@pytest.mark.parametrize("of_kind", list(KINDS))
def test_each_role_is_shown_to_sign_its_kinds_alone_and_signs_no_other(
    tmp_path, databases, of_kind: str
) -> None:
    """Every role of the table that may sign at all, on the page and against its route."""
    code = ORGANISATIONS[of_kind].urn.rsplit(":", 1)[1]
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        door.register()
        kid = hold(door, code, "lab" if of_kind == LABORATORY else "processor")
        for role in roles_for(of_kind):
            add_member(door.platform.transactions, of_kind, [role], f"is-{role}")
        for typ in KINDS[of_kind]:
            data = BUILT[typ](lot=made.lot(code, "X1"))
            draft = Draft(typ, data["lot"], door.clock(), data, (), (), RowOrigin("form", ()), "k")
            batch = keep_batch(door.platform.transactions, made.uscc(code), "who", "x", [content_of(draft)])
            for role in roles_for(of_kind):
                desk = sit(door, f"is-{role}")
                page = desk.get(f"/desk/sign/{batch}")
                if SIGN not in ROLES[role].rights:
                    assert page.status_code == 403
                    continue
                signs = not SIGNED[of_kind][role].isdisjoint({"*", typ, f"{typ.split('.')[0]}.*"})
                sees = "由别人签名" in page.text
                drafts = desk.client.get(
                    f"/desk/sign/{batch}/drafts?key={kid}", environ_overrides=desk.where
                ).get_json()
                assert sees is not signs or "不能签" in page.text, (role, typ)
                if not signs:
                    assert drafts["drafts"] == [], (role, typ)
                    assert release(desk, f"/desk/sign/{batch}", kid) != 500
        assert reports(door) == []


def lend(desk: Desk, name: str, **changed: object) -> int:
    """Name that member as one's deputy for three days."""
    page = desk.get("/desk/deputies").text
    chosen = re.search(rf'<option value="(\w+)">{name} ', page)
    first = re.search(r'name="first"[^>]*value="([^"]+)"', page)[1]
    last = (date.fromisoformat(first) + timedelta(days=2)).isoformat()
    told = {"role": ["release"], "first": first, "last": last, "reason": "出差"}
    filled = {"deputy": chosen[1] if chosen else "", **told, **changed}
    return desk.post("/desk/deputies", **filled).status_code


def test_a_deputy_releases_in_the_place_of_who_is_away_until_it_ends(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        for role in HEADS:
            add_member(door.platform.transactions, LABORATORY, [role], f"lab-{role}")
        made_lot = TracedChain(door, door.clock).harvest("H1", 1_000)
        door.clock.advance(timedelta(days=1))
        kid = hold(door, LAB, "lab")
        absent, deputy = sit(door, "lab-release"), sit(door, "lab-quality")
        testing = sit(door, "lab-testing")
        where = prepare(door, testing, made_lot)
        batch = testing.post(f"{where}/sign").headers["Location"]
        assert 'name="shown"' not in deputy.get(batch).text
        unfit: tuple[dict[str, object], ...] = (
            {"role": ["head"]}, {"role": []}, {"deputy": "x"}, {"reason": " "}, {"last": "2026-09-30"},
            {"last": "2027-03-01"}, {"first": "x"}, {"first": "9999-01-01", "last": "9999-01-03"},
            {"first": "2028-01-01", "last": "2028-01-03"},
        )  # fmt: skip
        for refused in unfit:
            assert lend(absent, "lab-quality", **refused) == 400, refused
        assert lend(absent, "lab-quality") == 303
        assert lend(absent, "lab-quality") == 400, "lent already"
        page = deputy.get("/desk/deputies").text
        assert "正在代 lab-release" in page
        assert "您现在的岗位没有可以请人代理的" not in page, "the own role can be lent"
        assert 'value="release"' not in page, "what was lent cannot be lent on"
        assert "lab-quality 代 lab-release" in sit(door, "lab-head").get("/desk/deputies").text
        assert "lab-quality 代 lab-release" not in testing.get("/desk/deputies").text
        deputy.get("/desk/account")
        assert deputy.post("/desk/people", name="x", role="release").status_code == 403
        assert release(deputy, batch, kid) == 303
        assert "lab-quality （代 lab-release）" in deputy.get(batch).text
        (receipt,) = deputy.get(f"{batch}/receipts").get_json()
        assert (receipt["signedBy"], receipt["insteadOf"]) == ("lab-quality", "lab-release")
        assert len(reports(door)) == 1
        # It ends with the roles of who gave it, by anybody whose it is, and by itself.
        number = re.search(r"/desk/deputies/(\w+)/end", absent.get("/desk/deputies").text)[1]
        head = sit(door, "lab-head")
        theirs = re.search(
            r"<b>lab-release</b>.*?/desk/people/(\w+)/roles", head.get("/desk/people").text, re.DOTALL
        )
        for roles, stands in (("quality", False), ("release", True)):
            head.get("/desk/people")
            assert head.post(f"/desk/people/{theirs[1]}/roles", role=roles).status_code == 303
            assert ("正在代" in deputy.get("/desk").text) is stands
        testing.get("/desk/deputies")
        assert testing.post(f"/desk/deputies/{number}/end").status_code == 404
        head.get("/desk/deputies")
        assert head.post(f"/desk/deputies/{number}/end").status_code == 303
        assert "正在代" not in deputy.get("/desk").text
        assert "lab-head 于" in deputy.get("/desk/deputies").text
        assert lend(absent, "lab-quality") == 303
        assert "正在代" in deputy.get("/desk").text
        door.clock.advance(timedelta(days=3))
        assert "正在代" not in sit(door, "lab-quality").get("/desk").text
