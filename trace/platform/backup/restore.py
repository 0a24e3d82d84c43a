"""A backup put back: a folder and an empty database from both archives, looked at before they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from trace.errors import BackupUnfit, LogForked, NoteMalformed, NoteNotVerified, Refusal, WitnessUnavailable
from trace.ledger.checkpoint import open_checkpoint
from trace.platform.backup.archive import Archive, open_archive, read_table, unpack
from trace.platform.clocks import system_clock
from trace.platform.examination.finding import Finding, amiss, refused, unsure, well
from trace.platform.folder import PlatformFolder, load_folder
from trace.platform.opening import Platform, open_platform
from trace.rules import load
from trace.store.dump import load_rows
from trace.store.transaction import Transactions, open_database
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.guard_fork import guard_fork

Migrate = Callable[[str, str], None]
"""Brings the database at an address to a version of the schema."""


def open_both(data: Path, keys: Path, known: frozenset[str]) -> tuple[Archive, Archive]:
    """Both archives of one backup, whole; raises BackupUnfit."""
    archives = open_archive(data), open_archive(keys)
    for archive, part in zip(archives, ("data", "keys"), strict=True):
        if archive.told.get("part") != part:
            raise BackupUnfit(part=archive.path.name, reason=f"not-the-{part}")
    if archives[0].told["origin"] != archives[1].told["origin"]:
        raise BackupUnfit(part=keys.name, reason="of-another-log")
    if archives[0].told["schema"] not in known:
        raise BackupUnfit(part=data.name, reason="newer-program")
    return archives


def put_back(
    data: Archive, keys: Archive, folder: Path, database: str, migrate: Migrate, newest: str
) -> PlatformFolder:
    """Make the folder and fill the database, which must be empty; returns the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in keys.read():
        unpack(name, content, folder)
    restored = replace(load_folder(folder), database=database)
    restored.save()
    schema = str(data.told["schema"])
    migrate(restored.database_url, schema)
    transactions = Transactions(
        open_database(restored.database_url), system_clock, load(restored.profile), restored.origin
    )
    try:
        with transactions.begin("restore") as tx:
            for name, content in data.read():
                if name.startswith("tables/"):
                    columns, rows = read_table(content)
                    table = name.removeprefix("tables/").removesuffix(".jsonl")
                    count = load_rows(tx.connection, table, columns, rows)
                    if count != data.members[name]["rows"]:
                        raise BackupUnfit(part=name, reason="member-differs")
                else:
                    unpack(name, content, folder)
    finally:
        transactions.engine.dispose()
    migrate(restored.database_url, newest)
    return restored


def look_at(folder: PlatformFolder, told: Mapping[str, Any], *, network: bool = True) -> Iterator[Finding]:
    """Whether what was put back is whole, opens with its keys, and is what the witnesses saw."""
    platform = open_platform(folder.path)
    try:
        yield _keys(platform, told["checkpoint"])
        registrars = frozenset(platform.trust.registrars)
        own, *others = platform.trust.policies
        audited = audit_log(platform.transactions, own, registrars, platform.lot_key, neighbours=others)
        counts = {"entries": audited.counts()["entries"], "findings": len(audited.findings)}
        yield (well if audited.sound else amiss)("audit", f"audit-{_sound(audited.sound)}", **counts)
        made = replay(platform.transactions, repair=False)
        yield (well if made.equal else amiss)("replay", f"replay-{_sound(made.equal)}", entries=made.entries)
        if network:
            yield from compare_with_witnesses(platform)
        else:
            yield unsure("network", "network-not-asked")
    finally:
        platform.close()


def _sound(sound: bool) -> str:
    return "sound" if sound else "unsound"


def _keys(platform: Platform, note: str | None) -> Finding:
    """Whether the log's key is the one that signed the newest checkpoint of the backup."""
    if note is None:
        return unsure("keys", "backup-without-checkpoint")
    try:
        open_checkpoint(note, platform.log_key.verifier)
    except (NoteMalformed, NoteNotVerified):
        return amiss("keys", "keys-of-another-log")
    return well("keys", "keys-fit")


def compare_with_witnesses(platform: Platform) -> Iterator[Finding]:
    """Whether each witness has seen what was put back, more, or something else."""
    if not platform.cosigners:
        yield unsure("witness", "no-witness-to-ask")
    for cosigner in platform.cosigners:
        name = cosigner.verifier.name
        try:
            guarded = guard_fork(platform.transactions, platform.log_key.verifier, [cosigner])
            found = unsure if guarded.silent else well
            yield found("witness", "witness-silent" if guarded.silent else "witness-agrees", witness=name)
        except LogForked as forked:
            lacking = int(str(forked.params["seen"])) - int(str(forked.params["size"]))
            code = "backup-behind" if lacking > 0 else "backup-forked"
            yield amiss("witness", code, witness=name, lacking=lacking)
        except WitnessUnavailable:
            yield unsure("witness", "witness-silent", witness=name)
        except Refusal as refusal:
            yield refused("witness", refusal)
