"""A log that goes over to edition 2: an operator begins it, and what stands on both sides holds together."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from click.testing import CliRunner

from api.application import create_api
from api.publisher import publish
from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.edition_one import FIXTURE, fresh_witnesses, restored
from tests.builders.offline_verifier import WORDS, verify_bundle
from tests.builders.signers import Registrar, Signer
from tests.servers.served import serving
from tests.verifier.node import Case, judge
from trace.platform.opening import open_platform
from trace.usecases.accounts.tokens import issue_token
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.read_edition import read_edition
from trace.usecases.proof.assemble_bundle import REGULATOR, assemble_bundle

NOISY = f"urn:product:{made.MILL}:noisy"
SILO, SPLIT = made.lot(made.MILL, "S1"), made.lot(made.MILL, "S1-a")
AFTER = made.lot(made.MILL, "S1-after")


@pytest.fixture
def platform(databases, database_kind, tmp_path):
    url = databases.empty(database_kind) if database_kind != "sqlite" else None
    opened = open_platform(restored("food", tmp_path, url))
    opened.cosigners = fresh_witnesses(opened, tmp_path)
    replay(opened.transactions, repair=True)  # the upgrade
    assert opened.guard()
    opened.start()
    yield opened
    opened.close()
    for cosigner in opened.cosigners:
        cosigner.witness.transactions.engine.dispose()
    if url is not None:
        databases.discard(url)


def going_on(platform, signer: Signer) -> Signer:
    """A signer of edition 1 at the end of its stream."""
    with platform.transactions.look() as tx:
        found = tx.connection.exec_driver_sql("SELECT iss, stream, seq, stmt FROM chain_head").all()
    heads = {(iss, stream): (seq, stmt) for iss, stream, seq, stmt in found}
    signer.seq, signer.prev = heads[signer.iss, signer.stream]
    return signer


def state(platform, signer: Signer, typ: str, sub: str, data):
    seq, prev = signer.seq, signer.prev
    now = platform.transactions.clock().replace(microsecond=0) - timedelta(minutes=1)
    (outcome,) = platform.acceptance.accept([signer.state(typ, sub, data, at=now).flattened()], each=True)
    if isinstance(outcome, Refused):
        signer.seq, signer.prev = seq, prev
    return outcome


def noisy(name: str):
    return made.a_product(name=name)


def begin(platform, registrar: Signer, address: str, *more: str):
    key = platform.folder.path / "registrar.pem"
    key.write_bytes(registrar.key.to_pem())
    token = issue_token(platform.transactions, registrar.iss, " ".join(more), ["statements:write"])
    given = ("--key", str(key), "--iss", registrar.iss, "--stream", registrar.stream, "--server", address)
    clock = ("--clock", str(platform.folder.path / "clock"), "--token", token)
    return CliRunner().invoke(greentrace, ["edition", "begin", *more, *given, *clock], input="n\n")


def test_a_log_crosses_the_edition_and_is_whole_on_both_sides(platform, tmp_path):
    miller, registrar = (going_on(platform, one) for one in (Signer(made.MILL, "processor"), Registrar()))
    bell = noisy("米\u0007")
    assert isinstance(state(platform, miller, "master.product", NOISY, bell), Receipt)
    before = read_edition(platform.transactions)
    assert (before.size, before.number, before.due) == (97, 1, 2)
    assert before.refused["character-refused"] == 13
    with serving(create_api(platform)) as address:
        asked = begin(platform, registrar, address, "2")
        assert (asked.exit_code, "[y/N]" in asked.output) == (1, True)
        assert read_edition(platform.transactions).number == 1  # who says no begins nothing
        begun = begin(platform, registrar, address, "2", "--yes")
        assert begun.exit_code == 0, begun.output
        assert f"{platform.origin} 第 97 条：此后的记录按第 2 版登记" in begun.output
        assert "private-in-clear" in begun.output
        again = begin(platform, registrar, address, "2", "--yes", "--lang", "en")
        assert (again.exit_code, "due is edition 3" in again.output) == (1, True), again.output
        unknown = begin(platform, registrar, address, "3", "--yes")
        assert (unknown.exit_code, "edition-unknown" in unknown.output) == (1, True), unknown.output
    after = read_edition(platform.transactions)
    assert (after.begun, after.due, after.size) == (((97, 2),), None, 98)
    refused = state(platform, miller, "master.product", NOISY, bell)
    assert isinstance(refused, Refused)
    assert refused.refusal.code == "character-refused"
    kept = state(platform, miller, "master.product", NOISY, noisy("米"))
    merged = made.a_merge(
        inputs=[{"lot": one, "quantity": made.kg("100")} for one in (SILO, SPLIT)],
        output={"lot": AFTER, "productName": "稻谷", "quantity": made.kg("199")},
        loss={"quantity": made.kg("1"), "reason": "清理"},
        startedAt="2026-10-16T08:00:00+08:00",
        finishedAt="2026-10-16T09:00:00+08:00",
    )
    made_after = state(platform, miller, "food.merge", AFTER, merged)
    for index, one in ((98, kept), (99, made_after)):
        assert isinstance(one, Receipt), one
        assert one.index == index
    assert publish(platform) == ()
    policy, registrars = platform.trust.policies[0], frozenset(platform.trust.registrars)
    report = audit_log(platform.transactions, policy, registrars, platform.lot_key)
    assert (report.sound, report.counts()["entries"]) == (True, 100), report.as_dict()
    replayed = replay(platform.transactions)
    assert replayed.equal
    own = [one for one in replayed.admitted if one.origin == platform.origin]
    assert (max(one.index for one in own), {one.edition for one in own}) == (96, {1})
    require_verified(platform, tmp_path)


def require_verified(platform, tmp_path):
    """A lot made after the crossing of goods recorded before it passes both verifiers."""
    settings = platform.bundle_settings
    form = orjson.loads(orjson.dumps(assemble_bundle(platform.transactions, AFTER, REGULATOR, settings)))
    now = platform.transactions.clock()
    verdict = verify_bundle(form, platform.trust, None, now)
    assert verdict.ok, verdict.failures
    told = verdict.as_dict()["statements"]
    own = [one["index"] for one in told if one["log"] == platform.origin]
    assert min(own) < 97 < max(own)
    folder = FIXTURE / "food" / "policy"
    trusted, registrars = ((folder / one).read_text("utf-8") for one in ("policy.txt", "registrars"))
    lateness = {typ: limit.total_seconds() for typ, limit in WORDS.lateness.items()}
    limits = {"lateness": lateness, "statusAge": None, "labelKeys": {}}
    case = Case(form, (trusted,), registrars, None, now.isoformat(), limits)
    _, (answer,) = judge([case], tmp_path)
    assert answer["ok"], answer
    assert len(answer["statements"]) == len(verdict.statements)


@pytest.mark.parametrize("role", ["food", "agri"])
def test_the_upgrade_of_a_folder_of_edition_1_prints_what_is_recorded(role, tmp_path):
    folder = restored(role, tmp_path)
    done = CliRunner().invoke(greentrace, ["upgrade", "--data", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0
    recorded = FIXTURE / "expected" / f"upgrade-{role}.txt"
    if done.stdout != (recorded.read_text("utf-8") if recorded.exists() else None):
        written = tmp_path / recorded.name
        written.write_text(done.stdout, "utf-8")
        pytest.fail(f"if what it prints is meant, {written} is the new {recorded.name}:\n{done.stdout}")
    shown = CliRunner().invoke(greentrace, ["edition", "show", "--data", str(folder), "--lang", "en"])
    assert "in edition 1.\nEdition 2 may be begun" in shown.stdout
    stands = CliRunner().invoke(greentrace, ["status", "--data", str(folder)])
    assert "可以开始第 2 版" in stands.stdout
    counts = {"food": ": 8 such records", "agri": "(private-in-clear)\n"}
    assert counts[role] in shown.stdout
