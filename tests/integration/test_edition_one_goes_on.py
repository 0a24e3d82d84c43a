"""A platform of edition 1 after its upgrade: it takes records, is witnessed anew, and prints as it did."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from api.publisher import publish
from cli.audit import replay as replay_command
from cli.audit import upgrade
from cli.occupied import occupied
from tests.builders import facts as made
from tests.builders.edition_one import FIXTURE, bundles, fresh_witnesses, printed, restored, script, secret
from tests.builders.edition_tables import dumped
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signers import Signer
from trace.codes.hidden import hidden_code
from trace.errors import BatchFailed, FolderUnfit
from trace.labels.print_run import make_part
from trace.ledger.canonical import b64u
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.platform.opening import open_platform
from trace.usecases.accounts.tokens import authenticate
from trace.usecases.intake.receipt import Receipt
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.lots.holds import find_order
from trace.usecases.lots.recall_scope import reach_of
from trace.usecases.printing import print_runs
from trace.usecases.printing.print_parts import Press
from trace.usecases.proof.assemble_bundle import PUBLIC, REGULATOR, assemble_bundle

CLERK = Actor("clerk", made.uscc(made.MILL))
R9 = made.lot(made.MILL, "R9")


@pytest.fixture
def platform(databases, database_kind, tmp_path):
    url = databases.empty(database_kind) if database_kind != "sqlite" else None
    opened = open_platform(restored("food", tmp_path, url))
    opened.cosigners = fresh_witnesses(opened, tmp_path)
    yield opened
    opened.close()
    for cosigner in opened.cosigners:
        cosigner.witness.transactions.engine.dispose()
    if url is not None:
        databases.discard(url)


def rows(platform, sql: str, **given: str):
    with platform.transactions.look() as tx:
        return [tuple(row) for row in tx.connection.execute(text(sql), given)]


def test_a_witness_with_no_memory_takes_the_old_log_and_what_is_added_to_it(platform):
    """It checks every leaf, chain and key of edition 1 by today's rules, and that the tree only grew."""
    replay(platform.transactions, repair=True)  # the upgrade
    assert platform.guard()
    assert publish(platform) == ()
    miller = Signer(made.MILL, "processor")
    (head,) = rows(
        platform,
        "SELECT seq, stmt FROM chain_head WHERE iss = :iss AND stream = :stream",
        iss=miller.iss,
        stream=miller.stream,
    )
    miller.seq, miller.prev = head
    now = platform.transactions.clock().replace(microsecond=0)
    moment = (now - timedelta(minutes=5)).isoformat()
    receipt = made.a_receipt(
        lot=R9, supplierLot=made.ABSENT, supplier=made.ABSENT, receivedAt=moment, batchNo="N-1"
    )
    hidden = ("supplierName", "supplierAddress", "supplierContact")
    stated = miller.state("food.receipt", R9, receipt, at=now - timedelta(minutes=5), conceal=hidden)
    platform.start()
    (outcome,) = platform.acceptance.accept([stated.flattened()], each=True)
    assert isinstance(outcome, Receipt), outcome
    assert outcome.index == 96
    assert publish(platform) == ()
    policy, registrars = platform.trust.policies[0], frozenset(platform.trust.registrars)
    assert audit_log(platform.transactions, policy, registrars, platform.lot_key).sound
    for lot in (R9, made.lot(made.MILL, "R2")):
        form = orjson.loads(
            orjson.dumps(assemble_bundle(platform.transactions, lot, PUBLIC, platform.bundle_settings))
        )
        verdict = verify_bundle(form, platform.trust, None, platform.transactions.clock())
        assert verdict.ok, verdict.failures
    assert replay(platform.transactions).equal


def test_the_old_token_still_opens(platform):
    assert authenticate(platform.transactions, b64u(secret("food token"))).party == made.uscc(made.MILL)


def test_a_print_run_of_that_day_is_made_again_byte_for_byte(platform):
    runs = {one["lot"].rpartition(":")[2]: one for one in printed() if "run" in one}
    press, ring = Press(platform.transactions, platform.codes.ring, CLERK), platform.codes.ring
    with platform.transactions.look() as tx:
        row = print_runs.run_of(tx.connection, runs["K4"]["run"], CLERK, own=True)
    run, family = print_runs.restored(row.described)
    serials = ring.key(row.epoch, row.scope).serials
    _, content = make_part(run, family, serials, 0, hidden=partial(hidden_code, ring, row.scope))
    assert content == (FIXTURE / "printed" / "K4.csv").read_bytes()
    for pack in ("K3", "K4"):  # another packing of their batch failed: nobody prints more of them
        with pytest.raises(BatchFailed):
            press.part(runs[pack]["run"], 0)


