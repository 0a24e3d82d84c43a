"""Papers that came with goods: kept when chosen in the form, shown to their own firm, never public."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import PASSWORD, Desk, add_member, signed_in
from tests.builders.traced_chain import MILL, SHOP, TracedChain, october
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.canonical import b64u
from trace.parties import Actor
from trace.platform.jobs import FORGET_PAPERS, jobs_of
from trace.store.accounts.people import Organisation, add_organisation
from trace.store.uploads.files import WORK
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.batches import keep_batch
from trace.usecases.signing.content import Content
from trace.usecases.stated.papers import forget_unsigned_papers, keep_paper, read_paper, unsigned_of

FORM = "/desk/records/进货查验"


def a_picture(colour: int) -> bytes:
    target = BytesIO()
    Image.new("L", (40, 30), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["purchasing"], "wangmin")
        shop = Organisation(made.uscc(SHOP), "超市（测试）", OPERATOR)
        with door.platform.transactions.begin("test") as tx:
            add_organisation(tx.connection, shop, tx.now)
            token = invite(tx, shop.urn, "shop", ["purchasing"], None)
        join(door.platform.transactions, token, "shop", PASSWORD, Device("192.0.2.1", "test"))
        yield door


def received(chain: TracedChain, firm: str, content: bytes) -> str:
    """The statement of a receipt whose proof is that paper."""
    lot = made.lot(firm, "R8")
    proof = {"kind": "paper", "sha256": b64u(hashlib.sha256(content).digest())}
    data = made.a_receipt(
        lot=lot, quantity=made.kg(10), proofs=[proof], supplierLot=made.ABSENT, handover=made.ABSENT,
        receivedAt=october("14 12:00").isoformat(),
    )  # fmt: skip
    return chain.state(firm, "food.receipt", lot, data, "14 12:00")


def choose(desk: Desk, content: bytes, name: str = "paper.jpg") -> str:
    desk.get(FORM)
    return str(
        desk.post(FORM, **{"file.r0.proof_sha256": (BytesIO(content), name), "look": "1", "scan": "x"}).text
    )


def original(stmt: str, content: bytes) -> str:
    return f"/desk/stated/{stmt}/originals/{hashlib.sha256(content).hexdigest()}"


def test_a_photographed_paper_is_kept_at_once_and_for_its_firm_alone(door) -> None:
    paper, chain = a_picture(200), TracedChain(door, door.clock)
    page = choose(signed_in(door.platform, door.client, "wangmin"), paper)
    assert hashlib.sha256(paper).hexdigest() in page, "the record names its digest"
    stmt, theirs = received(chain, MILL, paper), received(chain, SHOP, paper)
    desk = signed_in(door.platform, door.client, "wangmin")
    assert "原件已保存" in desk.get(f"/desk/stated/{stmt}").text
    shown = desk.get(original(stmt, paper))
    assert (shown.status_code, shown.data, shown.content_type) == (200, paper, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]

    other = signed_in(door.platform, door.app.test_client(), "shop")
    assert other.get(original(stmt, paper)).status_code == 404
    assert other.get(original(theirs, paper)).status_code == 404, "who knows the digest has not the paper"
    assert "原件还没有上传" in other.get(f"/desk/stated/{theirs}").text
    digest = hashlib.sha256(paper).hexdigest()
    nobody = door.app.test_client()
    for path in (f"/files/{digest}", f"/photos/{digest}"):
        assert nobody.get(path).status_code == 404
    assert nobody.get(original(stmt, paper)).status_code in {302, 303}


def test_a_paper_is_sent_later_and_another_is_not_taken(door) -> None:
    paper, chain = a_picture(90), TracedChain(door, door.clock)
    stmt = received(chain, MILL, paper)
    desk = signed_in(door.platform, door.client, "wangmin")
    page = desk.get(f"/desk/stated/{stmt}")
    assert "只有本单位能看" in page.text
    wrong = desk.post(original(stmt, paper), file=(BytesIO(a_picture(91)), "a.jpg"))
    assert wrong.status_code >= 400
    desk.get(f"/desk/stated/{stmt}")
    assert desk.post(original(stmt, paper), file=(BytesIO(paper), "a.jpg")).status_code == 303
    assert desk.get(original(stmt, paper)).data == paper


def test_what_is_no_picture_and_no_pdf_is_not_kept(door) -> None:
    desk = signed_in(door.platform, door.client, "wangmin")
    desk.get(FORM)
    answer = desk.post(FORM, **{"file.r0.proof_sha256": (BytesIO(b"MZ nothing"), "a.exe"), "r0.lot": "R9"})
    assert answer.status_code >= 400
    assert 'value="R9"' in answer.text, "what was typed is kept"
    assert hashlib.sha256(b"MZ nothing").hexdigest() not in answer.text


def test_a_paper_that_nobody_signs_for_is_deleted_and_no_other(door) -> None:
    chain, platform = TracedChain(door, door.clock), door.platform
    desk = signed_in(platform, door.client, "wangmin")
    signed, waiting, drafted, lonely, again = (a_picture(shade) for shade in (10, 20, 30, 40, 50))
    for paper in (signed, waiting, drafted, lonely, again):
        choose(desk, paper)
    received(chain, MILL, signed)
    digest, desk = hashlib.sha256(waiting).hexdigest(), signed_in(platform, door.client, "wangmin")
    desk.get(FORM)
    assert desk.post(FORM, **{"r0.lot": "R9", "r0.proof_sha256": digest}).status_code == 303
    work = JobRunner(platform.transactions, [one for one in jobs_of(platform) if one.name == WORK])
    while work.run_one():
        pass
    said = {"typ": "food.receipt", "data": {"proofs": [{"sha256": b64u(hashlib.sha256(drafted).digest())}]}}
    content = Content("food.receipt", made.lot(MILL, "R7"), "2026-10-14T12:00:00Z", said["data"], {}, [], "j")
    keep_batch(platform.transactions, made.uscc(MILL), "who", "收货", [content])
    actor = Actor("t", made.uscc(MILL))
    before = unsigned_of(platform.transactions, actor)
    assert (before.count, before.days) == (5, 180)
    assert f"最早 {before.first} 删" in desk.get("/desk/records").text
    (found,) = (one for one in jobs_of(platform) if one.name == FORGET_PAPERS)

    def kept() -> list[bool]:
        found.work(None)  # type: ignore[arg-type]  # it needs no claim
        names = [hashlib.sha256(one).hexdigest() for one in (signed, waiting, drafted, lonely, again)]
        return [read_paper(platform.folder.path, actor, one) is not None for one in names]

    door.clock.advance(timedelta(days=160))
    assert kept() == [True] * 5
    keep_paper(platform.transactions, platform.folder.path, actor, again)
    door.clock.advance(timedelta(days=21))
    assert kept() == [True, True, True, False, True]
    assert unsigned_of(platform.transactions, actor).count == 3, "what is signed for is kept for good"
    door.clock.advance(timedelta(days=181))
    assert kept() == [True, True, True, False, False]


def test_papers_from_before_get_their_time_when_they_are_first_seen(door) -> None:
    platform, actor, paper = door.platform, Actor("t", made.uscc(MILL)), a_picture(60)
    digest = keep_paper(platform.transactions, platform.folder.path, actor, paper)
    with platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("DELETE FROM kept_paper")
    for days, stays in ((0, True), (179, True), (2, False)):
        door.clock.advance(timedelta(days=days, seconds=1))
        forget_unsigned_papers(platform.transactions, platform.folder.path)
        assert (read_paper(platform.folder.path, actor, digest) is not None) is stays, days
