"""`./greentrace snapshot` against a served platform: once, again, and what it will not sign."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from click.testing import CliRunner

from cli.client.http import Problem
from cli.main import greentrace
from cli.snapshot import repeat
from tests.builders.effects import EffectsOf, kg
from tests.builders.signed_rice import K1, SignedRice
from tests.builders.signers import Signer
from tests.servers.door import Door
from tests.servers.served import serving
from trace.chain.admission.gates import RECALLED
from trace.chain.effects import Mark
from trace.chain.facts.snapshot import MOST_TAGS
from trace.store.chain.effects import write_effects
from trace.usecases.batch_page.recall_status import read_status
from trace.usecases.batch_page.show_batch import show_batch


@pytest.fixture(scope="module")
def told(databases, tmp_path_factory):
    """A served platform with story 1 in it, and the bureau's key file and token."""
    url = databases.migrated("sqlite")
    with Door(tmp_path_factory.mktemp("door"), url) as door:
        SignedRice(door, door.clock).tell()
        bureau = Signer("11310000002420633X", "regulator_market")
        door.register(bureau)
        key = door.path / "bureau.pem"
        key.write_bytes(bureau.key.to_pem())
        scopes = ("statements:write", "trace:all")
        door.tokens["bureau"] = door.token(bureau.iss, *scopes, roles=["regulator_market"])
        with serving(door.app) as address:
            yield door, bureau, address
    databases.discard(url)


def run(told, *more, token="bureau"):
    door, bureau, address = told
    given = ("--key", str(door.path / "bureau.pem"), "--iss", bureau.iss, "--server", address)
    options = ("--token", door.tokens[token], "--clock", str(door.path / "clock"))
    return CliRunner().invoke(greentrace, ["snapshot", *given, *options, *more])


def page_of(told):
    served = told[0].platform
    found = show_batch(
        served.transactions, gtin="09521234100010", batch_no="M20261012A", witnesses=served.witnesses
    )
    return found.freshness


def test_one_snapshot_is_signed_and_shown(told):
    ran = run(told)
    assert ran.exit_code == 0, ran.output
    assert "涉及 0 个批次" in ran.output
    assert page_of(told).state == "clear"
    assert "0 lots under recall" in run(told, "--lang", "en").output


def test_a_recall_that_vanished_from_the_list_is_not_signed_away(told):
    door, _, _ = told
    order = {"matter": "召回〔2026〕1号（演示）", "lots": [K1]}
    now = door.clock().replace(microsecond=0)
    door.log(door.registrar.state("oversight.recall", "urn:case:1", order, at=now))
    assert "涉及" in run(told).output
    kept = door.path / "bureau.status.json"
    listed = orjson.loads(kept.read_bytes())
    assert listed["recalled"] == list(read_status(door.platform.transactions, door.platform.lot_key).recalled)
    kept.write_bytes(orjson.dumps({**listed, "recalled": ["A" * 22, *listed["recalled"]]}))
    ran = run(told)
    assert ran.exit_code == 1
    assert "有召回从清单中消失" in ran.output
    assert run(told, "--lifted").exit_code == 0
    assert run(told).exit_code == 0


def test_a_list_that_one_statement_does_not_hold_is_signed_in_parts(told):
    door, _, _ = told
    story = []
    for number in range(MOST_TAGS):
        order = EffectsOf(door.platform.origin, 1_000_000 + number, "oversight.recall")
        lot = order.lot(f"urn:lot:X:R{number}", kg("1"))
        order.keep(Mark(order.next_id(), "R20", RECALLED, lot, ("code",), {}))
        story.append(order.done(f"urn:case:{number}"))
    with door.platform.transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    ran = run(told)
    assert ran.exit_code == 0, ran.output
    assert "分 2 部分签发" in ran.output
    assert "signed in 2 parts" in run(told, "--lang", "en").output
    assert page_of(told).state == "clear"
    kept = orjson.loads((door.path / "bureau.status.json").read_bytes())
    assert len(kept["recalled"]) > MOST_TAGS


def test_a_token_that_is_no_regulators_gets_no_list(told):
    door, bureau, _ = told
    door.tokens["plain"] = door.token(bureau.iss, "statements:write", "trace:all")
    ran = run(told, token="plain")
    assert ran.exit_code == 1
    assert "role:regulator_market" in ran.output
    assert door.get("/api/v1/status").status_code == 401
    assert door.get("/api/v1/status", door.tokens["writer"]).status_code == 403
    assert door.get("/api/v1/status", door.regulator()).json["log"] == door.platform.origin


@pytest.mark.parametrize("span", ["1", "0h", "1d", "-1h", "h", "100000s"])
def test_a_span_that_is_none_is_told_so(told, span):
    assert run(told, "--every", span).exit_code == 2


class Ended(Exception):
    """The process was ended."""


def test_with_every_it_goes_on_and_asks_a_silent_platform_again():
    waited: list[float] = []
    asked: list[int] = []

    def once():
        asked.append(len(asked))
        if len(asked) == 2:
            raise Problem(0, {"code": "unreachable"})
        if len(asked) == 3:
            raise Problem(503, {"code": "not-ready"})

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == 4:
            raise Ended

    with pytest.raises(Ended):
        repeat(once, timedelta(hours=1), wait)
    assert len(asked) == 4
    assert all(3590 < seconds <= 3600 for seconds in waited)


def test_with_every_it_ends_where_it_is_refused_for_what_it_says():
    def once():
        raise Problem(422, {"code": "snapshot-elsewhere"})

    with pytest.raises(Problem):
        repeat(once, timedelta(seconds=1), lambda _seconds: None)
