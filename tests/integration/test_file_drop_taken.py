"""A farm without a log of its own drops signed lines into a folder; they enter our log, `via` the file."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.builders.signers import NOON, Signer
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.exchange.farm import FileDrop, Notice
from trace.ledger.bundle import TrustPolicy
from trace.ledger.statement import Statement
from trace.store.log.entries import read_types
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.import_file_drop import take_drop

FARM = "93310151XN00001190"


def take(platform: TestPlatform, place: Path) -> tuple[dict[str, int], list[Notice]]:
    desk = EvidenceIntake(platform.transactions, TrustPolicy((), {}))
    return take_drop(
        desk,
        FileDrop(place),
        str(place),
        lambda items: platform.acceptance.accept([one.jws for one in items], each=True, via="file:drop"),
    )


def drop(place: Path, name: str, *statements: Statement) -> None:
    lines = [orjson.dumps(one.flattened()) for one in statements]
    (place / name).write_bytes(b"\n".join(lines) + b"\n")


def test_bare_statements_of_a_folder_enter_the_log_once(database_url: str, tmp_path: Path) -> None:
    farm = Signer(FARM, "grower")
    with TestPlatform(database_url, SteppingClock(NOON)) as platform:
        platform.register(farm)
        drop(tmp_path, "1.jsonl", farm.harvest("H1"), farm.harvest("H2"))
        counted, notices = take(platform, tmp_path)
        assert counted == {"taken": 2, "known": 0, "refused": 0, "unsigned": 0}
        assert not notices
        again, _ = take(platform, tmp_path)
        assert again == {"taken": 0, "known": 0, "refused": 0, "unsigned": 0}
        with platform.transactions.look() as tx:
            entries = read_types(tx.connection, ["farm.harvest"], 0, 100)
        assert [entry.via for entry in entries] == ["file:drop", "file:drop"]


def test_a_line_that_was_broken_off_is_read_when_it_is_whole(database_url: str, tmp_path: Path) -> None:
    farm = Signer(FARM, "grower")
    with TestPlatform(database_url, SteppingClock(NOON)) as platform:
        platform.register(farm)
        line = orjson.dumps(farm.harvest("H1").flattened())
        (tmp_path / "1.jsonl").write_bytes(line[:200])
        counted, notices = take(platform, tmp_path)
        assert counted["taken"] == 0
        assert [notice.kind for notice in notices] == ["broken-off"]
        (tmp_path / "1.jsonl").write_bytes(line + b"\n")
        counted, _ = take(platform, tmp_path)
        assert counted["taken"] == 1


def test_a_stranger_s_statement_and_a_foreign_bundle_are_turned_back(
    database_url: str, tmp_path: Path
) -> None:
    stranger = Signer("93310120XN00002237", "grower")
    with TestPlatform(database_url, SteppingClock(NOON)) as platform:
        platform.register(Signer(FARM, "grower"))
        drop(tmp_path, "1.jsonl", stranger.harvest("H1"))
        counted, _ = take(platform, tmp_path)
        assert counted == {"taken": 0, "known": 0, "refused": 1, "unsigned": 0}
