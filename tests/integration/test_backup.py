"""Backups made while records come in, put back on another machine and database, and carried on anew."""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect

from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.patience import until
from tests.servers.databases import Databases, migrate
from tests.servers.door import Door
from tests.simulators.witnesses import SigningWitness
from trace.platform.backup.restore import compare_with_witnesses
from trace.platform.backup.write import KEPT, Backup, write_backup
from trace.platform.examination.own_files import LAST_BACKUP
from trace.platform.folder import PlatformFolder
from trace.platform.opening import open_platform
from trace.store.casework.papers import LookRow, add_looks, looks_by
from trace.store.dump import APART, dump_tables
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.read_log import log_progress, newest_note
from trace.usecases.log.trust import write_policy

SCHEMA = "head"
LOOK = LookRow(
    datetime(2026, 11, 1, tzinfo=UTC), "somebody", "urn:gt:party:bureau", "market", "urn:gt:party:mill",
    "page", "urn:gt:lot:one", "复查", "", 1, datetime(2026, 11, 2, tzinfo=UTC),
)  # fmt: skip


@contextmanager
def _opened(folder: Path, url: str) -> Iterator[Door]:
    folder.mkdir()
    with Door(folder, url) as opened:
        story = SignedRice(opened, opened.clock)
        for step in (story.begin, story.harvests, story.receive, story.make):
            step()
            _settle(opened)  # the story's clock leaps: what a witness signs late would lie in its past
        opened.token(made.uscc(made.MILL), "trace:own")
        with opened.platform.transactions.begin("test") as tx:
            add_looks(tx.connection, [LOOK])
        for kept in KEPT:
            (folder / kept / "ab").mkdir(parents=True)
            (folder / kept / "ab" / "abcd").write_bytes(kept.encode())
        yield opened


@pytest.fixture
def door(tmp_path: Path, databases: Databases) -> Iterator[Door]:
    with _opened(tmp_path / "old", databases.migrated("sqlite")) as opened:
        yield opened


@pytest.fixture
def either(tmp_path: Path, databases: Databases, database_kind: str) -> Iterator[Door]:
    with _opened(tmp_path / "old", databases.migrated(database_kind)) as opened:
        yield opened


def _settle(door: Door) -> None:
    def cosigned() -> bool:
        size, signed, _ = log_progress(door.platform.transactions, door.platform.witnesses)
        return size == signed

    until(cosigned)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(greentrace, list(map(str, arguments)))


def _backup(door: Door, target: Path) -> Backup:
    done = _run("backup", "--data", door.path, "--to", target)
    assert done.exit_code == 0, done.output
    (data,), (keys,) = target.glob("*.data.tar.gz"), target.glob("*.keys.tar.gz")
    noted = orjson.loads((door.path / LAST_BACKUP).read_bytes())
    return Backup(data, keys, noted["at"], noted["size"])


def _audited(folder: Path) -> dict[str, object]:
    platform = open_platform(folder)
    try:
        registrars = frozenset(platform.trust.registrars)
        own = platform.trust.policies[0]
        return audit_log(platform.transactions, own, registrars, platform.lot_key).as_dict()
    finally:
        platform.close()


def _rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    platform = open_platform(folder)
    try:
        with platform.transactions.look() as tx:
            return {table.name: list(table.rows) for table in dump_tables(tx.connection)}
    finally:
        platform.close()


def _kept_in(folder: Path) -> list[str]:
    return [one for one in KEPT if (folder / one / "ab" / "abcd").read_bytes() == one.encode()]


def _looks_after_another(folder: Path) -> int:
    platform = open_platform(folder)
    try:
        with platform.transactions.begin("test") as tx:
            add_looks(tx.connection, [LOOK])
            return len(looks_by(tx.connection, LOOK.authority, 10))
    finally:
        platform.close()


