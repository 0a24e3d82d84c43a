from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from trace.errors import NotAuthentic, NotCanonical, StatementMalformed
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u, encode
from trace.ledger.claims import Anchor, InputRef, timestamp
from trace.ledger.statement import (
    MAX_ENVELOPE,
    TYPE,
    Statement,
    label_digest,
    new_claims,
    parse_statement,
    parse_statements,
    read_admitted,
    sign_statement,
    statement_id,
    verify_statement,
)

KEY = PrivateKey.from_seed(bytes(range(32)))
WHEN = datetime(2026, 11, 3, 8, 2, 11, tzinfo=UTC)
ROOT = "A" * 43 + "="


def raw_claims(**changes: Any) -> dict[str, Any]:
    claims = new_claims(
        "agri.harvest",
        "urn:uscc:91310115MA1H7T3L0X",
        "base-03",
        seq=2,
        prev="p" * 42 + "A",
        sub="urn:lot:x:1",
        occurred_at=WHEN,
        signed_at=WHEN,
        data={"product": "番茄", "price": "3.20", "buyer": {"name": "某", "city": "沪"}},
        anchor=Anchor("trace.test/agri", 9, ROOT),
        inputs=[InputRef("i" * 42 + "A", "trace.test/agri", 3, "raw")],
        jti="A" * 21 + "Q",
    )
    return {**claims, **changes}


def sign_raw(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """Sign anything at all, as a careless client might."""
    head = header or {"alg": "EdDSA", "kid": KEY.kid, "typ": TYPE}
    signed = b64u(orjson.dumps(head, option=orjson.OPT_SORT_KEYS))
    signed += "." + b64u(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS))
    return f"{signed}.{b64u(KEY.sign(signed.encode()))}"


@pytest.fixture
def statement() -> Statement:
    return sign_statement(raw_claims(), KEY, conceal=["price", "buyer.name"])


def test_a_statement_reads_back_as_it_was_signed(statement):
    verify_statement(statement, KEY.public_key())
    claims = statement.claims
    assert (claims.typ, claims.seq, claims.occurred_at) == ("agri.harvest", 2, WHEN)
    assert claims.anchor == Anchor("trace.test/agri", 9, ROOT)
    assert claims.inputs == (InputRef("i" * 42 + "A", "trace.test/agri", 3, "raw"),)
    assert statement.statement_id == statement_id(statement.compact)
    assert len(statement.statement_id) == 43
    for source in (
        statement.flattened(),
        orjson.dumps(statement.flattened()),
        orjson.dumps(statement.flattened()).decode(),
    ):
        assert parse_statement(source) == statement
    assert parse_statement(statement.compact) == statement.with_disclosures(())
    assert parse_statement(statement.compact.encode()).statement_id == statement.statement_id


def test_the_label_digest_has_a_fixed_vector():
    """base64url(SHA-256(compact)[0:16]) (docs/record-format.md §3.5)."""
    compact = sign_statement(raw_claims(), KEY).compact
    assert label_digest(compact) == VECTOR
    assert len(VECTOR) == 22
    assert not statement_id(compact).startswith(VECTOR)


VECTOR = "9QUYhsPcgt3_SQNzH2NuIg"


def test_disclosures_can_be_shown_withheld_and_restored(statement):
    whole = raw_claims()["data"]
    assert statement.revealed_data() == whole
    assert set(statement.disclosure_paths()) == {"price", "buyer.name"}
    public = parse_statement(statement.flattened(view=()))
    assert public.revealed_data() == {"product": "番茄", "buyer": {"city": "沪"}}
    assert "header" not in public.flattened()
    partner = parse_statement(statement.flattened(view=["buyer.name"]))
    assert partner.revealed_data() == {"product": "番茄", "buyer": {"city": "沪", "name": "某"}}
    assert "_sd" in partner.revealed_data(keep_digests=True)
    for one in (public, partner):
        verify_statement(one, KEY.public_key())
        assert one.statement_id == statement.statement_id
    assert statement.sd_jwt().count("~") == 3


