"""One open platform: the use cases bound to one data folder. Both skins and the command line hold one.

It composes; it decides nothing. While no witness has confirmed what it last saw (fork guard), it reads but
takes no records: a restored backup must not begin a second history.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trace.errors import NotReady, Refusal, WitnessUnavailable
from trace.exchange.city import CityPlatform
from trace.exchange.farm import FileDrop, Notice, SignedFeed
from trace.exchange.witness_client import Cosigner, HttpCosigner
from trace.ledger.bundle import TrustPolicy, verify_bundle
from trace.ledger.note import NoteSigner
from trace.parties import VISITOR, Actor
from trace.platform.folder import PlatformFolder, load_folder
from trace.rules import Rules, load
from trace.store.log.entries import read_head
from trace.store.transaction import Transactions, open_database
from trace.usecases.batch_page.page import BatchPage
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.city.upload_to_city import plan_uploads, send_uploads
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.intake.accept_evidence import EvidenceIntake, Taken
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.erase_private import erase_private
from trace.usecases.intake.import_file_drop import take_drop
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.intake.receipt import Outcome
from trace.usecases.intake.sequence import Sequencer, Settings
from trace.usecases.log.cosigned_size import CosignedSize
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.publish_checkpoint import publish_checkpoint
from trace.usecases.log.read_log import log_progress
from trace.usecases.log.serve_feed import FeedPage, serve_feed
from trace.usecases.log.trust import limits_of, load_trust
from trace.usecases.lots.export_epcis import export_epcis
from trace.usecases.lots.find_lot import find_lot
from trace.usecases.lots.lineage_document import Members
from trace.usecases.lots.read_marks import read_marks
from trace.usecases.lots.trace_lineage import trace_lineage
from trace.usecases.printing.print_label import PrintedLabel, print_label
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle


@dataclass
class Platform:
    """One open platform (`open_platform`); `close` it when done."""

    folder: PlatformFolder
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
    cosigned: CosignedSize = field(default_factory=CosignedSize)
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
    def public_url(self) -> str:
        return self.folder.public_url

    @property
    def witnesses(self) -> frozenset[str]:
        """The names that cosignatures carry, of every witness of this log."""
        return frozenset(one.verifier.name for one in self.cosigners)

    def close(self) -> None:
        """Finish what was submitted, then let go of the database."""
        if self._running:
            self.sequencer.stop()
        self.transactions.engine.dispose()

    def missing_part(self) -> str | None:
        """The part that keeps the platform from taking records: "database", "witnesses", or None."""
        try:
            with self.transactions.look("ready") as tx:
                read_head(tx.connection)
        except Refusal:
            return "database"
        return None if self.guarded else "witnesses"

    # Records in ------------------------------------------------------------------------------------------

    def submit(self, sources: Sequence[bytes | str | Mapping[str, object]], *, mode: str) -> list[Outcome]:
        """Accept signed statements; `mode` is "all" or "each".

        Raises NotReady before the guard has passed.
        """
        if not self.guarded:
            raise NotReady(part="witnesses")
        self._start()
        return self.acceptance.accept(list(sources), each=mode == "each")

    def check_drafts(self, iss: str, drafts: Sequence[DraftRecord]) -> list[Outcome]:
        """Try drafts without storing anything."""
        return check_drafts(self.transactions, iss, drafts)

    def take_evidence(self, bundle: Mapping[str, object]) -> dict[str, Any]:
        """Carry another platform's statements over; raises what makes them unacceptable."""
        if not self.guarded:
            raise NotReady(part="witnesses")
        return Taken(tuple(self._evidence().take_bundle(bundle))).as_dict()

    def pull_feed(self, address: str, token: str) -> dict[str, int]:
        """Take over what is new on another platform's feed; the fork guard must have passed here too."""
        if not self.guarded and not self.guard():
            raise NotReady(part="witnesses")
        feed = SignedFeed(address, token=token)
        try:
            return pull_feed(self._evidence(), feed, address)
        finally:
            feed.close()

    def take_drop(self, place: Path, issuer: str | None = None) -> tuple[dict[str, int], list[Notice]]:
        """Take what was dropped at `place` (a file or folder); bare statements enter our log, `via` it."""
        if not self.guarded and not self.guard():
            raise NotReady(part="witnesses")
        self._start()
        via = f"file:{place.name}"
        return take_drop(
            self._evidence(),
            FileDrop(place, issuer),
            str(place.resolve()),
            lambda items: self.acceptance.accept([one.jws for one in items], each=True, via=via),
        )

    def _evidence(self) -> EvidenceIntake:
        return EvidenceIntake(self.transactions, self.trust)

    # The log ---------------------------------------------------------------------------------------------

    def guard(self) -> bool:
        """Compare with what the witnesses saw; raises LogForked, False while none of them answers."""
        try:
            guard_fork(self.transactions, self.log_key.verifier, self.cosigners)
        except WitnessUnavailable:
            return False
        self.guarded = True
        return True

    def on_append(self, bell: Callable[[], None]) -> None:
        """Ring `bell` after every commit that made the log grow."""
        self._bells.append(bell)

    def erase(self, stmt: str, members: Sequence[str]) -> list[str]:
        """Delete private values of a statement; raises UnknownStatement, NothingToErase."""
        return erase_private(self.transactions, stmt, members)

    def publish(self) -> tuple[Refusal, ...]:
        """Sign and have cosigned what is durable; returns what kept a witness from it, if anything.

        One process at a time: what another has just published is asked of nobody again.
        """
        if not self.guarded and not self.guard():
            return (NotReady(part="witnesses"),)
        with self.transactions.alone("publisher"):
            now = self.transactions.clock()
            published = publish_checkpoint(self.transactions, self.log_key, self.cosigners, now)
        if published is None:
            return ()
        if not published.pending:
            self.cosigned.tell(published.size)
        return published.problems

    def progress(self) -> tuple[int, int, float | None]:
        """Size of the log, how much of it both witnesses signed, and seconds since they last did."""
        return log_progress(self.transactions, self.witnesses)

    def feed(self, after: str, limit: int) -> FeedPage:
        return serve_feed(self.transactions, self.lot_key, self.witnesses, after, limit)

    def verify(self, bundle: Mapping[str, object]) -> dict[str, Any]:
        """The verdict on a bundle, by this platform's own policy folder."""
        now = self.transactions.clock()
        limits = limits_of(self.rules, now.date())
        return dict(verify_bundle(bundle, self.trust, None, now, limits).as_dict())

    def bundle(self, lot: str, view: str) -> dict[str, Any]:
        """trace-bundle/1 of a lot; raises UnknownLot, CheckpointPending."""
        settings = BundleSettings(self.lot_key, tuple(sorted(self.witnesses)), self.trust.texts[0])
        return assemble_bundle(self.transactions, lot, view, settings)

    def trace(self, lot: str, direction: str, actor: Actor | None, **assumed: Any) -> Members:
        """The members of the trace as the caller may see it; the first raises UnknownLot, LotOutOfSight."""
        return trace_lineage(self.transactions, lot, direction, actor or VISITOR, **assumed)

    def lot(self, lot: str, actor: Actor | None) -> dict[str, Any]:
        """What is known of a lot, as the caller may see it; raises UnknownLot."""
        return find_lot(self.transactions, lot, actor or VISITOR)

    def marks(self, lot: str, actor: Actor | None) -> dict[str, Any]:
        """Marks, closed gates and disputes on a lot and everything above it; raises UnknownLot."""
        return read_marks(self.transactions, lot, actor or VISITOR)

    def events(self, lot: str, actor: Actor | None) -> str:
        """The lot's records as an EPCIS 2.0 document; raises UnknownLot, LotOutOfSight."""
        return export_epcis(self.transactions, lot, actor or VISITOR)

    def batch(
        self,
        gtin: str | None,
        batch_no: str | None,
        platform_code: str | None = None,
        lot: str | None = None,
    ) -> BatchPage:
        """The page behind a batch code, or of an item's pack lot; raises BatchUnknown."""
        return show_batch(
            self.transactions,
            gtin=gtin,
            batch_no=batch_no,
            platform_code=platform_code,
            lot=lot,
            witnesses=sorted(self.witnesses),
        )

    def label(self, lot: str, form: str) -> PrintedLabel:
        """The pack's QR label as svg, png or pdf; raises UnknownLot, CodeNotActive."""
        return print_label(self.transactions, lot, form, self.public_url)

    def send_to_city(self, *, again: bool = False) -> dict[str, int]:
        """Send what is due to the city platform; raises NotReady where none is named."""
        address = self.folder.neighbours.get("city")
        if not address:
            raise NotReady(part="city")
        city = CityPlatform(address)
        try:
            return send_uploads(self.transactions, city, again=again)
        finally:
            city.close()

    def _start(self) -> None:
        with self._lock:
            if not self._running:
                self.sequencer.start()
                self._running = True


