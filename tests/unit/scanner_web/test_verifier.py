"""The script in the shopper's browser and `trace.ledger.bundle` say the same of the same bundles."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
import pytest

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from tests.builders.offline_verifier import limits, verify_bundle
from tests.builders.snapshots import IN_PARTS, with_parts
from tests.unit.ledger import test_bundle as mutations
from tests.unit.ledger.conftest import HOUR, PACK, World, make_world
from tests.unit.ledger.test_bundle_times import SNAPSHOTS, with_snapshot, with_times
from tests.unit.ledger.test_label import (
    LABELS,
    NO_CORRECTIONS,
    RIGHT,
    address,
    correction_of,
    with_statement,
)
from tests.verifier.node import NOBLE, Case, judge
from trace.errors import BundleMalformed
from trace.ledger.algorithms import PrivateKey
from trace.ledger.bundle import Bundle, LogEvidence, TrustPolicy, Verdict, build_bundle
from trace.ledger.canonical import b64u, encode, unb64u
from trace.ledger.keys import registration_data, revocation_data
from trace.ledger.leaf import lot_secret
from trace.ledger.note import SignatureLine, make_note, parse_note
from trace.ledger.statement import Statement, label_digest, parse_statement
from trace.usecases.log.trust import LABEL_KEYS

LATENESS = {"food.production": 2 * HOUR, "food.pack": timedelta(minutes=1)}
LIMITS = limits(lateness=LATENESS, status_age=2 * HOUR, label_keys=LABEL_KEYS)
AS_DATA = {
    "lateness": {typ: limit.total_seconds() for typ, limit in LATENESS.items()},
    "statusAge": 7200,
    "labelKeys": {name: [key.member, key.drop, key.stated] for name, key in LABEL_KEYS.items()},
}
NOW = START + 9 * HOUR
FLIPS = 80
TAMPERINGS = [
    name for name in vars(mutations) if name.startswith(("tamper_", "drop_", "swap_", "mix_", "repeat_"))
]
TAMPERINGS += ["before_covers", "break_status", "hide_status", "other_lot", "input_elsewhere"]


@cache
def world() -> World:
    return make_world()


def a_form() -> dict[str, Any]:
    return orjson.loads(orjson.dumps(build_bundle(world().bundle())))


def label_of(index: int) -> str:
    return label_digest(world().log.statements[index].compact)


def tampered(name: str) -> dict[str, Any]:
    form = a_form()
    getattr(mutations, name)(form, world())
    return form


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """A good form with the member at `path` replaced, or removed where `to` is an Ellipsis."""
    form: Any = a_form()
    holder = form
    for step in path[:-1]:
        holder = holder[step]
    if to is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return form


def signed_twice(*, right: bool) -> dict[str, Any]:
    """The newest checkpoint with a second line of the log's key."""
    form = a_form()
    note = parse_note(form["logs"][0]["checkpoint"])
    line = next(one for one in note.lines if one.name == world().log.origin)
    second = line if right else SignatureLine(line.name, line.key_id, bytes(64))
    form["logs"][0]["checkpoint"] = make_note(note.text, [*note.lines, second])
    return form


def without_secrets_and_disclosures() -> dict[str, Any]:
    form = a_form()
    for entry in form["statements"]:
        entry.pop("secret")
        entry["jws"].pop("header", None)
    return form


def of_another_world() -> dict[str, Any]:
    """Wholly forged and consistent in itself, with a policy of its own."""
    return orjson.loads(orjson.dumps(build_bundle(make_world(500).bundle())))


def flipped(seed: int) -> dict[str, Any]:
    """One character of one text somewhere in the bundle is another one."""
    chance = random.Random(seed)
    form = a_form()
    entry: Any = chance.choice(form["statements"])
    holder: Any = chance.choice([entry["jws"], entry, entry["proof"], chance.choice(form["logs"])])
    names = list(holder) if isinstance(holder, dict) else range(len(holder))
    texts = [name for name in names if isinstance(holder[name], str)]
    if texts:
        name = chance.choice(texts)
        at = chance.randrange(len(holder[name]))
        holder[name] = holder[name][:at] + chance.choice("AZaz09-_+/= \n{") + holder[name][at + 1 :]
    return form


