"""What was signed, logged, handed out and printed under edition 1 holds: it verifies, replays and is rebuilt.

The fixture (tests/fixtures/edition_1) was written once and is never written again; where a later change of
projections or answers is meant, its recorded difference stands in `expected/` (README there).
"""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import zxingcpp
from PIL import Image

from api.wsgi import composed
from tests.builders.edition_one import (
    END,
    FIXTURE,
    answer,
    bundles,
    expected,
    judged,
    printed,
    restored,
    script,
    signed_links,
    unexpected,
)
from tests.builders.edition_tables import differences, dumped, in_words, stored
from tests.servers.resolving import HOST, PROXY, Asking
from tests.verifier.node import Case, judge
from trace.ledger.bundle import Limits, verify_bundle
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.statement import label_digest, parse_statement
from trace.platform.opening import Platform, open_platform
from trace.rules import load
from trace.store.log.entries import read_entries_in_chunks, read_head
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.trust import limits_of, load_trust, script_limits
from trace.usecases.resolver.verify_link import verify_link

ROLES = ("food", "agri")
ENTRIES = {"food": (96, 19), "agri": (19, 0)}
ROWS = {"food": 382, "agri": 51}
TRUST = load_trust(FIXTURE / "food" / "policy")
LIMITS: Limits = limits_of(load("demo"), END.date())


@pytest.fixture(params=ROLES)
def role(request) -> str:
    return str(request.param)


@pytest.fixture
def platform(role, databases, database_kind, tmp_path):
    """The folder of edition 1 after today's migrations, on either database."""
    url = databases.empty(database_kind) if database_kind != "sqlite" else None
    opened = open_platform(restored(role, tmp_path, url))
    yield opened
    opened.close()
    if url is not None:
        databases.discard(url)


