"""Parts of a print run, made when they are asked for, each the same bytes whenever that is.

Every part asks the gate again: a recall that comes while a roll is being printed stops the next part.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from trace.codes.hidden import hidden_code
from trace.codes.intervals import Interval
from trace.codes.serials import KeyRing
from trace.errors import AlreadyRecorded, CodeWouldNotResolve, PartsDiffer
from trace.errors.printing import PartUnknown, RunReported
from trace.exchange.growing_zip import Sink, entry_named
from trace.labels.manifest import PartMade
from trace.labels.print_run import make_part
from trace.parties import Actor
from trace.store.printing.print_runs import RunRow, list_parts_made, list_reports, put_part
from trace.store.transaction import Transactions
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.printing.print_manifest import manifest_of
from trace.usecases.printing.print_runs import codes_of, refuse_withdrawn, restored, run_of
from trace.usecases.printing.printable_pack import OF_ITEMS, open_pack


@dataclass(frozen=True, slots=True)
class Press:
    """The maker of a run's parts for one caller: the database, the keys of the serials, who asks."""

    transactions: Transactions
    ring: KeyRing
    actor: Actor

    def part(self, run: str, number: int) -> tuple[PartMade, bytes]:
        """Part `number` (from 0) of a run, and what the manifest says of it.

        Raises `RunUnknown` (also for anybody but the holder), `PartUnknown`, what `open_pack` raises,
        `CodesNotPrintable`, `RunReported` once its labels were told of, `SymbolUnreadable`,
        `CodeWouldNotResolve` for a code that leads elsewhere, and `PartsDiffer` should a file ever come out
        otherwise than the first time.
        """
        with self.transactions.look("print") as tx:
            row = run_of(tx.connection, run, self.actor, own=True)
            if not 0 <= number < row.parts:
                raise PartUnknown(run=run, part=number, parts=row.parts)
            if list_reports(tx.connection, run):
                raise RunReported(run=run)
            open_pack(tx.connection, row.lot, OF_ITEMS, row.holder)
            refuse_withdrawn(codes_of(tx.connection, row.lot), Interval(row.first, row.count))
        part, content = self._made(row, number)
        self._remember(row, number, part)
        return part, content

    def archive(self, run: str) -> Iterator[bytes]:
        """A ZIP of every part and the manifest, streamed, one part held at a time; always the same bytes.

        The first part is made before this returns, so that a closed gate is a refusal and no broken file.
        Raises as `part`; a gate that closes later ends the stream without a directory, which no reader opens.
        """
        first = self.part(run, 0)
        with self.transactions.look("print") as tx:
            row = run_of(tx.connection, run, self.actor, own=True)
        return self._streamed(row, first)

    def _streamed(self, row: RunRow, first: tuple[PartMade, bytes]) -> Iterator[bytes]:
        sink = Sink()
        with zipfile.ZipFile(sink, "w") as archive:
            for number in range(row.parts):
                part, content = first if number == 0 else self.part(row.id, number)
                packed = part.name.endswith((".zip", ".pdf"))
                archive.writestr(entry_named(part.name, packed=packed), content)
                yield sink.taken()
            payload, signed = manifest_of(self.transactions, row.id, self.actor)
            archive.writestr(entry_named("manifest.json"), payload)
            if signed is not None:
                archive.writestr(entry_named("manifest.jws"), signed)
        yield sink.taken()

    def _made(self, row: RunRow, number: int) -> tuple[PartMade, bytes]:
        run, family = restored(row.described)
        serials = partial(self._tried, row)
        hidden = partial(hidden_code, self.ring, row.scope)
        return make_part(run, family, serials, number, hidden=hidden)

    def _tried(self, row: RunRow, first: int, count: int) -> Iterator[str]:
        """The serials from `first`, each looked up as the resolver will when somebody scans it."""
        issued = IssuedCodes(self.transactions, self.ring)
        for serial in self.ring.key(row.epoch, row.scope).serials(first, count):
            if issued.lot_of(row.scope, serial) != row.lot:
                raise CodeWouldNotResolve(lot=row.lot, code=serial)
            yield serial

    def _remember(self, row: RunRow, number: int, part: PartMade) -> None:
        """Note that the part was given away; raises `PartsDiffer` when it is not what was given before."""
        try:
            if self._before(row, number) is None:
                with self.transactions.begin(self.actor.subject, sequencing=True) as tx:
                    run_of(tx.connection, row.id, self.actor, own=True)  # it may have been withdrawn
                    put_part(tx.connection, row.id, number, part, tx.now)
        except AlreadyRecorded:  # another request made it in the same moment
            pass
        if self._before(row, number) != part:
            raise PartsDiffer(names=[part.name])

    def _before(self, row: RunRow, number: int) -> PartMade | None:
        with self.transactions.look("print") as tx:
            return list_parts_made(tx.connection, row.id).get(number)