def amended_labels() -> Iterator[tuple[dict[str, Any], str]]:
    """Labels of a pack of which more was stated later: corrections, good and foreign, and a platform code."""
    for data, typ in [(None, "correction"), *((one, "correction") for one in NO_CORRECTIONS)]:
        anew = make_world()
        pack = anew.log.statements[3]
        form, stated = with_statement(anew, data or correction_of(pack), typ)
        for one, batch in itertools.product((pack, stated), ("L%2F1", "L2")):
            yield form, address(f"/01/06901234567892/10/{batch}?v=", label_digest(one.compact))
    anew = make_world()
    form, _ = with_statement(anew, {"platformCode": "7K3M9QX2TB4D"}, "code.activate")
    for code in ("7K3M-9QX2-TB4D", "7K3M9QX2TB4D", "7K3M-9QX2-TB4E"):
        yield form, address(f"/t/{code}?v=", label_digest(anew.log.statements[3].compact))


@cache
def the_bundles() -> dict[str, tuple[dict[str, Any], str | None]]:
    """name → (form, label)."""
    good = {
        "good": (a_form(), None),
        "labelled": (a_form(), address("/01/06901234567892/10/L%2F1?v=", label_of(3))),
        "label of another record": (a_form(), label_of(2)),
        **{
            f"label {path}{digest}": (a_form(), address(path, label_of(3) if digest == RIGHT else digest))
            for path, digest, *_ in LABELS
        },
        **{f"amended {number}": each for number, each in enumerate(amended_labels())},
        **{
            f"snapshot {number}": (with_snapshot(make_world(), changed, who), None)
            for number, (changed, who, *_) in enumerate(SNAPSHOTS)
        },
        **{f"parts: {name}": (with_parts(make_world(), one), None) for name, (one, *_) in IN_PARTS.items()},
        **{
            f"clock set back {back}": (with_times(make_world(), 0, 1, 5, 7 - back, 8 - back), None)
            for back in (0, 4, 6)
        },
        "the log signed twice": (signed_twice(right=True), None),
        "the log signed twice, once wrongly": (signed_twice(right=False), None),
        "an empty label": (a_form(), ""),
        "no label at all": (a_form(), "nonsense"),
        "broken host": (a_form(), "http://[x?v=" + "A" * 22),
        "bare": (without_secrets_and_disclosures(), None),
        "no status": (changed("status", to=...), None),
        "no policy inside": (changed("policy", to=...), None),
        "withheld input": (changed("statements", 2, "jws", to=...), None),
        "another policy inside": (changed("policy", to="quorum none\n"), None),
        "forged": (of_another_world(), None),
        "dropped middle statement": (changed("statements", 5, to=...), None),
        "dropped registrar": (changed("statements", 3, to=...), None),
        "proof of 64 hashes": (changed("statements", 5, "proof", to=["A" * 43 + "="] * 64), None),
        "lone surrogate": (changed("lot", to="\ud800"), None),
        "unknown member": (changed("extra", to=1), None),
        "sources left out": (changed("leftOut", to=3), None),
        "none left out": (changed("leftOut", to=0), None),
        "left out in words": (changed("leftOut", to="3"), None),
        "foreign view": (changed("view", to="private"), None),
        "one bad disclosure": (changed("statements", 5, "jws", "header", "disclosures", 0, to="e30"), None),
        "disclosure twice": (
            changed(
                "statements", 5, "jws", "header", "disclosures",
                to=[a_form()["statements"][5]["jws"]["header"]["disclosures"][0]] * 2,
            ),
            None,
        ),
        "empty disclosures": (changed("statements", 5, "jws", "header", to={}), None),
    }  # fmt: skip
    return (
        good
        | {name: (tampered(name), None) for name in TAMPERINGS}
        | {f"flip {seed}": (flipped(seed), None) for seed in range(FLIPS)}
    )


def by_python(form: dict[str, Any], label: str | None, trust: TrustPolicy | None) -> Verdict | str:
    try:
        return verify_bundle(form, trust, label, NOW, LIMITS)
    except BundleMalformed as refusal:
        return refusal.code


def told(steps: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(step["code"], step["state"], step.get("reason", "")) for step in steps]


