"""Print runs over HTTP: behind the gate, the same bytes every time, signed, never unwittingly twice."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import rfc8785
from werkzeug.test import TestResponse

from tests.builders import facts as made
from tests.builders.label_reading import pages_of, read_pdf, read_svg, read_zpl
from tests.builders.print_shop import COUNT, GTIN, RUNS, SERIALS, Shop
from tests.builders.signed_rice import K1, at
from tests.builders.signers import Signer
from tests.servers.databases import Databases
from tests.servers.door import Door
from trace.codes.hidden import hidden_code
from trace.codes.serials import gtin_scope
from trace.labels.manifest import Manifest, PartMade
from trace.labels.read_back import read_symbols
from trace.ledger.sealed import MANIFEST, seal
from trace.usecases.accounts.tokens import authenticate
from trace.usecases.printing.print_parts import Press


@pytest.fixture
def shop(door: Door) -> Shop:
    return Shop(door)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Shop]:
    """A shop for tests that print intervals of their own and hold nothing up."""
    with Door(tmp_path_factory.mktemp("still"), databases.migrated("sqlite")) as opened:
        yield Shop(opened)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_run_is_asked_for_before_the_codes_are_active_and_its_parts_are_the_same_every_time(
    shop: Shop,
) -> None:
    answer = shop.ask()
    assert answer.status_code == 201, answer.text
    run = answer.json
    assert answer.headers["Location"] == run["links"]["self"]
    assert (run["state"], run["parts"], run["range"]) == ("asked", 3, {"first": 0, "count": COUNT})
    found: list[dict[str, str]] = []
    for number in (2, 0, 1):  # in any order
        first, second = shop.part(run, number), shop.part(run, number)
        assert first.data == second.data
        digest = base64.b64encode(hashlib.sha256(first.data).digest()).decode()
        assert first.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        found += rows(first.data)
    assert shop.state(run)["state"] == "made"
    found.sort(key=lambda row: int(row["number"]))
    assert [row["serial"] for row in found] == shop.serials(0, COUNT)
    assert [row["uri"] for row in found] == shop.texts(0, COUNT)
    assert found[0]["readable"] == f"(01){GTIN}(21){found[0]['serial']}"
    missing = shop.part(run, 3)
    assert (missing.status_code, missing.json["code"]) == (404, "print-part-unknown")


def test_the_whole_run_is_one_stream_with_its_manifest(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 12_000})
    waiting = shop.door.get(run["links"]["manifest"], shop.printer)
    assert (waiting.status_code, waiting.json["code"]) == (409, "print-run-unfinished")
    assert waiting.json["params"]["done"] == 0
    whole = shop.door.get(run["links"]["all"], shop.printer)
    assert whole.status_code == 200
    assert "Content-Length" not in whole.headers
    assert whole.data == shop.door.get(run["links"]["all"], shop.printer).data
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    payload = files.pop("manifest.json")
    assert payload == shop.door.get(run["links"]["manifest"], shop.printer).data
    Manifest(payload, "").check(files)
    assert sorted(files.values()) == sorted(shop.part(run, number).data for number in (0, 1))


def test_the_enterprise_signs_what_was_printed_and_nobody_else(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 10}, printer="二号车间")
    shop.part(run, 0)
    payload = shop.door.get(run["links"]["manifest"], shop.printer).data
    stated = json.loads(payload)
    assert payload == rfc8785.dumps(stated)
    assert (stated["printer"], stated["first"], stated["count"]) == ("二号车间", 0, 10)
    assert (stated["holder"], stated["preparedBy"]) == (made.uscc(made.MILL), shop.door.platform.origin)
    path = f"{run['links']['manifest']}.jws"
    assert shop.door.get(path, shop.printer).status_code == 404

    def put(jws: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {shop.printer}"}
        return shop.door.client.put(path, data=jws, content_type="application/jose", headers=headers)

    stranger = Signer(made.TOFU, "processor")
    shop.door.register(stranger)
    mill = shop.story.mill.key
    for jws, reason in (
        (seal(payload, stranger.key, MANIFEST), "other-holder"),
        (seal(payload, Signer(made.MILL, stream="nobody").key, MANIFEST), "key-unknown"),
        (seal(payload.replace(b'"count":10', b'"count":11'), mill, MANIFEST), "other-bytes"),
        (seal(payload, mill, MANIFEST)[:-8] + "AAAAAAAA", None),
    ):
        refused = put(jws)
        assert refused.status_code in {400, 403}, refused.text
        if reason is not None:
            assert (refused.json["code"], refused.json["params"]["reason"]) == ("manifest-not-yours", reason)
    for malformed in (seal(payload, mill, "trace+sd-jwt"), "x", "a.b.c", "稻"):
        assert put(malformed).status_code == 400
    signed = put(seal(payload, mill, MANIFEST))
    assert signed.status_code == 200, signed.text
    assert (signed.json["state"], signed.json["signedWith"]) == ("signed", mill.kid)
    assert put(seal(payload, mill, MANIFEST)).status_code == 200
    other = put(seal(payload, stranger.key, MANIFEST))
    assert (other.status_code, other.json["code"]) == (409, "manifest-signed")
    assert shop.door.get(path, shop.printer).text == seal(payload, mill, MANIFEST)
    with zipfile.ZipFile(io.BytesIO(shop.door.get(run["links"]["all"], shop.printer).data)) as archive:
        assert archive.read("manifest.jws").decode() == seal(payload, mill, MANIFEST)


def test_a_revoked_key_signs_no_manifest(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 10})
    shop.part(run, 0)
    payload = shop.door.get(run["links"]["manifest"], shop.printer).data
    shop.door.log(shop.door.registrar.revoke(shop.story.mill, at=shop.door.clock()))
    headers = {"Authorization": f"Bearer {shop.printer}"}
    jws = seal(payload, shop.story.mill.key, MANIFEST)
    path = f"{run['links']['manifest']}.jws"
    refused = shop.door.client.put(path, data=jws, content_type="application/jose", headers=headers)
    assert (refused.status_code, refused.json["params"]["reason"]) == (403, "revoked")


def test_codes_are_not_printed_twice_unwittingly(shop: Shop) -> None:
    first = shop.asked(range={"first": 100, "count": 50})
    for part in ({"first": 100, "count": 50}, {"first": 149, "count": 10}, {"first": 0, "count": 101}, None):
        again = shop.ask(form="png", **({} if part is None else {"range": part}))
        assert (again.status_code, again.json["code"]) == (409, "printed-before"), part
        assert again.json["params"]["run"] == first["id"]
        assert first["printer"] in again.json["detail"]
    assert shop.ask(range={"first": 150, "count": 10}).status_code == 201
    assert shop.ask(range={"first": 0, "count": 100}).status_code == 201
    reprint = shop.asked(range={"first": 100, "count": 50}, again="卷纸受潮，原标签已销毁")
    assert reprint["id"] != first["id"]
    assert reprint["again"] == "卷纸受潮，原标签已销毁"
    shop.part(reprint, 0)
    stated = json.loads(shop.door.get(reprint["links"]["manifest"], shop.printer).data)
    assert stated["again"] == reprint["again"]
    assert rows(shop.part(reprint, 0).data) == rows(shop.part(first, 0).data)
    runs = shop.door.get(RUNS, shop.printer).json["runs"]
    assert runs[0]["id"] == first["id"]
    assert len(runs) == 4


def test_a_run_that_nobody_fetched_is_withdrawn_and_no_other(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 10})
    headers = {"Authorization": f"Bearer {shop.printer}"}
    assert shop.door.client.delete(run["links"]["self"], headers=headers).status_code == 204
    assert shop.door.get(run["links"]["self"], shop.printer).status_code == 404
    run = shop.asked(range={"first": 0, "count": 10}, form="zpl")
    shop.part(run, 0)
    taken = shop.door.client.delete(run["links"]["self"], headers=headers)
    assert (taken.status_code, taken.json["code"]) == (409, "print-run-taken")


def test_a_hold_stops_the_next_part_and_the_next_run(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 20_000})
    assert shop.part(run, 0).status_code == 200
    bureau = Signer(made.BUREAU, "regulator_market")
    shop.door.register(bureau)
    order = bureau.state(
        "oversight.hold", "urn:case:1", {"matter": "案1", "lots": [K1]}, at=shop.door.clock()
    )
    shop.door.log(order)
    for answer in (
        shop.part(run, 0),
        shop.part(run, 1),
        shop.door.get(run["links"]["all"], shop.printer),
        shop.ask(range={"first": 20_000, "count": 10}),
    ):
        assert (answer.status_code, answer.json["code"], answer.json["rule"]) == (422, "gate-closed", "P05")
        assert answer.json["params"]["gate"] == "code"


def test_a_stream_begins_before_its_last_part_is_made(shop: Shop) -> None:
    run = shop.asked()
    press = Press(
        shop.door.platform.transactions,
        shop.door.platform.codes.ring,
        authenticate(shop.door.platform.transactions, shop.printer),
    )
    stream = press.archive(run["id"])
    assert len(next(stream)) > 10_000
    assert shop.state(run)["done"] == 1
    stream.close()
    assert shop.state(run)["state"] == "printing"


def test_void_codes_are_not_printed(shop: Shop) -> None:
    run = shop.asked(range={"first": 0, "count": 10})
    data = made.a_void(range={"first": 5, "count": 1})
    shop.story.log("void", shop.story.mill.state("code.void", K1, data, at=shop.door.clock()))
    for answer in (shop.part(run, 0), shop.ask(range={"first": 5, "count": 20}), shop.ask()):
        assert answer.status_code == 409
    assert shop.part(run, 0).json["code"] == "codes-not-printable"
    assert shop.ask(range={"first": 10, "count": 20}).status_code == 201


def test_only_the_holder_prints_and_only_it_and_the_regulator_look(still: Shop) -> None:
    stranger = still.door.token(made.uscc(made.TOFU), "labels:print")
    run = still.asked(range={"first": 24_000, "count": 10})
    refused = still.ask(stranger, range={"first": 24_010, "count": 10})
    assert (refused.status_code, refused.json["code"]) == (403, "lot-not-held")
    for path in (run["links"]["self"], run["links"]["all"], run["links"]["manifest"]):
        answer = still.door.get(path, stranger)
        assert (answer.status_code, answer.json["code"]) == (404, "print-run-unknown")
        assert still.door.get(path).status_code == 401
    regulator = still.door.regulator()
    assert still.door.get(run["links"]["self"], regulator).json["id"] == run["id"]
    assert run["id"] in [each["id"] for each in still.door.get(RUNS, regulator).json["runs"]]
    assert still.door.get(RUNS, stranger).json["runs"] == []
    assert still.part(run, 0, regulator).status_code == 403
    writer_of_the_bureau = still.door.token(
        still.door.registrar.iss, "labels:print", roles=["regulator_market"]
    )
    assert still.part(run, 0, writer_of_the_bureau).status_code == 404


def test_hidden_codes_go_to_the_printing_house_only_when_asked_for(still: Shop) -> None:
    ring = still.door.platform.codes.ring
    run = still.asked(range={"first": 20_000, "count": 10}, hidden=True)
    for row in rows(still.part(run, 0).data):
        assert row["hidden"] == hidden_code(ring, gtin_scope(GTIN), row["serial"])
        assert row["hidden"] not in row["uri"]
    plain = still.asked(range={"first": 20_010, "count": 10})
    assert "hidden" not in rows(still.part(plain, 0).data)[0]


FORMS = ("png", "svg", "zpl", "pdf", "csv")


@pytest.mark.parametrize("form", FORMS)
def test_every_label_of_every_form_is_read_back(still: Shop, form: str) -> None:
    first = 1000 * (1 + FORMS.index(form))
    run = still.asked(
        form=form, range={"first": first, "count": 25}, dpi=300, size="a4-24" if form == "pdf" else "60x40"
    )
    content, expected = still.part(run, 0).data, still.texts(first, 25)
    if form == "csv":
        found = [row["uri"] for row in rows(content)]
    elif form == "zpl":
        found = read_zpl(content.decode())
    elif form == "pdf":
        assert pages_of(content) == 2
        found = sorted(read_pdf(content, 1) + read_pdf(content, 2), key=expected.index)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            drawn = [archive.read(name) for name in archive.namelist()]
        found = [
            text
            for each in drawn
            for text in (read_symbols(each) if form == "png" else read_svg(each.decode()))
        ]
    assert found == expected


def test_a_damaged_label_is_printed_again_singly(still: Shop) -> None:
    serial = still.serials(22_000, 1)[0]
    path = f"/api/v1/lots/{K1}/label?serial={serial}&dpi=203"
    reason = "reason=被叉车刮破"
    never = still.door.get(f"{path}&{reason}", still.printer)
    assert (never.status_code, never.json["code"]) == (409, "never-printed")
    still.asked(range={"first": 22_000, "count": 1})
    silent = still.door.get(f"{path}&form=png", still.printer)
    assert (silent.status_code, silent.json["code"]) == (400, "reprint-reason-absent")
    label = still.door.get(f"{path}&form=png&{reason}", still.printer)
    assert read_symbols(label.data) == still.texts(22_000, 1)
    assert read_zpl(still.door.get(f"{path}&form=zpl&{reason}", still.printer).text) == still.texts(22_000, 1)
    assert still.door.get(f"{path}&form=json", still.printer).json["readable"] == f"(01){GTIN}(21){serial}"
    for wrong, code in (("7ET5E1J3KCBD", "code-unregistered"), ("!" * 12, "serial-malformed")):
        answer = still.door.get(f"/api/v1/lots/{K1}/label?serial={wrong}&{reason}", still.printer)
        assert answer.json["code"] == code


def test_goods_without_a_gtin_are_printed_with_platform_codes(door: Door) -> None:
    shop = Shop(door, codeLevel="item", serials={**SERIALS, "count": 60}, gtin=made.ABSENT)
    run = shop.asked(form="zpl", size="40x30")
    printed = read_zpl(shop.part(run, 0).data.decode())
    key = door.platform.codes.ring.key("0", "platform")
    assert printed == [f"https://id.trace.test/t/{serial}?v={shop.version}" for serial in key.serials(0, 60)]
    first = key.serial(0)
    shown = f"{first[:4]}-{first[4:8]}-{first[8:]}"
    label = door.get(
        f"/api/v1/lots/{K1}/label?serial={shown}&form=pdf&size=40x30&dpi=203&reason=标签受潮", shop.printer
    )
    assert read_pdf(label.data, width_mm=40) == printed[:1]


def test_a_batch_without_a_gtin_is_printed_with_its_platform_code(door: Door) -> None:
    shop = Shop(door, codeLevel="batch", gtin=made.ABSENT)
    code = "7K3F-9QXP-2MWD"
    report = shop.story.receipts["report"].statement_id
    activation = made.an_activation(report=report, platformCode=code, gtin=made.ABSENT)
    when = at("2026-10-13T14:00:00+08:00")
    shop.story.log("activation", shop.story.mill.state("code.activate", K1, activation, at=when))
    path = f"/api/v1/lots/{K1}/label"
    stated = door.get(f"{path}?form=json", shop.printer).json
    assert stated["uri"] == f"https://id.trace.test/t/7K3F9QXP2MWD?v={shop.version}"
    assert stated["readable"] == code
    assert read_zpl(door.get(f"{path}?form=zpl", shop.printer).text) == [stated["uri"]]
    assert read_pdf(door.get(f"{path}?form=pdf", shop.printer).data, width_mm=60) == [stated["uri"]]
    assert code in door.get(path, shop.printer).text


def test_parts_as_the_state_names_them(still: Shop) -> None:
    run = still.asked(range={"first": 21_000, "count": 10})
    content = still.part(run, 0).data
    stated = json.loads(still.door.get(run["links"]["manifest"], still.printer).data)
    (part,) = (PartMade(**each) for each in stated["parts"])
    assert (part.bytes, part.sha256) == (len(content), hashlib.sha256(content).hexdigest())
