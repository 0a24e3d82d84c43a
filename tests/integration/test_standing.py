"""How a platform stands: what its server does by itself, and what somebody should look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.snapshot import drafts_of
from cli.status import notices, status
from tests.builders.signed_rice import SignedRice
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.simulators.notice_receivers import webhook_receiver
from trace.errors.exchange import ChannelUnfit
from trace.parties import OWN
from trace.platform.folder import write_secret
from trace.platform.jobs import (
    EXCHANGE,
    FORGET_ACCOUNTS,
    FORGET_COPIES,
    FORGET_PAPERS,
    FORGET_SCANS,
    FORGET_UPLOADS,
    PLAN_NOTICES,
    PULL_FEED,
    SEND_NOTICES,
    SEND_TO_CITY,
    jobs_of,
)
from trace.store.analyses.runs import WORK as ANALYSES
from trace.store.jobs import put_recurring
from trace.store.messages.outbox import put_notices
from trace.store.uploads.files import WORK
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.casework.count_deadlines import JOB as COUNT_DEADLINES
from trace.usecases.jobs.standing import read_standing
from trace.usecases.recalls.mock_recall import NIGHTLY
from trace.usecases.supervision.end_checks import JOB as END_CHECKS
from trace.usecases.supervision.find_warnings import JOB as FIND_WARNINGS


@pytest.fixture
def door(tmp_path: Path, databases: Databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite")) as opened:
        yield opened


def _named(door: Door, **neighbours: str) -> None:
    door.platform.folder = replace(door.platform.folder, neighbours=neighbours)
    door.platform.folder.save()


def test_what_runs_follows_from_the_neighbours_that_are_named(door: Door) -> None:
    always = [
        *(FORGET_SCANS, FORGET_ACCOUNTS, FORGET_UPLOADS, FORGET_PAPERS, FORGET_COPIES, WORK, ANALYSES),
        *(NIGHTLY, FIND_WARNINGS, END_CHECKS, COUNT_DEADLINES),
    ]
    assert [job.name for job in jobs_of(door.platform)] == always
    _named(door, city="http://127.0.0.1:1", feed="http://127.0.0.1:1", webhook="http://127.0.0.1:1/")
    with pytest.raises(ChannelUnfit):
        jobs_of(door.platform)  # without its secret
    write_secret(door.platform.folder.path / "keys" / "webhook.secret", b"a secret of more than 24 bytes\n")
    found = [job.name for job in jobs_of(door.platform)]
    assert found == [*always, SEND_NOTICES, SEND_TO_CITY, PULL_FEED]
    _named(door, smtp="smtp://127.0.0.1:1", **{"mail-from": "a@b.example", "mail-to": "c@d.example"})
    assert [job.name for job in jobs_of(door.platform)] == [*always, SEND_NOTICES, PLAN_NOTICES]
    _named(door, **{"credit-publicity": "http://127.0.0.1:1"})
    assert [job.name for job in jobs_of(door.platform)] == [*always, EXCHANGE]


def test_the_server_sends_what_waits_and_the_operator_sees_what_does_not_go(door: Door) -> None:
    write_secret(door.platform.folder.path / "keys" / "webhook.secret", b"a secret of more than 24 bytes\n")
    with webhook_receiver() as hook:
        _named(door, webhook=hook.url)
        with door.platform.transactions.begin("test") as tx:
            put_notices(tx.connection, [("complaint", {"number": "TS1"}), ("x", {})], tx.now)
        hook.answers = [410]
        (job,) = (one for one in jobs_of(door.platform) if one.name == SEND_NOTICES)
        job.work(None)  # type: ignore[arg-type]  # it needs no claim
        assert len(hook.taken) == 1
        standing = read_standing(door.platform.transactions, door.platform.witnesses)
        assert (standing.outbox.waiting, standing.outbox.dead) == (0, 1)
        assert "notices" in standing.lagging
        assert "notices" in door.get("/readyz").json["lagging"]  # type: ignore[index]
        assert "greentrace_notices_dead 1.0" in door.get("/metrics").text
        data = ["--data", str(door.platform.folder.path)]
        told = CliRunner().invoke(status, data)
        assert told.exit_code == 1
        assert "410" in told.output
        again = CliRunner().invoke(notices, [*data, "--again"])
        assert again.exit_code == 0, again.output
        assert len(hook.taken) == 2
        assert CliRunner().invoke(status, data).exit_code == 0


def test_tokens_that_end_and_jobs_that_fail_are_named(door: Door) -> None:
    transactions = door.platform.transactions
    issue_token(transactions, "urn:uscc:91310151XN0000442L", "scanner", [OWN], terms=Terms(days=20))
    with transactions.begin("test") as tx:
        put_recurring(tx.connection, SEND_TO_CITY, timedelta(minutes=1), tx.now)
        tx.connection.exec_driver_sql("UPDATE job SET attempts = 3, last_error = 'CityUnreachable'")
    standing = read_standing(transactions, door.platform.witnesses)
    assert set(standing.lagging) >= {"tokens", "jobs"}
    told = CliRunner().invoke(status, ["--data", str(door.platform.folder.path), "--lang", "en"])
    assert "CityUnreachable" in told.output
    assert "scanner" in told.output


def test_without_a_channel_the_command_says_so(door: Door) -> None:
    told = CliRunner().invoke(notices, ["--data", str(door.platform.folder.path)])
    assert told.exit_code == 1
    assert "webhook" in told.output


def test_who_packs_hears_when_the_list_of_recalls_was_last_signed(door: Door) -> None:
    transactions, data = door.platform.transactions, ["--data", str(door.platform.folder.path)]

    def told() -> str:
        return CliRunner().invoke(status, data).output

    assert (door.get("/readyz").json["lagging"], "召回名单" in told()) == ([], False)
    SignedRice(door, door.clock).tell()
    assert "snapshot" in read_standing(transactions, door.platform.witnesses).lagging
    assert door.get("/readyz").json["recallStatus"] == {"state": "none", "asOf": None}
    assert "从未签署" in told()
    assert "greentrace_recall_status_age_seconds" not in door.get("/metrics").text

    as_of = door.clock().replace(microsecond=0)
    (signed,) = drafts_of(door.registrar.iss, door.get("/api/v1/status", door.regulator()).json, as_of)
    door.log(door.registrar.state(signed.typ, signed.sub, signed.data, at=signed.occurred_at))
    assert "snapshot" not in read_standing(transactions, door.platform.witnesses).lagging
    assert "0.0 小时前" in told()

    door.clock.advance(timedelta(hours=3))
    assert "snapshot" in door.get("/readyz").json["lagging"]
    assert "已过 3.0 小时（限 2 小时）" in told()
    assert re.search(r"greentrace_recall_status_age_seconds 1080\d\.", door.get("/metrics").text)
    english = CliRunner().invoke(status, [*data, "--lang", "en"]).output
    assert "pages say that it is out of date" in english