def _ring(bells: Sequence[Callable[[], None]]) -> None:
    for bell in bells:
        bell()


def open_platform(path: Path) -> Platform:
    """The platform in a data folder; raises FolderUnfit, PolicyAbsent, PolicyMalformed."""
    folder = load_folder(path)
    rules = load(folder.profile)
    trust = load_trust(folder.policy_path)
    if trust is None:
        raise NotReady(part="policy")
    transactions = Transactions(open_database(folder.database_url), folder.read_clock(), rules, folder.origin)
    lot_key = folder.read_lot_key()
    bells: list[Callable[[], None]] = []
    settings = Settings(trust.registrars, folder.role)
    uploads = plan_uploads if folder.neighbours.get("city") and folder.role == "food" else None
    sequencer = Sequencer(
        transactions, settings, in_transaction=uploads, after_commit=lambda _size: _ring(bells)
    )
    return Platform(
        folder=folder,
        transactions=transactions,
        rules=rules,
        trust=trust,
        log_key=folder.read_log_key(),
        lot_key=lot_key,
        cosigners=tuple(_cosigners(folder, trust)),
        acceptance=Acceptance(transactions, sequencer, lot_key),
        sequencer=sequencer,
        codes=IssuedCodes(transactions, folder.read_key_ring()),
        _bells=bells,
    )


def _cosigners(folder: PlatformFolder, trust: TrustPolicy) -> list[Cosigner]:
    keys = {one.name: one.key for policy in trust.policies for one in policy.witnesses}
    return [HttpCosigner(one.url, keys[one.name]) for one in folder.witnesses]


__all__ = ["VISITOR", "Outcome", "Platform", "Refusal", "open_platform"]
