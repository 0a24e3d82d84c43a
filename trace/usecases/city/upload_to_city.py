"""Uploads to the city platform: a job for every receipt and shipment, written with the record itself.

The job is made in the sequencer's transaction, so that no record can be without its job; it is sent
afterwards, tried again by itself, and once more at a click.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from trace.chain.facts.food import RECEIPT
from trace.chain.facts.goods import PACK, SHIPMENT
from trace.errors import NotReady
from trace.exchange.city import CityPlatform
from trace.exchange.city_document import incoming_document, outgoing_document
from trace.exchange.upload_job import ACCEPTED, REJECTED, UploadJob, new_job, resend_failed
from trace.ledger.statement import Statement, parse_statement
from trace.store.city.uploads import list_due_jobs, list_jobs, put_jobs
from trace.store.log.entries import find_entries
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.decide_round import Decided

TARGET: Final = "city"
DEADLINE: Final = "R01"
_UPLOADED: Final = frozenset({RECEIPT.typ, SHIPMENT.typ})


def plan_uploads(tx: Tx, decided: Sequence[Decided]) -> None:
    """Write the jobs of a batch, inside its transaction."""
    statements = [
        one.candidate.statement for one in decided if one.candidate.statement.claims.typ in _UPLOADED
    ]
    if not statements:
        return
    packs = _packs(tx, statements, decided)
    put_jobs(tx.connection, [_job(tx, statement, packs) for statement in statements])


def send_to_city(
    transactions: Transactions, neighbours: Mapping[str, str], *, again: bool = False
) -> dict[str, int]:
    """The same counts, of what was sent to the neighbour "city"; raises `NotReady` where none is named."""
    address = neighbours.get(TARGET)
    if not address:
        raise NotReady(part=TARGET)
    city = CityPlatform(address)
    try:
        return send_uploads(transactions, city, again=again)
    finally:
        city.close()


def send_uploads(transactions: Transactions, city: CityPlatform, *, again: bool = False) -> dict[str, int]:
    """Send what is due; `again`: everything that failed, at once. Returns the number of jobs by state."""
    with transactions.begin("uploads") as tx:
        jobs = list_jobs(tx.connection, TARGET)
        if again:
            put_jobs(tx.connection, resend_failed(jobs, tx.now))
        now = tx.now
        due = list_due_jobs(tx.connection, TARGET, now)
    # The city is asked outside any transaction: it may be slow, and a job sent twice is the same job.
    done = [city.work(job.aged(now), now) for job in due]
    with transactions.begin("uploads") as tx:
        put_jobs(tx.connection, done)
        jobs = list_jobs(tx.connection, TARGET)
    return _counts(jobs)


def _counts(jobs: Iterable[UploadJob]) -> dict[str, int]:
    listed = list(jobs)
    states = Counter(job.state for job in listed)
    return {
        "accepted": states[ACCEPTED],
        "refused": states[REJECTED],
        "pending": len(listed) - states[ACCEPTED] - states[REJECTED],
        "late": sum(job.overdue for job in listed),
    }


def _job(tx: Tx, statement: Statement, packs: Mapping[str, Mapping[str, Any]]) -> UploadJob:
    claims, data = statement.claims, statement.revealed_data()
    day = claims.occurred_at.date()
    limit = timedelta(hours=int(tx.rules.at(DEADLINE, day).number))
    name = f"{TARGET}:{statement.statement_id}"
    enterprise = claims.iss.rsplit(":", 1)[1]
    if claims.typ == RECEIPT.typ:
        document = incoming_document(name, enterprise, data)
    else:
        pack = packs.get(str(data.get("fromLot")), {})
        document = outgoing_document(name, enterprise, data, pack, _report_no(pack, data))
    return new_job(TARGET, statement.statement_id, document, claims.occurred_at, limit, tx.now)


def _report_no(pack: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """The certificate of conformity that goes with the goods: the release report named by either record."""
    label = pack.get("label")
    release = label.get("release", {}) if isinstance(label, Mapping) else {}
    found = data.get("releaseReport") or release.get("report")
    return str(found) if found else None


def _packs(
    tx: Tx, statements: Sequence[Statement], decided: Sequence[Decided]
) -> dict[str, Mapping[str, Any]]:
    """Pack lot → what its food.pack says, for the packs that these shipments were taken from."""
    named = {ref.stmt for one in statements for ref in one.claims.inputs}
    same = {one.candidate.statement.statement_id: one.candidate.statement for one in decided}
    stored = find_entries(tx.connection, named - same.keys())
    known = [same[name] for name in named & same.keys()]
    known += [parse_statement(entry.jws) for entry in stored.values()]
    return {one.claims.sub: one.claims.data for one in known if one.claims.typ == PACK.typ}