def same(script: dict[str, Any], python: Verdict | str) -> None:
    if isinstance(python, str):
        assert script == {"refused": python}
        return
    due: Any = python.as_dict()
    assert "refused" not in script, (script, due)
    assert told(script["steps"]) == told(due["steps"])
    for ours, theirs in zip(script["statements"], due["statements"], strict=True):
        assert told(ours["steps"]) == told(theirs["steps"])
        assert {name: ours[name] for name in theirs.keys() & ours.keys() - {"steps"}} == {
            name: theirs[name] for name in theirs.keys() & ours.keys() - {"steps"}
        }
    for name in ("ok", "lot", "view", "label", "status", "demoClock"):
        assert script[name] == due[name], name
    assert [step["code"] for step in script["failures"]] == [step.code for step in python.failures]


def case(form: dict[str, Any], label: str | None = None) -> Case:
    registrars = f"{world().registrar.key.kid} 登记机关\n"
    return Case(form, (world().policy_text,), registrars, label, NOW.isoformat(), AS_DATA)


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, dict[str, Any]]:
    bundles = the_bundles()
    by, said = judge([case(*each) for each in bundles.values()], tmp_path_factory.mktemp("node"))
    assert by == "webcrypto"
    return dict(zip(bundles, said, strict=True))


@pytest.mark.parametrize("name", list(the_bundles()))
def test_the_script_and_python_agree(name, answers):
    form, label = the_bundles()[name]
    same(answers[name], by_python(copy.deepcopy(form), label, world().policy()))


def test_the_mutations_really_fail_and_the_good_ones_do_not(answers):
    wrong = {name for name in answers if name in TAMPERINGS}
    assert len(wrong) >= 20
    states = {answers[f"snapshot {number}"]["status"]["state"] for number in range(len(SNAPSHOTS))}
    assert states == {"clear", "stale", "failed"}
    assert not any(answers[name].get("ok") for name in wrong)
    assert all(answers[name]["ok"] for name in ("good", "labelled", "bare", "no status", "withheld input"))
    assert not answers["label of another record"]["ok"]
    assert sum(not answers[f"flip {seed}"].get("ok") for seed in range(FLIPS)) > 0.7 * FLIPS


def test_without_trust_nothing_is_verified(tmp_path):
    _, (said,) = judge([Case(a_form(), None)], tmp_path)
    same(said, by_python(a_form(), None, None))
    assert not said["ok"]


def test_a_policy_of_its_own_is_never_believed(tmp_path):
    form = of_another_world()
    _, (said,) = judge([case(form)], tmp_path)
    assert [step["code"] for step in said["failures"]] == ["checkpoints"]


@pytest.mark.skipif(not NOBLE.exists(), reason="NOT CHECKED: noble is not here (make vendor, with npm)")
def test_noble_says_the_same_where_webcrypto_lacks_ed25519(tmp_path):
    names = ["good", "labelled", *TAMPERINGS]
    bundles = the_bundles()
    by, said = judge([case(*bundles[name]) for name in names], tmp_path, native=False)
    assert by == "noble"
    for name, one in zip(names, said, strict=True):
        same(one, by_python(bundles[name][0], bundles[name][1], world().policy()))


def test_without_webcrypto_and_noble_it_says_so(tmp_path):
    _, said = judge([case(a_form())], tmp_path, native=False, noble=tmp_path / "nowhere")
    assert said == [{"refused": "no-ed25519"}]


def a_small_world(*, high_s: bool = False, revoked: bool = False) -> tuple[dict[str, Any], str, str]:
    """One demo log in which the mill signs with ES256: (form, policy, registrars)."""
    witness = a_witness("witness.agri.test/w1", 801)
    log = MemoryLog("trace.test/food/demo-clock", 800, [witness])
    registrar, mill = Signer(REGISTRAR, 802), Signer("urn:uscc:91310000MA1FL0LG7A", 803)
    mill.key = PrivateKey.generate("ES256")
    log.register(registrar, registrar, START, roles=["registrar"])
    log.register(registrar, mill, START)
    if revoked:
        taken_back = revocation_data(mill.key.kid, "compromised")
        log.append(registrar.state("party.key.revoke", mill.iss, taken_back, START))
    pack = mill.state("food.pack", PACK, {"packs": "500"}, START + HOUR)
    if high_s:
        pack = with_high_s(pack)
    log.append(pack)
    log.publish(START + 2 * HOUR)
    size = log.tree.size
    entries = tuple(log.entry(index, 0, size) for index in range(size))
    secret = lot_secret(PLATFORM_KEY, PACK)
    bundle = Bundle(PACK, secret, "public", entries, (LogEvidence(log.notes[size]),))
    policy = f"{log.vkeys()}witness agri {witness.vkey}\nquorum agri\n"
    return orjson.loads(orjson.dumps(build_bundle(bundle))), policy, f"{registrar.key.kid} 登记机关\n"