def test_what_was_admitted_is_read_as_the_strict_reading_has_it(statement):
    plain = sign_statement(raw_claims(), KEY)
    for one in (statement, plain):
        claims = parse_statement(one.compact).claims
        assert read_admitted(one.compact) == (claims.sub, claims.data)


def test_objects_inside_lists_may_conceal_too():
    claims = raw_claims(data={"lots": [{"lot": "a"}, {"lot": "b"}]})
    inner = sign_statement(raw_claims(data={"lot": "b", "x": 1}), KEY, conceal=["lot"])
    digests = inner.claims.data["_sd"]
    claims["data"]["lots"][1] = {"_sd": digests}
    claims["_sd_alg"] = "sha-256"
    form = parse_statement(sign_raw(claims)).flattened()
    form["header"] = {"disclosures": [inner.disclosures[0].encoded]}
    assert parse_statement(form).revealed_data() == {"lots": [{"lot": "a"}, {"lot": "b"}]}
    assert list(parse_statement(form).disclosure_paths()) == ["lots.1.lot"]


def test_another_key_does_not_verify(statement):
    with pytest.raises(NotAuthentic):
        verify_statement(statement, PrivateKey.generate().public_key())
    with pytest.raises(NotAuthentic):
        verify_statement(statement, PrivateKey.generate("ES256").public_key())


def test_the_new_name_of_the_algorithm_is_read():
    compact = sign_raw(raw_claims(), {"alg": "Ed25519", "kid": KEY.kid, "typ": TYPE})
    verify_statement(parse_statement(compact), KEY.public_key())


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"typ": "Harvest"}, "typ"),
        ({"typ": 1}, "typ"),
        ({"iss": "a b"}, "iss"),
        ({"iss": "a\nb"}, "iss"),
        ({"iss": "x" * 129}, "iss"),
        ({"stream": ""}, "stream"),
        ({"seq": 0}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": "2"}, "seq"),
        ({"seq": 1}, "prev"),
        ({"prev": "short"}, "prev"),
        ({"jti": "x"}, "jti"),
        ({"sub": ""}, "sub"),
        ({"sub": "a\nb"}, "sub"),
        ({"occurredAt": "2026-11-03"}, "occurredAt"),
        ({"occurredAt": "2026-11-03T08:00:00"}, "occurredAt"),
        ({"occurredAt": "2026-13-03T08:00:00Z"}, "occurredAt"),
        ({"signedAt": 1}, "signedAt"),
        ({"data": []}, "data"),
        ({"_sd_alg": "sha-512"}, "_sd_alg"),
        ({"anchor": {}}, "anchor"),
        ({"anchor": {"origin": "o", "size": -1, "root": ROOT}}, "anchor"),
        ({"anchor": {"origin": "o", "size": 1, "root": "x"}}, "anchor"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [1]}, "inputs"),
        ({"inputs": [{"stmt": "x" * 43, "log": "l", "index": "0", "role": "r"}]}, "inputs"),
        ({"inputs": [{"stmt": "x" * 43, "log": "l", "index": 0}]}, "inputs"),
    ],
)
def test_claims_of_another_shape_are_refused(changes, member):
    with pytest.raises(StatementMalformed) as refusal:
        parse_statement(sign_raw(raw_claims(**changes)))
    assert (refusal.value.params["reason"], refusal.value.params["member"]) == ("claim", member)


def test_unknown_and_missing_claims_are_refused():
    with pytest.raises(StatementMalformed, match="claim-members"):
        parse_statement(sign_raw(raw_claims(exp=1)))
    short = raw_claims()
    del short["jti"]
    with pytest.raises(StatementMalformed, match="claim-members"):
        parse_statement(sign_raw(short))


def test_a_first_statement_has_no_prev():
    first = raw_claims(seq=1)
    del first["prev"]
    assert parse_statement(sign_raw(first)).claims.prev is None
    later = raw_claims()
    del later["prev"]
    with pytest.raises(StatementMalformed):
        parse_statement(sign_raw(later))