def test_a_backup_is_put_back_on_the_other_database(
    either: Door, databases: Databases, database_kind: str, tmp_path: Path
) -> None:
    door = either
    taken = _backup(door, tmp_path / "kept")
    for path in (taken.data, taken.keys):
        assert path.stat().st_mode & 0o077 == 0
    other = databases.empty("postgresql" if database_kind == "sqlite" else "sqlite")
    target = tmp_path / "new"
    put = ("restore", taken.data, "--keys", taken.keys, "--to", target, "--database", other)
    done = _run(*put, "--no-network")
    assert "✓ 重放" in done.output
    assert "? 网络" in done.output  # the witnesses were not asked: nobody says that it is the newest
    assert _audited(target) == _audited(door.path)
    door.publisher.stop()
    before, after = _rows(door.path), _rows(target)
    for name in before:
        if name not in {"page_change", "shared_counter", "job"}:
            assert before[name] == after[name], name
    assert _kept_in(target) == list(KEPT)
    assert _looks_after_another(target) == 2, "the database goes on counting behind the rows that came"
    assert (target / "keys" / "lot.key").read_bytes() == (door.path / "keys" / "lot.key").read_bytes()
    assert _run(*put).exit_code == 1  # the folder is no longer empty
    again = _run("restore", taken.data, "--keys", taken.keys, "--to", tmp_path / "x", "--database", other)
    assert "不是空数据库" in again.output


def test_a_backup_made_while_records_come_in_is_whole(door: Door, tmp_path: Path) -> None:
    farm, stop = Signer("93310151XN00001190", "grower", stream="busy"), threading.Event()
    door.register(farm)
    taken: list[int] = []

    def state() -> None:
        while not stop.is_set():
            now = door.clock().replace(microsecond=0)
            taken.append(len(door.log(farm.harvest(f"B{len(taken)}", at=now))))

    writer = threading.Thread(target=state)
    writer.start()
    until(lambda: len(taken) > 2)
    kept = _backup(door, tmp_path / "kept")
    stop.set()
    writer.join()
    _settle(door)
    target = tmp_path / "new"
    put = _run("restore", kept.data, "--keys", kept.keys, "--to", target, "--no-network")
    assert f"✓ 重放  重放 {kept.size} 条" in put.output
    found, own = _audited(target), _audited(door.path)
    assert found["entries"] == kept.size
    # The story's clock leaps, and the audit says so of both.
    assert [one for one in found["found"] if one not in own["found"]] == []


