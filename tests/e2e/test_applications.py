"""An organisation applies, a registrar compares and decides, its head begins: over HTTP, without scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, PASSWORD, Desk, add_member, signed_in
from tests.builders.signers import Signer as Party
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR
from trace.ledger.canonical import decode_object
from trace.ledger.statement import sign_statement
from trace.store.accounts.applications import KnownParty, known_party
from trace.usecases.accounts.apply import read_form
from trace.usecases.accounts.decide_applications import (
    compare,
    decided_applications,
    waiting_applications,
)
from trace.usecases.accounts.first import Organisation, begin_organisation
from trace.usecases.intake.receipt import Receipt
from trace.usecases.signing.batches import Signer, for_signing, open_batch, take_signed
from trace.usecases.signing.content import Content

NEW = {
    "name": "清禾食品有限公司（测试）",
    "uscc": "91310117xn0000776x",
    "kind": "company",
    "role": "processor",
    "region": "310117",
    "address": "上海市松江区某路 88 号",
    "permit": "sc10131011799087",
    "gfCode": "",
    "legalPerson": "陈立",
    "contact": "000-00000087",
    "head": "唐薇",
}


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, AUTHORITY, ["registrar"], "guqing")
        yield opened


def apply(door: Door, **other: str) -> tuple[Desk, str]:
    """An applicant, and the address at which it follows its application."""
    applicant = Desk(door.client)
    applicant.get("/apply")
    answer = applicant.post("/apply", **{**NEW, **other})
    assert answer.status_code == 303, answer.text
    return applicant, answer.headers["Location"]


def case(registrar: Desk) -> str:
    return re.search(r"/desk/applications/[\w-]+", registrar.get("/desk/applications").text)[0]


def test_from_an_application_to_the_first_page_of_its_head(door: Door) -> None:
    applicant, link = apply(door)
    assert "等待核对" in applicant.get(link).text
    applicant.get("/apply")
    assert applicant.post(link).status_code == 404, "nobody goes in before the registrar's yes"
    registrar = signed_in(door.platform, door.client, "guqing")
    where = case(registrar)
    assert "陈立" in registrar.get(where).text
    assert registrar.post(f"{where}/accept").status_code == 303
    assert "不符" not in registrar.get(where).text, "what it became itself is no contradiction"
    batch = re.search(r'class="mono">([\w-]{16})<|/desk/sign/([\w-]{16})', registrar.get(where).text)
    drafts = open_batch(door.platform.transactions, ORGANISATIONS[AUTHORITY].urn, batch[1] or batch[2]).drafts
    said = Content.from_data(drafts[0].content)
    assert (said.typ, said.sub) == ("master.party", "urn:uscc:91310117XN0000776X")
    assert (said.data["name"], said.data["roles"]) == (NEW["name"], ["processor"])
    assert (said.data["scNo"], said.data["licenceNo"]) == ("SC10131011799087", "91310117XN0000776X")
    assert set(said.salts) >= {"contact", "legalPerson"}, "concealed in the record"
    assert "建负责人账号" in applicant.get(link).text
    way = applicant.post(link).headers["Location"]
    assert "唐薇" in applicant.get(way).text
    assert applicant.post(way, login="tangwei", password=PASSWORD).status_code == 303
    assert NEW["name"] in applicant.get("/desk").text
    late = Desk(door.client)
    assert "已经有人建好负责人账号" in late.get(link).text
    late.get("/apply")
    assert late.post(link).status_code == 409, "the link makes no second head"


def test_an_application_makes_one_head_however_often_its_link_is_used(door: Door) -> None:
    applicant, link = apply(door)
    registrar = signed_in(door.platform, door.client, "guqing")
    where = case(registrar)
    registrar.get(where)
    registrar.post(f"{where}/accept")
    ways = []
    for _ in range(2):
        applicant.get(link)
        ways.append(applicant.post(link).headers["Location"])
    assert applicant.get(ways[0]).status_code == 404, "only the newest counts"
    applicant.get(ways[1])
    assert applicant.post(ways[1], login="tangwei", password=PASSWORD).status_code == 303


def test_who_came_in_another_way_is_not_led_by_an_applicant(door: Door) -> None:
    apply(door)
    new = Organisation("urn:uscc:91310117XN0000776X", "清禾", OPERATOR)
    begin_organisation(door.platform.transactions, new, "唐薇")
    registrar = signed_in(door.platform, door.client, "guqing")
    where = case(registrar)
    registrar.get(where)
    assert registrar.post(f"{where}/accept").status_code == 409


def test_a_registrar_sees_that_the_organisation_signs_already(door: Door) -> None:
    """What is public of a firm anybody can write into a form: all of it then is "same"."""
    apply(door)
    registrar = signed_in(door.platform, door.client, "guqing")
    assert "签名密钥" not in registrar.get(case(registrar)).text
    door.register(Party(NEW["uscc"].upper(), "processor"))
    assert "它已经在用的签名密钥" in registrar.get(case(registrar)).text


def test_a_form_sent_five_times_applies_once(door: Door) -> None:
    applicant = Desk(door.client)
    applicant.get("/apply")
    sent = {**applicant.fields(), **NEW}
    answers = {door_post(applicant, sent) for _ in range(5)}
    assert len(answers) == 1
    registrar = signed_in(door.platform, door.client, "guqing")
    assert registrar.get("/desk/applications").text.count("清禾食品") == 2, (
        "its line, and the name of its link"
    )


def door_post(applicant: Desk, sent: dict[str, str]) -> str:
    answer = applicant.client.post("/apply", data=sent, environ_overrides=applicant.where)
    return str(answer.headers.get("Location"))


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("uscc", "123", 400),
        ("name", "", 400),
        ("head", "", 400),
        ("region", "崇明", 400),
        ("kind", "government-of-all", 400),
        ("role", "registrar", 400),
        ("address", "x" * 2000, 400),
    ],
)
def test_what_cannot_be_stated_comes_back_filled_in(door: Door, field: str, value: str, status: int) -> None:
    applicant = Desk(door.client)
    applicant.get("/apply")
    answer = applicant.post("/apply", **{**NEW, field: value})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert NEW["address" if field != "address" else "name"] in answer.text


def test_a_stranger_who_applied_first_keeps_the_owner_out_of_nothing(door: Door) -> None:
    _, strangers = apply(door, contact="000-66666666", legalPerson="无名")
    owner, link = apply(door)
    registrar = signed_in(door.platform, door.client, "guqing")
    found = re.findall(r"/desk/applications/[\w-]+", registrar.get("/desk/applications").text)
    ways = {"陈立" in registrar.get(way).text: way for way in dict.fromkeys(found)}
    page = registrar.get(ways[True]).text
    assert "同一信用代码还有 1 份申请在等" in page
    assert "000-66666666" in page
    assert registrar.post(f"{ways[True]}/accept").status_code == 303
    assert "已入网" in owner.get(link).text
    assert "另一份申请已经通过" in Desk(door.client).get(strangers).text
    registrar.get(ways[False])
    late = registrar.client.post(f"{ways[False]}/accept", data=registrar_fields(registrar))
    assert late.status_code == 409


def test_of_two_applications_accepted_at_once_one_is(door: Door) -> None:
    """Two registrars at two desks, on either database: one organisation, the other application refused."""
    add_member(door.platform.transactions, AUTHORITY, ["registrar"], "zhouyi")
    apply(door, head="甲")
    apply(door, head="乙")
    numbers = [one.number for one in waiting_applications(door.platform.transactions)]
    start, told = threading.Barrier(2), []

    def decide(login: str, number: str) -> None:
        desk = signed_in(door.platform, door.client, login)
        desk.get(f"/desk/applications/{number}")
        start.wait(20)
        told.append(desk.post(f"/desk/applications/{number}/accept").status_code)

    pairs = zip(("guqing", "zhouyi"), numbers, strict=True)
    threads = [threading.Thread(target=decide, args=pair) for pair in pairs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(told) == [303, 409]
    states = sorted(one.state for one in decided_applications(door.platform.transactions))
    assert states == ["accepted", "refused"]


def test_two_filings_at_once_are_both_taken(door: Door) -> None:
    start, told = threading.Barrier(2), []

    def file(head: str) -> None:
        applicant = Desk(door.client)
        applicant.get("/apply")
        start.wait(20)
        told.append(applicant.post("/apply", **{**NEW, "head": head}).status_code)

    threads = [threading.Thread(target=file, args=(head,)) for head in ("甲", "乙")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert told == [303, 303]
    assert len(waiting_applications(door.platform.transactions)) == 2


def test_who_is_here_applies_no_second_time(door: Door) -> None:
    applicant = Desk(door.client)
    add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
    here = ORGANISATIONS[OPERATOR].urn.removeprefix("urn:uscc:")
    applicant.get("/apply")
    assert applicant.post("/apply", **{**NEW, "uscc": here}).status_code == 409


def test_a_refusal_has_a_reason_and_one_may_apply_again(door: Door) -> None:
    applicant, link = apply(door)
    registrar = signed_in(door.platform, door.client, "guqing")
    where = case(registrar)
    registrar.get(where)
    assert registrar.post(f"{where}/refuse", reason="  ").status_code == 400
    assert registrar.post(f"{where}/refuse", reason="请传新的营业执照").status_code == 303
    registrar.get(where)
    late = registrar.client.post(f"{where}/accept", data=registrar_fields(registrar))
    assert late.status_code == 409, "decided is decided"
    assert "请传新的营业执照" in applicant.get(link).text
    assert applicant.get("/apply/another-link").status_code == 404
    apply(door, legalPerson="陈丽")


def registrar_fields(registrar: Desk) -> dict[str, str]:
    registrar.get("/desk/account")
    return registrar.fields()


def test_stated_and_known_are_compared() -> None:
    stated = read_form({**NEW, "uscc": "91310117XN0000776X", "region": "310151", "address": "乙路 1 号"})
    known = KnownParty(
        {"name": "清禾食品公司", "kind": "company", "address": "甲路 1 号"}, ("SC10131011799087",)
    )
    found = {one.field: one.result for one in compare(stated, known, "")}
    assert found["name"] == "other"
    assert found["kind"] == "same"
    assert found["address"] == "look"
    assert found["region"] == "look"
    assert found["permit"] == "same"
    assert found["uscc"] == "same"
    assert found["gfCode"] == "unknown"
    assert found["listed"] == "same"
    wrong = read_form({**NEW, "uscc": "91310117XN00007760"})
    assert {one.field: one.result for one in compare(wrong, known, "x")}["uscc"] == "other"


def test_what_the_registrar_signs_makes_a_party_of_it(door: Door) -> None:
    """The record goes into the log by the registrar's key, telephone and legal representative concealed."""
    apply(door)
    door.register()
    iss = door.registrar.iss
    assert iss == ORGANISATIONS[AUTHORITY].urn
    registrar = signed_in(door.platform, door.client, "guqing")
    where = case(registrar)
    registrar.get(where)
    registrar.post(f"{where}/accept")
    number = re.search(r"/desk/sign/([\w-]{16})", registrar.get(where).text)[1]
    assert registrar.get(f"/desk/sign/{number}").status_code == 200
    key, transactions = door.registrar.key, door.platform.transactions
    officer = Signer(iss, "guqing", AUTHORITY, frozenset({"registrar"}))
    work = for_signing(transactions, officer, number, key.kid)
    signed = [sign_statement(dict(decode_object(one.text.encode())), key) for one in work.drafts]
    door.platform.start()
    (taken,) = take_signed(transactions, door.platform.acceptance, officer, number, signed)
    assert isinstance(taken, Receipt), taken
    with transactions.look() as tx:
        known = known_party(tx.connection, "urn:uscc:91310117XN0000776X")
    assert known.stated["name"] == NEW["name"]
    public = door.get(f"/api/v1/statements/{taken.statement_id}").text
    assert NEW["contact"] not in public
    assert NEW["legalPerson"] not in public
    assert "已入网" in registrar.get(where).text


def test_the_first_page_says_what_waits(door: Door) -> None:
    registrar = signed_in(door.platform, door.client, "guqing")
    assert "今天还差 1 件事" in registrar.get("/desk").text, "the second step alone"
    apply(door)
    page = registrar.get("/desk").text
    assert "今天还差 2 件事" in page
    assert "1 份入网申请等着核对" in page
    registrar.post(f"{case(registrar)}/accept", **registrar_fields(registrar))
    page = registrar.get("/desk").text
    assert "入网申请等着核对" not in page
    assert "1 批记录等着签名" in page
