"""The examination of a platform's and a witness's folder: each fault is told in a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cli.main import greentrace
from tests.patience import until
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.servers.served import serving
from trace.errors import WitnessUnavailable
from trace.exchange.witness_client import HttpCosigner
from trace.parties import ENTRIES, OWN
from trace.platform.clocks import system_clock
from trace.platform.examination.examine import Asked, examine
from trace.platform.examination.finding import AMISS, UNSURE, WELL, Finding
from trace.platform.examination.neighbours import Neighbours, examine_witness
from trace.platform.examination.own_files import LAST_BACKUP, examine_backup, examine_keys, examine_policy
from trace.platform.folder import PlatformFolder, WitnessAddress
from trace.platform.witness_folder import create_witness_folder
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.log.read_log import newest_note
from trace.usecases.log.trust import write_policy

GIVEN = Asked("0001", frozenset({"0001"}), network=False)
SECRET = "a-secret"
Start = Callable[..., Any]


@pytest.fixture
def door(tmp_path: Path, databases: Databases) -> Iterator[Door]:
    (tmp_path / "door").mkdir(mode=0o700)
    with Door(tmp_path / "door", databases.migrated("sqlite")) as opened:
        yield opened


def _told(path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    given = ["doctor", "--data", str(path), "--json", "--no-network", *more]
    done = CliRunner().invoke(greentrace, given)
    return done.exit_code, orjson.loads(done.stdout)


def _codes(findings: Iterable[Finding]) -> dict[str, str]:
    return {one.code: one.state for one in findings}


def test_what_is_amiss_makes_the_exit_code(door: Door) -> None:
    code, told = _told(door.path)
    rows = {one["code"]: one for one in told["findings"]}
    assert (code, told["state"]) == (1, AMISS)
    assert rows["witness-without-address"]["state"] == AMISS  # the simulators stand in no settings
    assert rows["database-current"]["state"] == WELL
    assert rows["backup-needless"]["state"] == WELL
    assert rows["network-not-asked"]["state"] == UNSURE
    assert "没有" in rows["network-not-asked"]["text"]
    lines = CliRunner().invoke(greentrace, ["doctor", "--data", str(door.path), "--no-network"])
    assert lines.stdout.count("\n") == len(rows)  # one line each


def test_the_examination_changes_nothing(door: Door) -> None:
    before = door.counts()
    _told(door.path, "--token", "gt_nonsense")
    assert door.counts() == before


def test_a_wrong_token_is_named_and_never_shown(door: Door) -> None:
    good = door.token("urn:uscc:91310151XN0000442L", OWN)
    _, told = _told(door.path, "--token", "gt_wrong_and_secret")
    assert {one["code"] for one in told["findings"]} >= {"token-unknown"}
    assert "gt_wrong_and_secret" not in orjson.dumps(told).decode()
    _, told = _told(door.path, "--token", good + "\n")
    assert {one["code"]: one["state"] for one in told["findings"]}["token-good"] == WELL


def test_an_unmigrated_database_and_one_of_another_log_are_told_apart(
    databases: Databases, door: Door, database_kind: str
) -> None:
    empty = replace(door.platform.folder, database=databases.empty(database_kind))
    empty.save()
    assert _codes(examine(door.path, GIVEN))["database-empty"] == AMISS
    foreign = replace(door.platform.folder, origin="trace.test/another/demo-clock")
    door.register()
    door.publisher.stop()
    foreign.save()
    assert "database-unfit" in _codes(examine(door.path, GIVEN))


@pytest.mark.parametrize(
    ("address", "code", "reason"),
    [
        (f"postgresql://gt:{SECRET}@127.0.0.1:1/food", "database-unreachable", "no-server"),
        (f"postgresql://gt:{SECRET}@nowhere.invalid/food", "database-unreachable", "no-host"),
        (f"postgresql://gt:{SECRET}@127.0.0.1/", "database-address-unfit", "no-name"),
        (f"postgresql://gt:{SECRET}@127.0.0.1:many/food", "database-address-unfit", "not-an-address"),
        (f"mysql://gt:{SECRET}@127.0.0.1/food", "database-address-unfit", "another-engine"),
        ("sqlite:///here.db", "database-address-unfit", "relative-path"),
        ("sqlite:////nowhere/at/all.db", "database-address-unfit", "no-folder"),
    ],
)
def test_why_a_database_does_not_open_is_said_without_its_password(
    tmp_path: Path, address: str, code: str, reason: str
) -> None:
    folder = PlatformFolder(tmp_path / "p", "food", "trace.test/food", database=address)
    folder.create()
    found = {one.code: one for one in examine(folder.path, GIVEN)}
    assert found[code].params["reason"] == reason
    assert SECRET not in repr(found)


def test_a_server_that_does_not_let_us_in_says_why(databases: Databases, tmp_path: Path) -> None:
    url = databases.server.url("nowhere")
    folder = PlatformFolder(tmp_path / "p", "food", "trace.test/food", database=url)
    folder.create()
    found = {one.code: one for one in examine(folder.path, GIVEN)}
    assert found["database-unreachable"].params["reason"] == "no-database"
    replace(folder, database=url.replace("greentrace@", "nobody@")).save()
    found = {one.code: one for one in examine(folder.path, GIVEN)}
    assert found["database-unreachable"].params["reason"] == "no-role"


def test_a_key_or_a_password_that_others_can_read_is_named(tmp_path: Path) -> None:
    folder = PlatformFolder(
        tmp_path, "food", "trace.test/food", database=f"postgresql://a:{SECRET}@127.0.0.1/c"
    )
    folder.create()
    assert examine_keys(tmp_path).code == "keys-closed"
    for part in ("keys/serials/0.key", "platform.toml"):
        (tmp_path / part).chmod(0o644)
        found = examine_keys(tmp_path)
        assert (found.code, found.params["files"]) == ("keys-open", [part])
        (tmp_path / part).chmod(0o600)
    tmp_path.chmod(0o755)
    assert examine_keys(tmp_path).code == "folder-open"


def test_settings_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    PlatformFolder(tmp_path, "food", "trace.test/food").create()
    assert (tmp_path / "platform.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("nonsense\n", "policy-malformed"),
        ("quorum none\n", "policy-without-log"),
        ("", "policy-absent"),
    ],
)
def test_a_policy_that_does_not_do_is_named(tmp_path: Path, policy: str, code: str) -> None:
    folder = PlatformFolder(tmp_path, "food", "trace.test/food")
    folder.create()
    if policy:
        (folder.policy_path / "policy.txt").write_text(policy)
        (folder.policy_path / "registrars").write_text("")
    assert list(_codes(examine_policy(folder))) == [code]


def test_a_policy_fits_the_key_the_registrars_and_the_witnesses(tmp_path: Path) -> None:
    folder = PlatformFolder(tmp_path / "a", "food", "trace.test/food")
    other = PlatformFolder(tmp_path / "b", "food", "trace.test/food")
    folder.create()
    other.create()
    registrars = {"A" * 43: "bureau"}
    write_policy(folder.policy_path, [(other.read_log_key(), "")], [], registrars)
    assert list(_codes(examine_policy(folder))) == ["policy-other-key"]
    write_policy(folder.policy_path, [(folder.read_log_key(), "")], [], {})
    assert list(_codes(examine_policy(folder))) == ["policy-no-registrar"]
    write_policy(folder.policy_path, [(folder.read_log_key(), "")], [], registrars)
    assert list(_codes(examine_policy(folder))) == ["policy-few-witnesses"]
    listed = replace(folder, witnesses=(WitnessAddress("agri", "http://127.0.0.1:1"),))
    assert list(_codes(examine_policy(listed))) == ["witness-not-in-policy"]
    named = [
        (one, create_witness_folder(tmp_path / one, f"witness.test/{one}").vkey, "")
        for one in ("agri", "market")
    ]
    write_policy(folder.policy_path, [(folder.read_log_key(), "")], named, registrars)
    assert list(_codes(examine_policy(listed))) == ["witness-without-address"]
    both = replace(folder, witnesses=tuple(WitnessAddress(one, "http://a") for one in ("agri", "market")))
    assert _codes(examine_policy(both)) == {"policy-read": WELL}


def test_an_old_backup_is_told_with_what_it_lacks(tmp_path: Path) -> None:
    now = system_clock()
    assert examine_backup(tmp_path, 3, now).code == "backup-never"
    assert examine_backup(tmp_path, 0, now).state == WELL
    for hours, code in ((0, "backup-new"), (1, "backup-fresh"), (30, "backup-old")):
        at = (now - timedelta(hours=hours)).isoformat()
        (tmp_path / LAST_BACKUP).write_bytes(orjson.dumps({"at": at, "size": 1}))
        assert examine_backup(tmp_path, 3, now).code == code
    assert examine_backup(tmp_path, 3, now).params["behind"] == 2
    (tmp_path / LAST_BACKUP).write_text("[]")
    assert examine_backup(tmp_path, 3, now).state == UNSURE


def _own_note(door: Door) -> bytes:
    until(lambda: newest_note(door.platform.transactions, frozenset()) is not None)
    return newest_note(door.platform.transactions, frozenset()).encode()


def _answering(status: str, body: bytes = b"", date: str = "") -> Callable[..., list[bytes]]:
    def application(_environ: dict[str, Any], start: Start) -> list[bytes]:
        start(status, [("Content-Length", str(len(body))), *([("Date", date)] if date else [])])
        return [body]

    return application


def test_the_public_address_must_lead_to_our_own_log(door: Door) -> None:
    door.register()
    key = door.platform.log_key.verifier
    neighbours = Neighbours()
    cases = [
        (_own_note(door), "200 OK", UNSURE, "address-own-machine"),
        (b"another log\n1\nAAAA\n", "200 OK", AMISS, "address-of-another"),
        (b"", "502 Bad Gateway", AMISS, "address-status"),
    ]
    for body, status, state, code in cases:
        with serving(_answering(status, body)) as address:
            (found,) = neighbours.address(address, key)
        assert (found.state, found.code) == (state, code)
    (found,) = neighbours.address("http://127.0.0.1:1", key)
    assert (found.code, found.params["reason"]) == ("address-unreachable", "no-connection")
    assert [one.code for one in neighbours.address("", key)] == ["address-none"]
    assert [one.code for one in neighbours.address("trace.test", key)] == ["public-address-unfit"]
    neighbours.close()


def test_another_platform_s_token_is_tried(door: Door) -> None:
    neighbours = Neighbours()
    with serving(door.app) as address:
        good = door.token("urn:uscc:91310151XN0000442L", "feed:read")
        found = [neighbours.feed(address, token)[0].code for token in (good, "gt_no", "", "line\nbreak")]
    assert found == ["their-token-good", "their-token-refused", "their-token-none", "token-malformed"]
    assert neighbours.feed("http://127.0.0.1:1", "gt_x")[0].code == "they-do-not-answer"
    neighbours.close()


def test_a_witness_whose_token_is_refused_says_so_to_the_platform(door: Door) -> None:
    body = b"entries-unavailable status-401\n"
    with serving(_answering("503 Service Unavailable", body)) as address:
        cosigner = HttpCosigner(address, door.witnesses[0].verifier)
        with pytest.raises(WitnessUnavailable) as told:
            cosigner.cosign(0, [], "a note")
    assert told.value.params["reason"] == "token-refused"


def test_a_witness_that_lags_is_asked_why(door: Door) -> None:
    door.register()
    door.publisher.stop()
    assert [one.code for one in examine_witness(door.platform, 0, behind=False)] == ["witness-knows-nothing"]
    door.silence()
    assert [one.code for one in examine_witness(door.platform, 0, behind=True)] == ["witness-unavailable"]
    none = issue_token(door.platform.transactions, "urn:uscc:91310151XN0000442L", "w", [ENTRIES], (), Terms())
    assert none.startswith("gt_")


def test_a_witness_s_own_folder_is_examined_too(tmp_path: Path, door: Door) -> None:
    made = create_witness_folder(tmp_path / "w", "witness.test/one")
    with serving(door.app) as address:
        token = door.token("urn:uscc:91310151XN0000442L", ENTRIES)
        made.configure(door.platform.folder.policy_path, {door.platform.origin: (address, token)})
        asked = replace(GIVEN, network=True)
        assert {one.code for one in examine(made.path, asked)} >= {"witness-read", "their-token-good"}
        (made.path / "keys" / "0.token").write_text("gt_wrong\n")
        assert "their-token-refused" in _codes(examine(made.path, asked))
    assert "they-do-not-answer" in _codes(examine(made.path, asked))
