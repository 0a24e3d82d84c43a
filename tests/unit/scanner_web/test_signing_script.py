"""What you see is what you sign: every kind and member in words, and nothing signed that is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from scanner_web.assets.signing_script import DESKS, FIRM, OFFICE, outlines, signing_script, words_of
from tests.builders import facts as made
from tests.builders.weights import script_weight
from tests.signing.node import HEAD, ISS, STREAM, Case, a_draft, spoken
from trace.chain.facts import KINDS
from trace.chain.facts.outline import BY_MACHINES, signed_by_officers, signed_by_people
from trace.chain.facts.outline import words_of as words_taken
from trace.chain.facts.reading import Reader, element_of, shape_of
from trace.ledger.algorithms import PublicKey
from trace.ledger.canonical import b64u, encode
from trace.ledger.statement import parse_statement, verify_statement
from trace.parties import LAB, OPERATORS
from trace.quantities import UNITS
from trace.usecases.intake.check_drafts import draft_id
from trace.wording import LOCALES

BUDGET = 20 * 1024
MILL = ISS.removeprefix("urn:uscc:")
LOT = f"urn:lot:{MILL}:R1"
OF_TYPE: Mapping[str, Any] = {
    "T": "文字",
    "W": "grower",
    "N": 3,
    "Q": {"value": "12.500", "unit": "kg"},
    "t": "2026-10-06T07:00:00+08:00",
    "d": "2026-10-06",
    "U": LOT,
    "S": "s" * 43,
    "H": "h" * 43,
    "K": "AAECAwQFBgcICQoLDA0ODw",
    "Y": True,
}


def filled(outline: Any, words: Mapping[str, str], name: str = "") -> Any:
    """A value with every member that an outline has."""
    if isinstance(outline, list):
        return filled(outline[0], words, name) if len(outline) > 1 else [filled(outline[0], words, name)]
    if isinstance(outline, dict):
        return {member: filled(inner, words, member) for member, inner in outline.items()}
    if outline == "E":
        return next(key for key in words if key.startswith(f"value.{name}.")).removeprefix(f"value.{name}.")
    return OF_TYPE[outline]


def all_members(outline: Any, path: str = "") -> Iterator[str]:
    if isinstance(outline, list):
        for inner in outline:
            yield from all_members(inner, path)
    elif isinstance(outline, dict):
        for member, inner in outline.items():
            yield f"{path}.{member}"
            yield from all_members(inner, f"{path}.{member}")


def of_kind(typ: str, words: Mapping[str, str], desk: str = FIRM) -> Case:
    outline = outlines(desk)[typ]
    data = {name: filled(one, words, name) for name, one in outline["members"].items() if one != "X"}
    sub = str(data.get(outline["subject"], LOT))
    return Case([a_draft(1, typ, sub, data)])


PEOPLES = [kind.typ for kind in signed_by_people()]
KINDS_OF = {FIRM: PEOPLES, OFFICE: [kind.typ for kind in signed_by_officers()]}


def test_every_kind_of_a_firm_farm_or_laboratory_is_there() -> None:
    stated = {typ for typ, kind in KINDS.items() if not kind.stated_by.isdisjoint(OPERATORS | {LAB})}
    assert stated - BY_MACHINES <= set(PEOPLES)
    assert stated & BY_MACHINES == set(BY_MACHINES)
    assert len(PEOPLES) > 30


def test_every_kind_that_authorities_alone_sign_is_there() -> None:
    signed = {typ for typ in KINDS if typ.startswith("oversight.")}
    assert signed <= set(KINDS_OF[OFFICE])
    assert not signed & set(PEOPLES) - {"oversight.acknowledgement"}


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_member_of_every_kind_is_said(locale, desk, tmp_path) -> None:
    words, kinds = words_of(locale, desk), KINDS_OF[desk]
    answers = spoken([of_kind(typ, words, desk) for typ in kinds], tmp_path, locale, desk)
    for typ, answer in zip(kinds, answers, strict=True):
        assert "refused" not in answer, (typ, answer)
        (said,) = answer["said"]
        assert said["kind"] == words[f"name.{typ}"]
        assert "{" not in said["sentence"] and words["say.absent"] not in said["sentence"], (typ, said)
        text = said["sentence"] + json.dumps(said["lines"], ensure_ascii=False)
        members = outlines(desk)[typ]["members"]
        assert text.count("文字") == of_kind(typ, words, desk).drafts[0]["bytes"].count("文字"), typ
        assert len(said["lines"]) <= len(members)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_member_without_words_is_refused_wherever_it_stands(locale, tmp_path) -> None:
    """Also proof that each member was said by words of its own: an unknown one beside it is not."""
    words, cases, wanted = words_of(locale), [], []
    for typ in PEOPLES:
        (draft,) = of_kind(typ, words).drafts
        raw = json.loads(draft["bytes"])
        for path, holder in objects(raw["data"], "data"):
            holder["surprise"] = "x"
            cases.append(Case([{"bytes": encode(raw).decode(), "disclosures": []}]))
            del holder["surprise"]
            wanted.append(f"{path}.surprise")
    for path, answer in zip(wanted, spoken(cases, tmp_path, locale), strict=True):
        assert answer == {"refused": "no-words", "record": 1, "member": path}


def objects(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from objects(one, f"{path}[{at}]")
    elif isinstance(value, dict):
        if set(value) != {"value", "unit"} or isinstance(value["value"], int):
            yield path, value
        for name, one in value.items():
            yield from objects(one, f"{path}.{name}")


def choices(readers: Mapping[str, Reader[Any]]) -> Iterator[tuple[str, str]]:
    """Every word of every list that a kind may hold, by the member's name."""
    for name, reader in readers.items():
        inner = reader
        while (element := element_of(inner)) is not None:
            inner = element
        shape = shape_of(inner)
        if shape is not None:
            yield from choices({**shape.needed, **shape.optional})
        yield from ((name, word) for word in words_taken(inner))


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_of_a_list_and_every_unit_has_words(locale, desk) -> None:
    words = words_of(locale, desk)
    found = {
        choice
        for kind in (KINDS[typ] for typ in KINDS_OF[desk])
        for choice in choices(
            {**kind.needed, **kind.optional, **getattr(getattr(kind, "form", None), "needed", {})}
        )
    }
    assert len(found) > 90
    assert not [(name, word) for name, word in found if f"value.{name}.{word}" not in words]
    assert not [unit for unit in UNITS if f"unit.{unit}" not in words]