HEADER = {"alg": "EdDSA", "kid": KEY.kid, "typ": TYPE}


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "alg": "none"},
        {**HEADER, "alg": "HS256"},
        {**HEADER, "typ": "JWT"},
        {**HEADER, "jwk": {}},
        {**HEADER, "crit": ["b64"]},
        {**HEADER, "kid": 7},
        {**HEADER, "kid": "AAAA"},
        {"alg": "EdDSA", "typ": TYPE},
    ],
)
def test_the_protected_header_has_one_form(header):
    with pytest.raises(StatementMalformed):
        parse_statement(sign_raw(raw_claims(), header))


def test_a_header_in_another_order_is_refused():
    compact = sign_statement(raw_claims(), KEY).compact
    spaced = b64u(b'{"alg": "EdDSA","kid":"' + KEY.kid.encode() + b'","typ":"trace+sd-jwt"}')
    with pytest.raises(StatementMalformed, match="compact-form"):
        parse_statement(spaced + compact[compact.index(".") :])


@pytest.mark.parametrize(
    "source",
    [
        "a.b",
        "a.b.c.d",
        "",
        b"\xff.a.b",
        "{",
        "{}",
        "[]",
        {"protected": "a", "payload": "b"},
        {"protected": "a", "payload": "b", "signature": 1},
        {"protected": "a", "payload": "b", "signature": "c", "signatures": []},
        {"protected": "a", "payload": "b", "signature": "c", "header": []},
        {"protected": "a", "payload": "b", "signature": "c", "header": {}},
        {"protected": "a", "payload": "b", "signature": "c", "header": {"disclosures": "x"}},
        {"protected": "a", "payload": "b", "signature": "c", "header": {"disclosures": [1]}},
        "x" * (MAX_ENVELOPE + 1),
        "A" * 600 + ".e30.AA",
    ],
)
def test_what_is_no_envelope_is_refused(source):
    with pytest.raises(StatementMalformed):
        parse_statement(source)


def test_json_that_is_not_an_object_is_refused():
    with pytest.raises(StatementMalformed):
        parse_statement("[1]")
    with pytest.raises(StatementMalformed):
        parse_statement('{"protected":')


def test_many_are_read_as_each_alone_with_refusals_in_their_places(statement):
    flattened = orjson.dumps(statement.flattened())
    without = statement.flattened(view=())
    strange = statement.flattened() | {"header": {"disclosures": ["AA"]}}
    sources = [b"\xff", flattened, sign_raw({"v": 1}), without, strange, b"[]", statement.compact, flattened]
    alone = []
    for source in sources:
        try:
            alone.append(parse_statement(source))
        except (StatementMalformed, NotCanonical) as refusal:
            alone.append((type(refusal), refusal.params))
    together = [
        one if isinstance(one, Statement) else (type(one), one.params) for one in parse_statements(sources)
    ]
    assert together == alone
    assert [isinstance(one, Statement) for one in together] == [
        False,
        True,
        False,
        True,
        False,
        False,
        True,
        True,
    ]


def test_a_short_signature_and_loose_bits_are_refused(statement):
    head, payload, signature = statement.compact.split(".")
    with pytest.raises(StatementMalformed, match="signature-length"):
        parse_statement(f"{head}.{payload}.{signature[:-2]}")
    last = chr(ord(signature[-1]) + 1)
    with pytest.raises(StatementMalformed, match="compact-form"):
        parse_statement(f"{head}.{payload}.{signature[:-1]}{last}")


def test_a_payload_out_of_canonical_form_is_refused():
    head, _, signature = sign_statement(raw_claims(), KEY).compact.split(".")
    with pytest.raises(NotCanonical):
        parse_statement(f"{head}.{b64u(b'{ }')}.{signature}")