@pytest.fixture(scope="module")
def food(tmp_path_factory):
    """The food platform's folder on SQLite, its tables made again, for tests that only read it."""
    opened = open_platform(restored("food", tmp_path_factory.mktemp("edition-1")))
    replay(opened.transactions, repair=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def web(food) -> Asking:
    return Asking(composed(food, [PROXY]))


def of_bundle(name: str) -> tuple[Any, str | None]:
    """The bundle of a recorded verdict, and the address on the label that it was judged with."""
    bundle, _, address = name.partition(" under ")
    return bundles()[bundle], address or None


def require_expected(name: str, found: dict[str, Any], folder: Path) -> None:
    """The answers are those that were recorded; else the test fails with the differences in words."""
    if told := unexpected(name, found, folder):
        pytest.fail(f"{name} of edition 1 are not as recorded:\n{told}")


# Statements ------------------------------------------------------------------------------------------------


def test_every_statement_has_the_bytes_the_id_and_the_leaf_that_it_had(platform, role):
    found = {}
    with platform.transactions.look() as tx:
        for chunk in read_entries_in_chunks(tx.connection, read_head(tx.connection).size):
            for entry in chunk:
                statement = parse_statement(entry.jws)
                leaf = leaf_of(statement, lot_secret(platform.lot_key, statement.claims.sub)).encode()
                digest = hashlib.sha256(statement.compact.encode()).hexdigest()
                typ = statement.claims.typ
                told = [typ, statement.statement_id, digest, leaf_hash(leaf).hex()]
                if typ == "food.pack":
                    told.append(label_digest(statement.compact))
                found[f"{role} {entry.index}"] = told
    due = {name: told for name, told in expected("statements").items() if name.startswith(role)}
    assert [name for name in due if found.get(name) != due[name]] == []
    assert len(found) == len(due)
    assert len(found) == ENTRIES[role][0]


# Bundles ---------------------------------------------------------------------------------------------------


def test_every_bundle_gets_the_verdict_that_it_got(tmp_path):
    found = {}
    for name in expected("verdicts"):
        form, label = of_bundle(name)
        found[name] = judged(verify_bundle(form, TRUST, label, END, LIMITS).as_dict())
    require_expected("verdicts", found, tmp_path)


def test_the_bundles_are_all_judged_and_the_tampered_ones_fail():
    verdicts = expected("verdicts")
    assert bundles().keys() <= verdicts.keys()
    tampered = [name for name in verdicts if name.startswith("tampered ")]
    assert len(tampered) == 12
    assert not any(verdicts[name]["ok"] for name in tampered)
    assert sum(one["ok"] for one in verdicts.values()) >= 60


def test_the_script_of_the_page_reaches_the_same_verdicts(tmp_path):
    folder = FIXTURE / "food" / "policy"
    policy, registrars = ((folder / one).read_text("utf-8") for one in ("policy.txt", "registrars"))
    limits = script_limits(LIMITS)
    names = list(expected("verdicts"))
    cases = []
    for name in names:
        form, label = of_bundle(name)
        cases.append(Case(form, (policy,), registrars, label, END.isoformat(), limits))
    _, answers = judge(cases, tmp_path)
    found = {name: judged(one) for name, one in zip(names, answers, strict=True)}
    require_expected("verdicts", found, tmp_path)


# The data folder -------------------------------------------------------------------------------------------


def test_the_folder_opens_and_its_log_is_sound(platform, role):
    report = audit_log(
        platform.transactions,
        platform.trust.policies[0],
        frozenset(platform.trust.registrars),
        platform.lot_key,
    )
    assert report.as_dict()["found"] == []
    assert report.counts()["entries"] == ENTRIES[role][0]
    assert report.counts()["cosignatures"] >= 2 * report.counts()["checkpoints"] > 0


def test_replay_gives_the_tables_that_were_there(platform, role, tmp_path):
    report = replay(platform.transactions, repair=True)
    assert report.diverged == ()
    noted = {f"{one.origin} {one.index}": one.refusal for one in report.admitted}
    due = {role: noted} | {other: one for other, one in expected("admitted").items() if other != role}
    require_expected("admitted", due, tmp_path)
    assert (report.entries, report.evidence) == ENTRIES[role]
    names = sorted(map(str, report.after))
    with platform.transactions.look() as tx:
        after = stored(tx.connection, names)
    before = dumped(script(role), names)
    assert sum(map(len, before.values())) == ROWS[role]
    found = differences(before, after)
    require_recorded(found, role, tmp_path)


def require_recorded(found: dict[str, Any], role: str, folder: Path) -> None:
    """The rebuilt tables differ from those of edition 1 as it is written down, and not otherwise."""
    recorded = expected("differences").get(role, {})
    if found == recorded:
        return
    written = folder / "differences.json"
    whole = {**expected("differences"), role: found}
    written.write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    pytest.fail(
        f"the projections of edition 1 ({role}) come out otherwise than recorded:\n{in_words(found)}\n"
        f"recorded until now: {in_words(recorded) or 'no difference'}\n"
        f"if all of it is meant, {written} is the new tests/fixtures/edition_1/expected/differences.json"
    )


def test_a_changed_table_is_named_row_by_row():
    names = ["lot", "mark"]
    before, after = dumped(script("food"), names), dumped(script("food"), names)
    (key, *_) = [name for name, row in after["lot"].items() if row["state"] == "recalled"]
    after["lot"][key] |= {"state": "normal"}
    gone = after["mark"].popitem()
    told = in_words(differences(before, after))
    assert f"~ {key}: state 'recalled' -> 'normal'" in told
    assert f"- {gone[0]}:" in told


def pack_digests() -> set[str]:
    """What `?v=` says on the packs of edition 1."""
    return {told[4] for told in expected("statements").values() if len(told) > 4}


# Printed codes ---------------------------------------------------------------------------------------------


def test_a_printed_address_leads_where_it_led(web, tmp_path):
    found = {path: answer(web, path) for path in expected("codes")}
    require_expected("codes", found, tmp_path)


@pytest.mark.parametrize("one", [one for one in printed() if "uri" in one], ids=lambda one: one["lot"])
def test_a_printed_label_is_read_and_its_digest_is_that_of_its_pack(one):
    image = Image.open(io.BytesIO((FIXTURE / "printed" / one["file"]).read_bytes()))
    (symbol,) = zxingcpp.read_barcodes(image)
    assert symbol.text == one["uri"]
    assert one["uri"].partition("?v=")[2] in pack_digests()


@pytest.mark.parametrize("one", [one for one in printed() if "run" in one], ids=lambda one: one["lot"])
def test_the_serials_of_a_print_run_stand_for_their_packs(one, food: Platform):
    rows = list(csv.DictReader((FIXTURE / "printed" / one["file"]).read_text("utf-8").splitlines()))
    assert len(rows) >= 20
    for counter, row in enumerate(rows, one["first"]):
        path, _, digest = row["uri"].removeprefix(HOST).partition("?v=")
        parts = path.split("/")
        if parts[1] == "t":
            issued = food.codes.find_platform(parts[-1])
        else:
            issued = food.codes.find_item(parts[2], parts[-1])
        assert issued is not None
        assert (issued.lot, issued.counter, issued.serial) == (one["lot"], counter, row["serial"])
        assert digest in pack_digests()


@pytest.mark.parametrize("one", signed_links(), ids=lambda one: one["level"]["anchor"])
def test_a_signed_list_of_links_is_still_true(one):
    verdict = verify_link(one["level"], one["signed"], TRUST, datetime.fromisoformat(one["at"]), load("demo"))
    assert [(step.code, step.reason) for step in verdict.steps if step.state.value == "failed"] == []
    assert verdict.ok
