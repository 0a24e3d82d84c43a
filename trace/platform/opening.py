"""One open platform: what is open of one data folder, and its life. Every edge holds one.

Use cases are functions that are called with it, or with its parts. While no witness has confirmed what it
last saw (fork guard), it reads but takes no records: a restored backup must not begin a second history.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trace.errors import FolderUnfit, NotReady, Refusal, WitnessUnavailable
from trace.exchange.witness_client import Cosigner, HttpCosigner
from trace.ledger.bundle import TrustPolicy
from trace.ledger.key_sealing import MasterKey
from trace.ledger.note import NoteSigner
from trace.platform.folder import PlatformFolder, load_folder
from trace.platform.master_key import read_master_key
from trace.platform.storage_faults import has_room
from trace.rules import Rules, load
from trace.store.log.entries import read_head
from trace.store.transaction import Transactions, Tx, open_database
from trace.usecases.casework.follow_log import follow_log
from trace.usecases.city.upload_to_city import plan_uploads
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.decide_round import Decided
from trace.usecases.intake.sequence import Sequencer, Settings, Written
from trace.usecases.log.ask_witnesses import AskedWitnesses
from trace.usecases.log.cosigned_size import CosignedSize
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.trust import load_trust, require_apart
from trace.usecases.proof.assemble_bundle import BundleSettings
from trace.usecases.visits.follow_log import follow_visits


@dataclass
class Platform:
    """One open platform (`open_platform`); `close` it when done."""

    folder: PlatformFolder
    public_url: str
    """Its address for everybody: in symbols and print runs, in links, on pages, and for the resolver."""
    transactions: Transactions
    rules: Rules
    trust: TrustPolicy
    log_key: NoteSigner
    lot_key: bytes
    cosigners: tuple[Cosigner, ...]
    acceptance: Acceptance
    sequencer: Sequencer
    codes: IssuedCodes
    guarded: bool = False
    master_key: MasterKey | None = None
    """What opens the keys that the service holds for others; None where it holds none."""
    cosigned: CosignedSize = field(default_factory=CosignedSize)
    asked: AskedWitnesses = field(default_factory=AskedWitnesses)
    nudge: Callable[[], None] = field(default=lambda: None)
    """Have a job looked for now, where a server of this process does jobs: something was handed in."""
    _bells: list[Callable[[], None]] = field(default_factory=list)
    _running: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def origin(self) -> str:
        return self.folder.origin

    @property
    def role(self) -> str:
        return self.folder.role

    @property
    def witnesses(self) -> frozenset[str]:
        """The names that cosignatures carry, of every witness of this log."""
        return frozenset(one.verifier.name for one in self.cosigners)

    @property
    def evidence(self) -> EvidenceIntake:
        """The intake of other platforms' statements, by this platform's own trust."""
        return EvidenceIntake(self.transactions, self.trust, in_transaction=follow_records)

    @property
    def bundle_settings(self) -> BundleSettings:
        """What a bundle needs to know beside the database."""
        return BundleSettings(self.lot_key, tuple(sorted(self.witnesses)), self.trust.texts[0])

    def close(self) -> None:
        """Finish what was submitted, then let go of the database."""
        if self._running:
            self.sequencer.stop()
        self.transactions.engine.dispose()

    def missing_part(self) -> str | None:
        """What keeps the platform from taking records: "database", "storage", "witnesses", or None."""
        try:
            with self.transactions.look("ready") as tx:
                read_head(tx.connection)
        except Refusal:
            return "database"
        if self.sequencer.full or not has_room(self.folder.path):
            return "storage"
        return None if self.guarded else "witnesses"

    def guard(self) -> bool:
        """Compare with what the witnesses saw; raises LogForked, False while none of them answers."""
        try:
            guard_fork(self.transactions, self.log_key.verifier, self.cosigners)
        except WitnessUnavailable:
            return False
        self.guarded = True
        return True

    def ensure_guarded(self) -> None:
        """Guard it where that is still to be done; raises NotReady while no witness answers, LogForked."""
        if not self.guarded:
            self.guard()
        self.require_guarded()

    def require_guarded(self) -> None:
        """Return once the guard has passed, and ask nobody; raises NotReady before."""
        if not self.guarded:
            raise NotReady(part="witnesses")

    def start(self) -> None:
        """Let `acceptance` take statements; raises NotReady before the guard has passed."""
        self.require_guarded()
        with self._lock:
            if not self._running:
                self.sequencer.start()
                self._running = True

    def on_append(self, bell: Callable[[], None]) -> None:
        """Ring `bell` after every commit that made the log grow."""
        self._bells.append(bell)


def follow_records(tx: Tx, decided: Sequence[Decided]) -> None:
    """What records do to cases and visits, wherever they come from."""
    follow_log(tx, decided)
    follow_visits(tx, decided)


def _ring(bells: Sequence[Callable[[], None]]) -> None:
    for bell in bells:
        bell()


def _write(written: Sequence[Written], tx: Tx, decided: Sequence[Decided]) -> None:
    """Cases and jobs that stand or fall with these records."""
    for each in written:
        each(tx, decided)


def open_platform(path: Path, public_url: str = "") -> Platform:
    """The platform in a data folder, known as `public_url` where one is given, else as the folder says.

    Raises FolderUnfit, PolicyAbsent, PolicyMalformed, LogNumberTaken.
    """
    folder = load_folder(path)
    rules = load(folder.profile)
    trust = load_trust(folder.policy_path)
    if trust is None:
        raise NotReady(part="policy")
    require_apart(trust, folder.origin)
    transactions = Transactions(open_database(folder.database_url), folder.read_clock(), rules, folder.origin)
    lot_key = folder.read_lot_key()
    bells: list[Callable[[], None]] = []
    settings = Settings(trust.registrars, folder.role)
    uploads = folder.neighbours.get("city") and folder.role == "food"
    written: tuple[Written, ...] = (follow_records, plan_uploads) if uploads else (follow_records,)
    sequencer = Sequencer(
        transactions,
        settings,
        in_transaction=lambda tx, decided: _write(written, tx, decided),
        after_commit=lambda _size: _ring(bells),
    )
    return Platform(
        folder=folder,
        public_url=(public_url or folder.public_url).rstrip("/"),
        transactions=transactions,
        rules=rules,
        trust=trust,
        log_key=folder.read_log_key(),
        lot_key=lot_key,
        master_key=read_master_key(folder.path),
        cosigners=tuple(_cosigners(folder, trust)),
        acceptance=Acceptance(transactions, sequencer, lot_key),
        sequencer=sequencer,
        codes=IssuedCodes(transactions, folder.read_key_ring()),
        _bells=bells,
    )


def _cosigners(folder: PlatformFolder, trust: TrustPolicy) -> list[Cosigner]:
    keys = {one.name: one.key for policy in trust.policies for one in policy.witnesses}
    for one in folder.witnesses:
        if one.name not in keys:
            raise FolderUnfit(part=one.name, reason="not-in-policy")
    return [HttpCosigner(one.url, keys[one.name]) for one in folder.witnesses]
