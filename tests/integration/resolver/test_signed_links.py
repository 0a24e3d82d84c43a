"""Signed resolution: each level's gs1:jws leads to a detached JWS with proofs, which others can verify."""

from __future__ import annotations

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import jwt
import orjson
import pytest
import rfc8785
from click.testing import CliRunner
from joserfc import jws as joserfc_jws
from joserfc.errors import BadSignatureError, JoseError, SecurityWarning
from joserfc.jwk import KeySet
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jws as jwcrypto_jws

from cli.main import greentrace
from tests.builders.signed_links import (
    DEFAULT,
    JWS,
    LINKSET,
    VOC,
    attached,
    coded,
    decoded,
    failed,
    fetched,
    is_kind,
    judged,
    lister,
    tell_signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import HOST, ITEM, LOOSE, LOT, PLACE, PRODUCT, resolver_over
from tests.servers.served import serving
from tests.simulators.witnesses import policy_text, trust
from trace.errors import SignedLinksMalformed
from trace.ledger.bundle import TrustPolicy
from trace.platform.clocks import DemoClock
from trace.rules import load
from trace.usecases.resolver.verify_link import anchor_of, level_of, signature_address

SIGNED = (PRODUCT, LOT, ITEM, PLACE, f"/t/{LOOSE}")


@pytest.fixture(scope="module")
def clock():
    return SteppingClock()


@pytest.fixture(scope="module")
def platform(databases, clock):
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as running:
        tell_signed(running, clock)
        yield running
    databases.discard(url)


@pytest.fixture(scope="module")
def web(platform, tmp_path_factory):
    return resolver_over(platform, tmp_path_factory.mktemp("resolver"), key=lister().key)


@pytest.fixture(scope="module")
def trusted(platform, clock):
    return trust(platform, policy_text(clock))


def test_the_linkset_stays_valid_by_gs1s_schemas(web, vectors: Path):
    for path in SIGNED:
        for name in ("linkset-schema-1.2.0.json", "linkset__gs1-linkset-schema.json"):
            schema = orjson.loads((vectors / "digital-link" / name).read_bytes())
            jsonschema.validate(web.get(path, LINKSET).json, schema)


@pytest.mark.parametrize("path", SIGNED)
def test_libraries_that_are_not_ours_verify_it_with_the_published_keys(web, path):
    level, form = fetched(web, path)
    published = web.get("/.well-known/jwks.json").json
    whole = attached(level, form)
    keys = KeySet.import_key_set(published)
    registry = joserfc_jws.JWSRegistry(None, ["EdDSA"], strict_check_header=False)
    with pytest.warns(SecurityWarning, match="EdDSA"):
        found = joserfc_jws.deserialize_json(whole, keys, registry=registry)
    assert found.payload == rfc8785.dumps(level)
    (key,) = [each for each in published["keys"] if each["kid"] == lister().key.kid]
    public = jwcrypto_jwk.JWK(kty=key["kty"], crv=key["crv"], x=key["x"])
    token = jwcrypto_jws.JWS()
    token.allowed_algs = ["EdDSA"]
    token.deserialize(orjson.dumps(whole).decode(), public)
    header = orjson.loads(token.objects["protected"])
    assert (header["alg"], header["kid"], header["typ"], header["state"]) == (
        "EdDSA", lister().key.kid, "trace-links", "normal",
    )  # fmt: skip
    assert header["log"].keys() == {"origin", "root", "size"}
    changed = attached({**level, "itemDescription": "别的米"}, form)
    with pytest.warns(SecurityWarning, match="EdDSA"), pytest.raises(BadSignatureError):
        joserfc_jws.deserialize_json(changed, keys, registry=registry)


@pytest.mark.parametrize("path", SIGNED)
def test_the_documents_say_what_a_strict_library_must_be_told(web, path):
    """The lines of docs/http-api.md, run as they stand there; without them joserfc refuses."""
    level, form = fetched(web, path)
    keys = KeySet.import_key_set(web.get("/.well-known/jwks.json").json)
    payload = attached(level, form)["payload"]
    told = Path("docs/http-api.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    with pytest.warns(SecurityWarning, match="EdDSA"):
        exec(told, {"signed": form, "payload": payload, "keys": keys})  # noqa: S102 - our own document
    with pytest.raises(JoseError):
        joserfc_jws.deserialize_json(attached(level, form), keys, algorithms=["EdDSA"])
    compact = f"{form['protected']}.{payload}.{form['signature']}"
    jwk = lister().key.public_jwk()
    assert jwt.api_jws.decode_complete(compact, jwt.PyJWK(jwk), algorithms=["EdDSA"])["payload"]


def test_a_changed_link_a_changed_state_and_another_level_fail(web, trusted, clock):
    level, form = fetched(web, LOT)
    link = copy.deepcopy(level)
    link[VOC + "recipeInfo"][0]["href"] = "https://www.mill.example/other"
    recalled = copy.deepcopy(level)
    recalled[DEFAULT][0]["title"] = "召回信息"
    without = {name: value for name, value in level.items() if name != VOC + "recallStatus"}
    product, _ = fetched(web, PRODUCT)
    for other in (link, recalled, without, product, {**level, "anchor": HOST + PRODUCT}):
        assert failed(judged(other, form, trusted, clock)) == [("signature", "not-authentic")]
    header = orjson.loads(decoded(form["protected"]))
    said = {**form, "protected": coded({**header, "state": "recalled"})}
    assert failed(judged(level, said, trusted, clock)) == [("signature", "not-authentic")]


def test_entries_that_were_swapped_or_taken_from_elsewhere_fail(web, trusted, clock):
    level, form = fetched(web, LOT)
    entries = form["header"]["entries"]
    pack = next(at for at, one in enumerate(entries) if is_kind(one, "food.pack"))
    for change, step in (
        (lambda listed: listed[pack].update(leaf=listed[pack - 1]["leaf"]), "inclusion"),
        (lambda listed: listed[pack].update(index=listed[pack]["index"] + 1), "inclusion"),
        (lambda listed: listed[pack].update(proof=listed[pack - 1]["proof"]), "inclusion"),
        (lambda listed: listed.pop(pack), "subject"),
        (lambda listed: listed.pop(0), "statements"),
    ):
        other = copy.deepcopy(form)
        change(other["header"]["entries"])
        assert step in [code for code, _ in failed(judged(level, other, trusted, clock))], step


def test_a_link_without_its_owners_statement_fails(web, trusted, clock):
    level, form = fetched(web, LOT)
    kept = [one for one in form["header"]["entries"] if not is_kind(one, "link.change")]
    verdict = judged(level, {**form, "header": {"entries": kept}}, trusted, clock)
    assert failed(verdict) == [("links", "not-stated-by-its-owner")]


def test_trust_comes_from_the_verifiers_policy_alone(web, trusted, clock):
    level, form = fetched(web, LOT)
    assert failed(judged(level, form, None, clock)) == [("policy", "no-trusted-policy")]
    others = TrustPolicy.parse([policy_text(clock)], "A" * 43 + " another\n")
    assert [code for code, _ in failed(judged(level, form, others, clock))] == ["statements"]
    elsewhere = TrustPolicy.parse([policy_text(clock, ("other.example/food",))], "")
    assert failed(judged(level, form, elsewhere, clock)) == [("checkpoints", "unknown-log")]


def test_a_list_is_believed_while_it_is_young(web, trusted, clock):
    level, form = fetched(web, LOT)
    limit = load().at("P16", clock().date()).duration
    assert judged(level, form, trusted, clock, limit - timedelta(minutes=1)).ok
    assert failed(judged(level, form, trusted, clock, limit + timedelta(minutes=1))) == [
        ("freshness", "stale")
    ]
    assert failed(judged(level, form, trusted, clock, -timedelta(hours=1))) == [
        ("freshness", "signed-in-the-future")
    ]


def test_the_command_verifies_two_files_offline(web, trusted, clock, tmp_path):
    linkset = web.get(LOT, LINKSET, accept_language="")
    _, form = fetched(web, LOT)
    (tmp_path / "linkset.json").write_bytes(linkset.body)
    (tmp_path / "signed.json").write_bytes(orjson.dumps(form))
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "policy.txt").write_text(trusted.texts[0])
    (tmp_path / "policy" / "registrars").write_text("".join(f"{kid} x\n" for kid in trusted.registrars))
    DemoClock.create(tmp_path / "clock", clock())
    command = [
        "verify-link", str(tmp_path / "linkset.json"), "--signed", str(tmp_path / "signed.json"),
        "--clock", str(tmp_path / "clock"),
    ]  # fmt: skip
    told = CliRunner().invoke(greentrace, [*command, "--policy", str(tmp_path / "policy")])
    document = orjson.loads(told.stdout_bytes)
    assert (told.exit_code, document["ok"], document["anchor"]) == (0, True, HOST + LOT)
    assert all(step["text"] for step in document["steps"])
    without = CliRunner().invoke(greentrace, command)
    assert (without.exit_code, orjson.loads(without.stdout_bytes)["ok"]) == (1, False)
    elsewhere = CliRunner().invoke(greentrace, [*command, "--anchor", "https://other.example/01/1"])
    assert orjson.loads(elsewhere.stdout_bytes)["error"]["code"] == "signed-links-malformed"
    product = CliRunner().invoke(
        greentrace,
        [*command, "--anchor", HOST + PRODUCT, "--policy", str(tmp_path / "policy"), "--lang", "en"],
    )
    assert product.exit_code == 1
    assert "does not hold" in product.stdout


def test_a_true_list_of_another_code_says_nothing_about_this_one(web, trusted, clock):
    level, form = fetched(web, LOT)
    for asked, found in ((HOST + LOT, "passed"), (HOST + PRODUCT, "failed"), (None, "absent")):
        verdict = judged(level, form, trusted, clock, asked=asked)
        assert {step.code: step.state.value for step in verdict.steps}["asked"] == found
        assert verdict.ok == (found != "failed")


@pytest.mark.parametrize(
    ("address", "anchor"),
    [
        (f"{HOST}{LOT}/?v=abc", HOST + LOT),
        (f"{HOST}{PRODUCT}/10/A%2fB", f"{HOST}{PRODUCT}/10/A%2FB"),
        (f"{HOST}/t/8k3f2q7mpx4o?x=1", f"{HOST}/t/{LOOSE}"),
    ],
)
def test_the_anchor_of_an_address_is_its_canonical_form(address, anchor):
    assert anchor_of(address) == anchor


def said(told):
    """The verdict printed last; a server in this process logs to the same place."""
    return orjson.loads(told.stdout[told.stdout.index("{\n") :])


def test_the_command_asks_a_resolver_and_keeps_what_it_said(web, trusted, clock, tmp_path):
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "policy.txt").write_text(trusted.texts[0])
    (policy / "registrars").write_text("".join(f"{kid} x\n" for kid in trusted.registrars))
    DemoClock.create(tmp_path / "clock", clock())
    more = ["--policy", str(policy), "--clock", str(tmp_path / "clock"), "--save", str(tmp_path / "kept")]
    with serving(web.application) as address:
        for path in (f"{LOT}?v=x", f"/t/{LOOSE.lower()}"):
            told = CliRunner().invoke(greentrace, ["verify-link", address + path, *more])
            document = said(told)
            assert (told.exit_code, document["ok"]) == (0, True), document
            assert {step["code"]: step["state"] for step in document["steps"]}["asked"] == "passed"
        gone = CliRunner().invoke(greentrace, ["verify-link", f"{address}/01/06901234567892", *more])
        assert (gone.exit_code, "404" in gone.stdout) == (1, True)
    kept = [str(tmp_path / "kept" / "linkset.json"), "--signed", str(tmp_path / "kept" / "signed.json")]
    assert CliRunner().invoke(greentrace, ["verify-link", *kept, *more[:4]]).exit_code == 0
    away = CliRunner().invoke(greentrace, ["verify-link", address + LOT, *more])
    assert said(away)["error"]["code"] == "signed-links-malformed"
    for content in (b"[]", b"{", b"{}"):
        (tmp_path / "broken.json").write_bytes(content)
        told = CliRunner().invoke(greentrace, ["verify-link", str(tmp_path / "broken.json"), *more])
        assert said(told)["ok"] is False


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("protected", 7),
        ("protected", "e30"),
        ("payload", "e30"),
        ("header", {}),
        ("header", {"entries": []}),
        ("header", {"entries": [{"index": 0}]}),
        ("header", {"entries": [{"index": 0, "leaf": "x", "jws": "a.b.c", "proof": ""}]}),
        ("header", {"entries": "x"}),
    ],
)
def test_what_is_no_signed_list_is_told_so(web, trusted, clock, part, value):
    level, form = fetched(web, LOT)
    with pytest.raises(SignedLinksMalformed):
        judged(level, {**form, part: value}, trusted, clock)


def test_a_linkset_is_read_with_care():
    broken: Any
    for broken in ({}, {"linkset": []}, {"linkset": "x"}, {"linkset": [1]}):
        with pytest.raises(SignedLinksMalformed):
            level_of(broken, None)
    level: Any
    for level in ({}, {JWS: []}, {JWS: [{}]}, {JWS: "x"}):
        with pytest.raises(SignedLinksMalformed):
            signature_address(level)
