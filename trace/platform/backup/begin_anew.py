"""A new origin that carries the old log as evidence: what is left where newer entries were lost for good.

The witnesses have seen more than what could be put back, so the log cannot go on under its name. The new one
takes every entry that they signed over as any platform takes evidence: with its proof, under its old place,
from the time that was proved then. What no log holds goes along as rows: accounts, cases with their papers,
visits, plans, frozen forms, uploads, complaints, scans, print runs, originals, private values. Keys have to
be registered anew; their holders' proofs are in the old log.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from trace.exchange.farm.pages import FarmBundlePage, FeedItem
from trace.ledger.statement import parse_statement
from trace.platform.backup.write import KEPT
from trace.platform.folder import PlatformFolder
from trace.platform.opening import Platform, open_platform
from trace.store.dump import APART, add_rows, dump_tables
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.log.read_log import key_statements, keys_in_force, log_progress
from trace.usecases.log.serve_feed import serve_feed
from trace.usecases.log.trust import POLICY, REGISTRARS

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Anew:
    """What came over: entries taken, refused, and those that not all witnesses signed, which stay behind."""

    taken: int
    refused: int
    behind: int


def lay_out(old: PlatformFolder, new: PlatformFolder) -> None:
    """Make the new folder: keys of its own, the secrets behind printed codes, a policy with both logs."""
    new.create()
    shutil.copytree(old.serial_keys_path, new.serial_keys_path, dirs_exist_ok=True)
    lines = (old.policy_path / POLICY).read_text("utf-8").splitlines()
    logs = max((number for number, line in enumerate(lines) if line.startswith("log ")), default=-1)
    lines.insert(logs + 1, f"log {new.read_log_key().verifier.vkey} {new.public_url}".rstrip())
    (new.policy_path / POLICY).write_text("\n".join(lines) + "\n", "utf-8")
    shutil.copyfile(old.policy_path / REGISTRARS, new.policy_path / REGISTRARS)
    for kept in KEPT:
        if (old.path / kept).is_dir():
            shutil.copytree(old.path / kept, new.path / kept, dirs_exist_ok=True)
    replace(new, witnesses=old.witnesses, neighbours=old.neighbours).save()


def carry_over(old: Path, new: Path) -> Anew:
    """Take the old log over as evidence, with what no log holds; the new folder's database is migrated."""
    source, target = open_platform(old), open_platform(new)
    try:
        _rows_over(source, target)
        taking = replace(target.evidence, in_transaction=None)  # cases and visits came over as they stood
        counted = pull_feed(taking, _OwnFeed(source), source.origin)
        size, cosigned, _ = log_progress(source.transactions, source.witnesses)
        return Anew(counted["taken"] + counted["known"], counted["refused"], size - cosigned)
    finally:
        source.close()
        target.close()


class _OwnFeed:
    """The old log's feed, read in this process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def read(self, after: str | None = None, etag: str | None = None) -> FarmBundlePage:
        platform = self._platform
        page = serve_feed(platform.transactions, platform.lot_key, platform.witnesses, after or "", _PAGE)
        items = tuple(
            FeedItem(one.jws, one.log, one.index, one.leaf, tuple(one.proof), one.under, one.secret)
            for one in page.items
        )
        return FarmBundlePage(
            page.next,
            items,
            checkpoint=page.checkpoint,
            checkpoints=page.checkpoints,
            etag=page.etag,
            unchanged=etag == page.etag,
        )


def _rows_over(source: Platform, target: Platform) -> None:
    with source.transactions.look("anew") as old, target.transactions.begin("anew") as new:
        for table in dump_tables(old.connection, APART):
            add_rows(new.connection, table.name, table.columns, table.rows)


def registrations(platform: Platform) -> Iterator[Mapping[str, Any]]:
    """The applications of the keys in force, as they were signed: to be registered in another log."""
    living = {entry.kid for entry in keys_in_force(platform.transactions)}
    for entry in key_statements(platform.transactions, 0, None):
        data = parse_statement(entry.jws).claims.data
        if data.get("kid") in living and "proof" in data:
            living.discard(str(data["kid"]))
            yield data