def with_high_s(statement: Statement) -> Statement:
    """The other signature that plain ECDSA takes for the same key and message."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    signed, _, signature = statement.compact.rpartition(".")
    raw = unb64u(signature)
    s = order - int.from_bytes(raw[32:], "big")
    return parse_statement(f"{signed}.{b64u(raw[:32] + s.to_bytes(32, 'big'))}")


def named_anew(compact: str, key: PrivateKey, alg: str) -> str:
    """The same content, signed under another name of the algorithm."""
    header, payload, _ = compact.split(".")
    named = b64u(encode({**orjson.loads(unb64u(header)), "alg": alg}))
    return f"{named}.{payload}.{b64u(key.sign(f'{named}.{payload}'.encode()))}"


def a_world_of_names(alg: str, kind: str = "EdDSA") -> tuple[dict[str, Any], str, str]:
    """One log in which the mill's proof of possession and its record name their algorithm so."""
    witness = a_witness("witness.agri.test/w1", 801)
    log = MemoryLog("trace.test/food", 800, [witness])
    registrar, mill = Signer(REGISTRAR, 802), Signer("urn:uscc:91310000MA1FL0LG7A", 803)
    mill.key = PrivateKey.generate(kind)
    log.register(registrar, registrar, START, roles=["registrar"])
    validity = {"valid_from": START - HOUR, "valid_to": START + 99 * HOUR}
    data = registration_data(
        mill.key, mill.iss, "米厂", roles=["processor"], streams=["*"], custody="file", **validity
    )
    data["proof"] = named_anew(str(data["proof"]), mill.key, alg)
    log.append(registrar.state("party.key.register", mill.iss, data, START))
    pack = mill.state("food.pack", PACK, {"packs": "500"}, START + HOUR)
    log.append(parse_statement(named_anew(pack.compact, mill.key, alg)))
    log.publish(START + 2 * HOUR)
    size = log.tree.size
    entries = tuple(log.entry(index, 0, size) for index in range(size))
    bundle = Bundle(PACK, lot_secret(PLATFORM_KEY, PACK), "public", entries, (LogEvidence(log.notes[size]),))
    policy = f"{log.vkeys()}witness agri {witness.vkey}\nquorum agri\n"
    return orjson.loads(orjson.dumps(build_bundle(bundle))), policy, f"{registrar.key.kid} 登记机关\n"


@pytest.mark.parametrize(
    ("alg", "kind", "holds"),
    [
        ("EdDSA", "EdDSA", True),
        ("Ed25519", "EdDSA", True),
        ("Ed25519", "ES256", False),
        ("ES256", "EdDSA", False),
    ],
)
def test_both_names_of_the_algorithm_are_read_by_both(alg, kind, holds, tmp_path):
    form, policy, registrars = a_world_of_names(alg, kind)
    _, (said,) = judge([Case(form, (policy,), registrars, None, NOW.isoformat(), AS_DATA)], tmp_path)
    same(said, by_python(form, None, TrustPolicy.parse([policy], registrars)))
    assert said["ok"] == holds


@pytest.mark.parametrize(
    ("members", "failed"), [({}, []), ({"high_s": True}, ["signature"]), ({"revoked": True}, ["key"])]
)
def test_es256_keys_verify_alike_and_only_with_low_s(members, failed, tmp_path):
    form, policy, registrars = a_small_world(**members)
    _, (said,) = judge([Case(form, (policy,), registrars, None, NOW.isoformat(), AS_DATA)], tmp_path)
    same(said, by_python(form, None, TrustPolicy.parse([policy], registrars)))
    assert said["demoClock"]
    assert [step["code"] for step in said["failures"]] == (["subject"] if failed else []) + failed