def test_what_is_no_whole_backup_is_refused(door: Door, tmp_path: Path) -> None:
    kept = _backup(door, tmp_path / "kept")
    swapped = _run("restore", kept.keys, "--keys", kept.data, "--check")
    assert "不是数据文件" in swapped.output
    short = tmp_path / "short.data.tar.gz"
    short.write_bytes(kept.data.read_bytes()[:-2000])
    altered = tmp_path / "altered.data.tar.gz"
    with tarfile.open(kept.data) as old, tarfile.open(altered, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            if member.name == "policy/registrars":
                member.name = "policy/others"
            new.addfile(member, content)
    outside = tmp_path / "outside.data.tar.gz"
    with tarfile.open(outside, "w:gz") as new:
        new.addfile(tarfile.TarInfo("../../evil"))
    (tmp_path / "text.data.tar.gz").write_text("no archive")
    for path, said in (
        (short, "不是完整的备份文件"),
        (altered, "内容与备份清单不符"),
        (outside, "不该有的条目"),
        (tmp_path / "text.data.tar.gz", "不是完整的备份文件"),
    ):
        told = _run("restore", path, "--keys", kept.keys, "--check")
        assert told.exit_code == 1
        assert said in told.output, path


class _Remembering(SigningWitness):
    """A witness that shows what it signed last."""

    shown: str | None = None

    def newest(self, origin: str) -> str | None:
        return self.shown


def test_a_backup_older_than_what_the_witnesses_saw_is_named(door: Door, tmp_path: Path) -> None:
    kept = _backup(door, tmp_path / "kept")
    target = tmp_path / "new"
    _run("restore", kept.data, "--keys", kept.keys, "--to", target, "--no-network")
    farm = Signer("93310151XN00001190", "grower", stream="later")
    door.register(farm)
    _settle(door)
    restored = open_platform(target)
    witness = _Remembering("witness.test/agri", door.clock)
    restored.cosigners = (witness,)
    witness.shown = newest_note(restored.transactions, frozenset())
    assert [one.code for one in compare_with_witnesses(restored)] == ["witness-agrees"]
    witness.shown = newest_note(door.platform.transactions, frozenset())
    (found,) = compare_with_witnesses(restored)
    assert (found.code, found.params["lacking"]) == ("backup-behind", 1)
    restored.close()


def test_a_lost_log_goes_on_as_evidence_under_a_new_origin(door: Door, tmp_path: Path) -> None:
    kept = _backup(door, tmp_path / "kept")
    old, new = tmp_path / "back", tmp_path / "new"
    _run("restore", kept.data, "--keys", kept.keys, "--to", old, "--no-network")
    same = _run("new-origin", "--from", old, "--to", new, "--origin", door.platform.origin)
    assert same.exit_code == 1
    begin = ("new-origin", "--from", old, "--to", new, "--origin", "trace.test/food/2")
    done = _run(*begin)
    assert done.exit_code == 0, done.output
    assert f"接收旧日志 {kept.size} 条，退回 0 条" in done.output
    report = _audited(new)
    assert report["evidence"] == kept.size
    assert {one["code"] for one in report["found"]} <= {"time-contradicted"}, report
    before, after = _rows(old), _rows(new)
    for name in APART:
        assert before[name] == after[name], name
    assert [row[1] for row in sorted(before["lot"])] == [row[1] for row in sorted(after["lot"])]
    assert _kept_in(new) == list(KEPT)
    serials = [(one / "keys" / "serials" / "0.key").read_bytes() for one in (old, new)]
    assert serials[0] == serials[1]
    assert len(list((new / "to-send" / "registrar").glob("*.json"))) == len(before["signing_key"])
    assert _run(*begin).exit_code == 0  # once more: nothing is lost, nothing comes twice
    again = _rows(new)
    assert {name: len(rows) for name, rows in again.items()}.items() >= {
        (name, len(rows)) for name, rows in after.items() if name not in {"page_change", "shared_counter"}
    }
    assert len(again["look_at_firm"]) == 1, "append-only rows are met a second time, and left"


def test_a_backup_that_cannot_be_written_leaves_nothing(door: Door, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.mkdir()
    (target / "in-the-way").mkdir(mode=0o700)
    blocked = target / "in-the-way" / "file"
    blocked.write_text("")
    with pytest.raises(FileExistsError):
        write_backup(door.platform, blocked, SCHEMA)
    assert [path.name for path in target.rglob("*")] == ["in-the-way", "file"]
    assert not (door.path / LAST_BACKUP).exists()
    assert inspect(door.platform.transactions.engine).has_table("log_entry")


def test_what_a_killed_backup_left_is_removed_by_a_later_one(door: Door, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.mkdir()
    old, fresh = (target / f".{name}.data.tar.gz.part" for name in ("old", "fresh"))
    for part in (old, fresh):
        part.write_bytes(b"private values")
    os.utime(old, (0, 0))
    backup = write_backup(door.platform, target, SCHEMA)
    assert set(target.glob("*")) == {fresh, backup.data, backup.keys}, "one may be written just now"


def test_new_software_backs_up_what_is_still_to_be_upgraded(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty("sqlite")
    migrate(url, "0035")
    folder = PlatformFolder(tmp_path / "p", "food", "trace.test/food", database=url)
    folder.create()
    write_policy(folder.policy_path, [(folder.read_log_key(), "")], [], {})
    done = _run("backup", "--data", tmp_path / "p", "--to", tmp_path / "kept")
    assert done.exit_code == 0, done.output
    (data,), (keys,) = (list((tmp_path / "kept").glob(f"*.{part}.tar.gz")) for part in ("data", "keys"))
    put = _run("restore", data, "--keys", keys, "--to", tmp_path / "new", "--no-network")
    assert "✓ 重放" in put.output, put.output