def test_a_production_of_that_time_that_a_door_now_refuses_is_whole_and_a_recall_reaches_it(platform):
    """It used goods under an order: what was made of them is the first that a recall has to find."""
    replay(platform.transactions, repair=True)
    noted = [one.refusal for one in replay(platform.transactions).admitted if one.index == 83]
    assert noted == ["held-lot-used"]
    used, batch, rice = (made.lot(made.MILL, name) for name in ("R3", "M20261016Z", "RICE-Z"))
    marks = "SELECT code FROM mark JOIN lot ON lot.id = lot WHERE urn = :lot AND cleared_by IS NULL"
    assert rows(platform, marks, lot=batch) == [("admitted-under-edition-1",)]
    links = (
        "SELECT f.urn, t.urn, link.state FROM link JOIN lot AS f ON f.id = from_lot "
        "JOIN lot AS t ON t.id = to_lot WHERE f.urn IN (:used, :batch) ORDER BY link.id"
    )
    assert rows(platform, links, used=used, batch=batch) == [
        (used, batch, "signed"),
        (batch, rice, "signed"),
    ]
    taken = rows(platform, "SELECT quantity - available, unit FROM lot WHERE urn = :lot", lot=used)
    assert taken == [(400_000_000, "kg")]
    with platform.transactions.look() as tx:
        names = dict(map(tuple, tx.connection.exec_driver_sql("SELECT id, urn FROM lot")))
        (harvest,) = [row for row, urn in names.items() if urn == made.lot(made.COOPERATIVE, "H3")]
        reached = {names[one] for one in reach_of(tx.connection, harvest).possible}
        orders = {find_order(tx.connection, lot) for lot in (used, batch, rice)}
    assert {used, batch, rice} <= reached
    assert orders == {"recalled"}


def test_carried_evidence_is_what_stands_in_the_farms_log(platform):
    farm = dumped(script("agri"), ["log_entry"])["log_entry"].values()
    due = [(row["idx"], row["stmt"], row["jws"], row["leaf"]) for row in farm]
    kept = rows(platform, "SELECT idx, stmt, jws, leaf FROM evidence_entry ORDER BY idx")
    assert kept == sorted(due)
    assert len(kept) == 19


@pytest.mark.parametrize(("batch", "gone", "left"), [("R2", 2, 2), ("X1", 4, 0)])
def test_what_was_erased_is_gone_but_from_bundles_handed_out_before(platform, batch, gone, left):
    lot = made.lot(made.MILL, batch)
    before = bundles()[f"food regulator {lot} on 16 October before its erasure"]
    shown = disclosures_in(before)
    about = rows(platform, "SELECT stmt FROM log_entry WHERE sub = :lot AND typ LIKE 'food.%'", lot=lot)
    ((stmt,),) = about
    held = {
        encoded
        for (encoded,) in rows(platform, "SELECT encoded FROM disclosure WHERE stmt = :stmt", stmt=stmt)
    }
    assert held < shown[stmt]
    assert (len(shown[stmt] - held), len(held)) == (gone, left)
    now = orjson.loads(
        orjson.dumps(assemble_bundle(platform.transactions, lot, REGULATOR, platform.bundle_settings))
    )
    assert disclosures_in(now).get(stmt, set()) == held
    assert verify_bundle(now, platform.trust, None, platform.transactions.clock()).ok


def disclosures_in(form):
    """Statement id → what a bundle discloses of it."""
    found = {}
    for one in form["statements"]:
        if "jws" not in one:  # withheld: what a one-sided receipt names of another
            continue
        bare = {part: one["jws"][part] for part in ("protected", "payload", "signature")}
        if "header" in one["jws"]:
            found[parse_statement(bare).statement_id] = set(one["jws"]["header"]["disclosures"])
    return found


def test_an_upgrade_makes_the_tables_again_and_says_that_nothing_differs(tmp_path):
    folder = restored("food", tmp_path)
    CliRunner().invoke(upgrade, ["--data", str(folder)], catch_exceptions=False)  # from edition 1's tables
    done = CliRunner().invoke(upgrade, ["--data", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "各表与升级前一致" in done.output
    opened = open_platform(folder)
    assert replay(opened.transactions).equal
    opened.close()


def test_an_upgrade_names_the_rows_that_came_out_otherwise(tmp_path):
    folder = restored("food", tmp_path)
    opened = open_platform(folder)
    with opened.transactions.begin("intruder") as tx:
        tx.connection.exec_driver_sql("UPDATE lot SET product_name = '别的'")
    opened.close()
    done = CliRunner().invoke(upgrade, ["--data", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "lot：少了" in done.output
    assert '"product_name":"别的"' in done.output


def test_replay_by_command_tells_rows_and_hashes_and_leaves_a_finding_where_it_is(tmp_path):
    folder = restored("food", tmp_path)
    CliRunner().invoke(upgrade, ["--data", str(folder)], catch_exceptions=False)
    opened = open_platform(folder)
    with opened.transactions.begin("intruder") as tx:
        tx.connection.exec_driver_sql("UPDATE lot SET product_name = '别的' WHERE kind = 'harvest'")
    opened.close()
    told = []
    for options, code in (([], 1), ([], 1), (["--repair"], 1), ([], 0)):
        done = CliRunner().invoke(replay_command, ["--data", str(folder), *options], catch_exceptions=False)
        assert done.exit_code == code, done.output
        told.append(orjson.loads(done.output))
    assert [one["differing"] for one in told] == [["lot"], ["lot"], ["lot"], []]
    assert [one["kept"] for one in told] == [False, False, True, False]
    assert told[0]["differences"][0]["gone"] == told[0]["differences"][0]["came"] > 0


def test_a_folder_that_is_served_is_not_upgraded(tmp_path):
    folder = restored("food", tmp_path)
    with occupied(folder), pytest.raises(FolderUnfit) as refused:
        CliRunner().invoke(upgrade, ["--data", str(folder)], catch_exceptions=False)
    assert refused.value.params["reason"] == "served-now"