def disclosed(statement: Statement, *encoded: str) -> dict[str, Any]:
    form: dict[str, Any] = statement.flattened(view=())
    form["header"] = {"disclosures": list(encoded)}
    return form


SALT = b64u(bytes(16))


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        ("!", "disclosure-not-canonical"),
        (b64u(b'["a", "b", 1]'), "disclosure-not-canonical"),
        (b64u(encode({"a": 1})), "disclosure-shape"),
        (b64u(encode([SALT, "name"])), "disclosure-shape"),
        (b64u(encode([1, "name", 1])), "disclosure-shape"),
        (b64u(encode([SALT, 1, 1])), "disclosure-shape"),
        (b64u(encode([SALT, "_sd", 1])), "disclosure-shape"),
        (b64u(encode(["AAAA", "name", 1])), "disclosure-shape"),
        (b64u(encode([SALT, "name", {"_sd": []}])), "disclosure-nested"),
        (b64u(encode([SALT, "name", 1])), "disclosure-without-digest"),
    ],
)
def test_disclosures_that_do_not_belong_are_refused(statement, encoded, reason):
    with pytest.raises(StatementMalformed) as refusal:
        parse_statement(disclosed(statement, encoded))
    assert refusal.value.params["reason"] == reason


def test_a_disclosure_counts_once(statement):
    one = statement.disclosures[0].encoded
    with pytest.raises(StatementMalformed, match="disclosure-name-repeated"):
        parse_statement(disclosed(statement, one, one))


def concealing(sd: Any, **clear: Any) -> str:
    return sign_raw(raw_claims(data={"_sd": sd, **clear}, _sd_alg="sha-256"))


@pytest.mark.parametrize(
    ("sd", "reason"),
    [
        ("x", "sd-shape"),
        ([], "sd-shape"),
        ([1], "sd-shape"),
        (["short"], "sd-shape"),
        (["b" * 43, "a" * 43], "sd-not-sorted"),
        (["a" * 43, "a" * 43], "sd-not-sorted"),
    ],
)
def test_digest_lists_have_one_form(sd, reason):
    with pytest.raises(StatementMalformed, match=reason):
        parse_statement(concealing(sd))


def test_one_digest_stands_in_one_place_only():
    with pytest.raises(StatementMalformed, match="sd-repeated"):
        parse_statement(concealing(["a" * 43], inner={"_sd": ["a" * 43]}))
    with pytest.raises(StatementMalformed, match="sd-dotted-name"):
        parse_statement(concealing(["a" * 43], **{"a.b": {"_sd": ["b" * 43]}}))


def test_a_disclosure_may_not_hide_a_member_in_clear():
    source = sign_statement(raw_claims(data={"price": "1"}), KEY, conceal=["price"])
    form = parse_statement(concealing(source.claims.data["_sd"], price="2")).flattened()
    form["header"] = {"disclosures": [source.disclosures[0].encoded]}
    with pytest.raises(StatementMalformed, match="disclosure-name-repeated"):
        parse_statement(form)


def test_digests_need_their_algorithm_named():
    with pytest.raises(StatementMalformed, match="_sd_alg"):
        parse_statement(sign_raw(raw_claims(data={"_sd": ["a" * 43]})))


@pytest.mark.parametrize("path", ["missing", "buyer.missing", "price.deeper", "_sd", "list.0"])
def test_nothing_can_be_concealed_where_nothing_is(path):
    data = {"price": "1", "buyer": {}, "list": [1]}
    with pytest.raises(StatementMalformed, match="nothing-to-conceal"):
        sign_statement(raw_claims(data=data), KEY, conceal=[path])


def test_a_naive_time_is_refused():
    with pytest.raises(StatementMalformed, match="naive-time"):
        timestamp(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_each_new_statement_has_its_own_random_id():
    def made() -> object:
        return new_claims(
            "a", "b", "c", seq=1, prev=None, sub="s", occurred_at=WHEN, signed_at=WHEN, data={}
        )["jti"]

    assert len(str(made())) == 22
    assert made() != made()