def receipt(seq: int, **changed: Any) -> dict[str, Any]:
    data = made.a_receipt(lot=f"urn:lot:{MILL}:R{seq}", **changed)
    conceal = ("supplierName", "supplierAddress", "supplierContact")
    return a_draft(seq, "food.receipt", data["lot"], data, conceal, prev=HEAD if seq == 5 else None)


def batch() -> list[dict[str, Any]]:
    return [receipt(seq) for seq in (5, 6, 7)]


def with_claims(at: int, change: Any, drafts: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """A batch whose server changed the claims of one record."""
    changed = copy.deepcopy(drafts or batch())
    raw = json.loads(changed[at]["bytes"])
    change(raw)
    changed[at]["bytes"] = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return changed


def put(path: str, value: Any) -> Any:
    def change(raw: dict[str, Any]) -> None:
        *above, last = path.split(".")
        holder = raw
        for step in above:
            holder = holder[step]
        if value is None:
            del holder[last]
        else:
            holder[last] = value

    return change


OTHER = "o" * 43
LIES = {
    "an unknown member": (1, put("data.bonus", "x"), "no-words", "data.bonus"),
    "an unknown unit": (1, put("data.quantity", {"unit": "ct", "value": "1"}), "no-words", "data.quantity"),
    "an unknown word": (2, put("data.role", "gift"), "no-words", "data.role"),
    "an unknown kind": (1, put("typ", "food.gift"), "kind", "typ"),
    "another signer": (0, put("iss", "urn:uscc:91310000MA0000000X"), "other-signer", "iss"),
    "another chain": (1, put("stream", "desk-9"), "other-chain", "stream"),
    "a gap": (1, put("seq", 9), "out-of-order", "seq"),
    "another before it": (0, put("prev", OTHER), "other-before", "prev"),
    "none before it": (0, put("prev", None), "other-before", "prev"),
    "one before a later one": (2, put("prev", OTHER), "other-before", "prev"),
    "another subject": (1, put("sub", f"urn:lot:{MILL}:X"), "subject", "sub"),
    "a hidden mark of direction": (
        1,
        put("data.productName", "稻\u202e谷"),
        "unseen-character",
        "data.productName",
    ),
    "a statement of last month": (1, put("signedAt", "2026-09-01T12:00:00+08:00"), "clock", "signedAt"),
    "a concealed member that is not shown": (
        1,
        lambda raw: raw["data"]["_sd"].append("z" * 43),
        "concealed-unknown",
        "data",
    ),
    "a name of a record to come": (0, put("data.returns", draft_id(2)), "names-a-later-one", "data.returns"),
    "a claim that none has": (1, put("memo", "x"), "claim-members", ""),
    "a quantity that is a number": (1, put("data.quantity.value", 12), "form", "data.quantity"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_gets_nothing_signed(lie, tmp_path) -> None:
    at, change, reason, member = LIES[lie]
    case = Case(with_claims(at, change), seq=4, alg="EdDSA")
    (answer,) = spoken([case], tmp_path)
    assert answer == {"refused": reason, "record": at + 1, "member": member}


def spaced(text: str) -> str:
    return text.replace(":", ": ", 1)


def unsorted(text: str) -> str:
    raw = json.loads(text)
    turned = dict(reversed(list(raw.items())))
    return json.dumps(turned, ensure_ascii=False, separators=(",", ":"))


def escaped(text: str) -> str:
    return text.replace("稻", "\\u7a3b", 1)


def decomposed(text: str) -> str:
    return text.replace("散装", "e\u0301", 1)


@pytest.mark.parametrize("how", [spaced, unsorted, escaped, decomposed])
def test_bytes_that_are_not_canonical_are_not_signed(how, tmp_path) -> None:
    drafts = batch()
    drafts[1]["bytes"] = how(drafts[1]["bytes"])
    (answer,) = spoken([Case(drafts, seq=4, alg="EdDSA")], tmp_path)
    assert answer["record"] == 2
    assert answer["refused"] in {"not-the-canonical-form", "not-nfc"}


def test_a_quantity_swapped_after_the_preview_is_named(tmp_path) -> None:
    shown = batch()
    swapped = with_claims(1, put("data.quantity.value", "999999"), shown)
    later = [swapped, shown[:2], shown]
    changed, fewer, same = spoken([Case(shown, seq=4, again=again, alg="EdDSA") for again in later], tmp_path)
    assert changed == {"refused": "changed", "record": 2, "member": "data.quantity.value"}
    assert fewer == {"refused": "changed", "record": 3, "member": ""}
    assert len(same["signed"]["statements"]) == 3


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_what_it_signs_python_verifies_and_it_is_what_was_shown(alg, tmp_path) -> None:
    drafts = batch()
    (answer,) = spoken([Case(drafts, seq=4, alg=alg)], tmp_path)
    key = PublicKey.from_jwk(answer["signed"]["jwk"])
    before = HEAD
    for draft, one in zip(drafts, answer["signed"]["statements"], strict=True):
        statement = parse_statement(one["jws"])
        verify_statement(statement, key)
        assert statement.statement_id == one["stmt"]
        assert statement.claims.prev == before
        before = one["stmt"]
        signed = json.loads(statement.payload)
        shown = json.loads(draft["bytes"])
        assert {**signed, "prev": None} == {**shown, "prev": None}
        assert statement.revealed_data()["supplierName"] == made.a_receipt()["supplierName"]


def test_a_batch_names_its_own_records_and_fills_their_places_in(tmp_path) -> None:
    report = a_draft(1, "lab.report", LOT, made.a_report(lot=LOT))
    shipment = made.a_shipment(lot=f"urn:lot:{MILL}:S1", fromLot=LOT, releaseReport=draft_id(1))
    shipment.pop("receiver", None)
    inputs = [{"stmt": draft_id(1), "log": "?", "index": 0, "role": "report"}]
    sent = a_draft(2, "food.shipment", shipment["lot"], shipment, inputs=inputs)
    (answer,) = spoken([Case([report, sent], alg="ES256")], tmp_path)
    assert "refused" not in answer, answer
    first, second = answer["signed"]["statements"]
    assert answer["waves"] == [[0], [1]]
    claims = parse_statement(second["jws"]).claims
    assert claims.data["releaseReport"] == first["stmt"]
    assert [(one.stmt, one.log, one.index) for one in claims.inputs] == [
        (first["stmt"], "trace.test/food", 40)
    ]
    assert ["出厂检验报告", "本次第 1 条"] in answer["said"][1]["lines"]


def test_a_correction_is_said_in_the_words_of_what_it_corrects(tmp_path) -> None:
    raw = json.loads(receipt(3)["bytes"]) | {"prev": HEAD}
    header = b64u(encode({"alg": "EdDSA", "kid": "k" * 43, "typ": "trace+sd-jwt"}))
    compact = f"{header}.{b64u(encode(raw))}.{b64u(bytes(64))}"
    amended = parse_statement(compact).statement_id
    data = {
        "amends": amended,
        "reason": "数量记错了",
        "replacement": {**raw["data"], "quantity": {"value": "880", "unit": "kg"}},
    }
    del data["replacement"]["_sd"]
    draft = a_draft(5, "correction", raw["sub"], data, prev=HEAD)
    other = compact.replace(".", ".e", 1)
    cited = [{amended: compact}, {}, {amended: other}]
    told, unknown, forged = spoken([Case([draft], one, seq=4) for one in cited], tmp_path)
    lines = dict(told["said"][0]["lines"])
    assert "880 kg" in lines["更正为"]
    assert "进货查验 H1" in told["said"][0]["sentence"]
    assert unknown["refused"] == "amends-unknown"
    assert forged["refused"] == "cited-differs"


def test_a_long_batch_is_summed_from_its_bytes(tmp_path) -> None:
    drafts = [receipt(seq, quantity={"value": "0.100", "unit": "t"}) for seq in range(5, 55)]
    (answer,) = spoken([Case(drafts, seq=4)], tmp_path)
    (total,) = answer["totals"]
    assert (total["count"], total["sums"]) == (50, [["5", "t"]])
    assert len(total["lots"]) == 50
    assert total["counterparts"] == [made.a_receipt()["supplierName"]]


def test_the_sentence_says_times_of_china_and_what_is_concealed(tmp_path) -> None:
    draft = receipt(5, receivedAt="2026-10-05T23:30:00Z")
    (answer,) = spoken([Case([draft], seq=4)], tmp_path)
    (said,) = answer["said"]
    assert said["sentence"].startswith("2026-10-06 07:30 收到食品原料“稻谷”16900 kg，编为批次 R5。")
    assert ["供货方名称（不公开）", made.a_receipt()["supplierName"]] in said["lines"]
    assert [look for text, look in said["pieces"] if text == "16900 kg"] == ["v"]


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_script_is_small(locale, desk) -> None:
    script = signing_script(locale, desk)
    assert script_weight(f"{desk}{locale}", script.encode()) < BUDGET
    assert STREAM not in script
