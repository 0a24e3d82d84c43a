"""How a platform stands: its log, its jobs, what waits to be sent, what will end. For operators alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.exchange.upload_job import ACCEPTED, REJECTED
from trace.store.accounts.tokens import TokenHolder
from trace.store.city.uploads import count_states
from trace.store.jobs import JobStanding, list_recurring
from trace.store.log.cursors import list_pulls
from trace.store.lots.details import has_packs
from trace.store.messages.deliveries import DeadLetter, OutboxStanding, list_dead, outbox_standing
from trace.store.systems.outbox import count_trouble
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.tokens import EndingToken, blind_tokens, ending_tokens
from trace.usecases.batch_page.page import Freshness
from trace.usecases.batch_page.recall_status import CLEAR, freshness_of
from trace.usecases.city.upload_to_city import TARGET
from trace.usecases.log.read_log import log_progress

BEHIND: Final = timedelta(minutes=15)
"""How long checkpoints, jobs and notices may lag before they are named."""
COSIGNATURES, JOBS, NOTICES, UPLOADS, TOKENS = "cosignatures", "jobs", "notices", "uploads", "tokens"
SNAPSHOT, SYSTEMS = "snapshot", "systems"


_WAITED_FOR_NONE: Final = Freshness(CLEAR)


@dataclass(frozen=True, slots=True)
class Standing:
    """`size`: entries; `cosigned`: under every witness, `cosigned_ago` seconds ago; `uploads`: by state."""

    now: datetime
    size: int
    cosigned: int
    cosigned_ago: float | None
    jobs: tuple[JobStanding, ...]
    outbox: OutboxStanding
    dead: tuple[DeadLetter, ...]
    uploads: dict[str, int]
    pulls: tuple[tuple[str, datetime], ...]
    ending: tuple[EndingToken, ...]
    blind: tuple[TokenHolder, ...] = ()
    """Tokens of authorities that name no area, from before they had one: they open nothing."""
    recalls: Freshness = _WAITED_FOR_NONE
    """The list of recalls that the market bureau signed last; as good as fresh where nothing is packed."""

    documents: tuple[int, int] = (0, 0)
    """For named systems: how many were refused there, and how many are past their day."""

    @property
    def lagging(self) -> tuple[str, ...]:
        """What somebody should look at; records are taken all the same."""
        unsigned = self.size > self.cosigned and (
            self.cosigned_ago is None or self.cosigned_ago > BEHIND.total_seconds()
        )
        waits = self.outbox.oldest is not None and self.now - self.outbox.oldest > BEHIND
        named = {
            COSIGNATURES: unsigned,
            JOBS: any(job.attempts for job in self.jobs),
            NOTICES: waits or self.outbox.dead > 0,
            UPLOADS: self.uploads.get("late", 0) > 0 or self.uploads.get("refused", 0) > 0,
            TOKENS: bool(self.ending or self.blind),
            SYSTEMS: any(self.documents),
            SNAPSHOT: self.recalls.state != CLEAR,
        }
        return tuple(name for name, is_so in named.items() if is_so)

    @property
    def recalls_ago(self) -> float | None:
        """Seconds since the list of recalls was last signed; None where it never was."""
        signed = self.recalls.as_of
        return None if signed is None else (self.now - datetime.fromisoformat(signed)).total_seconds()


def read_standing(transactions: Transactions, witnesses: Collection[str]) -> Standing:
    """As of now."""
    size, cosigned, ago = log_progress(transactions, witnesses)
    ending, blind = tuple(ending_tokens(transactions)), tuple(blind_tokens(transactions))
    with transactions.look("standing") as tx:
        return Standing(
            now=tx.now,
            size=size,
            cosigned=cosigned,
            cosigned_ago=ago,
            jobs=tuple(list_recurring(tx.connection)),
            outbox=outbox_standing(tx.connection),
            dead=tuple(list_dead(tx.connection)),
            uploads=_uploads(tx),
            pulls=tuple(list_pulls(tx.connection)),
            ending=ending,
            blind=blind,
            documents=count_trouble(tx.connection, tx.now),
            recalls=freshness_of(tx, -1) if has_packs(tx.connection) else _WAITED_FOR_NONE,
        )


def _uploads(tx: Tx) -> dict[str, int]:
    states, late = count_states(tx.connection, TARGET, tx.now)
    accepted, refused = states.pop(ACCEPTED, 0), states.pop(REJECTED, 0)
    return {"accepted": accepted, "refused": refused, "pending": sum(states.values()), "late": late}
