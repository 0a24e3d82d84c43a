"""Documents for a system made of what is on record since the last time: one a thing, anew where it changed.

A result goes out once somebody released it: a check that was published, a failed sample that a second person
released, a penalty that was signed. What changed is handed over again; a failure that was overturned is
withdrawn there too, and what had not gone yet never goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.chain.facts.oversight import PENALTY, REVOCATION
from trace.errors import Refusal
from trace.exchange import system_documents as documents
from trace.exchange.system_documents import Made, as_job
from trace.oversight.bad_faith import BAD_FAITH
from trace.oversight.casework.table import OVERTURNED
from trace.oversight.deadlines import deadline
from trace.rules.systems import OUT, NamedSystem, SystemExchange, document_members, unfit_members
from trace.store.casework.acts import revocations
from trace.store.casework.asked import firm_names
from trace.store.monthly.counted import departments_of_issuers
from trace.store.monthly.register_entries import entries_of_kind
from trace.store.systems import sources
from trace.store.systems.outbox import (
    OutgoingDocument,
    add_outgoing,
    last_about,
    put_contact,
    read_contact,
    supersede,
)
from trace.store.systems.sources import ActRow
from trace.store.transaction import Tx
from trace.usecases.systems.plan_samples import samples_stated

OWN_LIMIT: Final = "X03"
_FALLBACK: Final = timedelta(hours=72)
_DATASETS: Final = {documents.LICENCE: "licences", documents.PENALTY: "penalties"}


def plan_documents(tx: Tx, system: NamedSystem) -> None:
    """Write what the system is to have and has not been made yet."""
    made_here = system.made_in(tx.rules.jurisdictions, OUT)
    contact = read_contact(tx.connection, system.id)
    newest = sources.newest_arrival(tx.connection)
    if newest > contact.planned:
        for one in _stated(tx, system.id, made_here, contact.planned):
            _keep(tx, system.id, made_here.get(one.type), one)
        put_contact(tx.connection, replace(contact, planned=newest))
    for one in _released(tx, system.id, made_here):
        _keep(tx, system.id, made_here.get(one.type), one)


def due_of(tx: Tx, limit: Mapping[str, str], since: datetime) -> datetime:
    """When a document is due: by the rule that its exchange names, else by the operator's own."""
    named = dict(limit)
    rule = tx.rules.find(named.pop("rule", OWN_LIMIT), day_in_shanghai(since), **named)
    try:
        return deadline(rule, since).ends if rule is not None else since + _FALLBACK
    except Refusal:  # no calendar tells the days off
        return since + _FALLBACK


def _keep(tx: Tx, system: str, exchange: SystemExchange | None, made: Made) -> None:
    """The document in the outbox; what was made of the same thing before and has not gone is superseded."""
    if unfit_members(made.type, made.document):  # a natural person, or a record that lacks what is asked for
        return
    limit = exchange.limit if exchange is not None else {}
    job = as_job(system, made, due_of(tx, limit, made.since), tx.now)
    earlier = last_about(tx.connection, system, made.source)
    if any(one.job.id == job.id for one in earlier):
        return
    supersede(tx.connection, [one.job.id for one in earlier], tx.now)
    add_outgoing(tx.connection, [OutgoingDocument(job, made.type, made.party)])


def _stated(tx: Tx, system: str, made_here: Mapping[str, SystemExchange], arrival: int) -> Iterator[Made]:
    """What follows from records that arrived since."""
    if documents.REGISTRATION in made_here:
        yield from _registrations(tx, system, made_here[documents.REGISTRATION], arrival)
    if documents.LICENCE in made_here:
        yield from _licences(tx, made_here[documents.LICENCE], arrival)
    if documents.PENALTY in made_here:
        yield from _penalties(tx, made_here[documents.PENALTY], arrival)
    if documents.PENALTY_WITHDRAWAL in made_here:
        yield from _withdrawn_penalties(tx, system, arrival)
    yield from samples_stated(tx, made_here, arrival)
    if documents.COMMITMENT in made_here:
        for one in sources.commitments_since(tx.connection, arrival):
            document = documents.commitment(one.iss, one.data, one.stmt, one.at)
            yield Made(documents.COMMITMENT, one.stmt, one.iss, document, one.at)


def _released(tx: Tx, system: str, made_here: Mapping[str, SystemExchange]) -> Iterator[Made]:
    """What people released since, and the month that is over."""
    if documents.CHECK in made_here:
        wanted = frozenset(made_here[documents.CHECK].departments)
        for visit in sources.visits_published(tx.connection, system, documents.CHECK):
            if wanted and wanted.isdisjoint(department for department, *_ in visit.results):
                continue
            about = (visit.number, visit.kind, visit.day)
            document = documents.check(visit.party, about, visit.results, visit.published_at)
            yield Made(documents.CHECK, visit.number, visit.party, document, visit.published_at)
    if documents.BAD_FAITH in made_here:
        for entry in entries_of_kind(tx.connection, BAD_FAITH):
            document = documents.bad_faith(entry.firm, entry.seq, entry.since, entry.evidence, entry.content)
            yield Made(documents.BAD_FAITH, f"{entry.firm}#{entry.seq}", entry.firm, document, entry.at)
    if documents.FAILED_SAMPLE in made_here:
        yield from _failed_samples(tx, system)
    if documents.CATALOGUE in made_here and documents.BATCH in made_here:
        yield from _month(tx, system, made_here[documents.BATCH])


def _registrations(tx: Tx, system: str, exchange: SystemExchange, arrival: int) -> Iterator[Made]:
    licences = sources.licences_since(tx.connection, arrival)
    holders = {one.holder for one in licences if one.holder and one.data.get("kind") in exchange.kinds}
    holders |= {
        urn
        for urn in sources.parties_renamed(tx.connection, arrival)
        if sources.is_planned(tx.connection, system, documents.REGISTRATION, urn)
    }
    for one in sources.parties_of(tx.connection, holders):
        document = documents.registration(one.urn, one.data)
        yield Made(documents.REGISTRATION, one.urn, one.urn, document, tx.now)


def _licences(tx: Tx, exchange: SystemExchange, arrival: int) -> Iterator[Made]:
    for one in sources.licences_since(tx.connection, arrival):
        if one.data.get("kind") not in exchange.kinds:
            continue
        document = documents.licence(one.holder, one.data)
        yield Made(documents.LICENCE, one.urn, one.holder, document, tx.now)


def _penalties(tx: Tx, exchange: SystemExchange, arrival: int) -> Iterator[Made]:
    acts = sources.acts_since(tx.connection, PENALTY.typ, arrival)
    departments = departments_of_issuers(tx.connection, {one.iss for one in acts})
    for act, document in _told(tx, acts):
        by_others = exchange.departments and departments.get(act.iss) not in exchange.departments
        stays = exchange.never_only and set(document["kinds"]) <= set(exchange.never_only)
        if not by_others and not stays:
            yield Made(documents.PENALTY, act.stmt, str(act.data.get("party", "")), document, act.at)


def _withdrawn_penalties(tx: Tx, system: str, arrival: int) -> Iterator[Made]:
    """What was handed over of a penalty that fell since is withdrawn; what had not gone yet never goes."""
    arrived = {one.stmt for one in sources.acts_since(tx.connection, REVOCATION.typ, arrival)}
    for penalty, fallen in revocations(tx.connection).items():
        if fallen.record not in arrived:
            continue
        earlier = last_about(tx.connection, system, penalty)
        if not any(one.job.attempts for one in earlier):
            supersede(tx.connection, [one.job.id for one in earlier], tx.now)
        elif earlier[-1].type != documents.PENALTY_WITHDRAWAL:
            told = (fallen.how, fallen.document_no, fallen.why, fallen.day)
            document = documents.penalty_withdrawal(earlier[-1].job.id, fallen.record, told)
            since = datetime.combine(fallen.day, time(), SHANGHAI_TIME)
            yield Made(documents.PENALTY_WITHDRAWAL, penalty, earlier[-1].party, document, since)


def _told(tx: Tx, acts: Sequence[ActRow]) -> Iterator[tuple[ActRow, dict[str, Any]]]:
    """Decisions on penalties as documents: the log corrects none, and says by a revocation that one fell."""
    names = firm_names(tx.connection, [one.iss for one in acts])
    for act in acts:
        authority = names.get(act.iss) or documents.code_of(act.iss)
        yield act, documents.penalty(act.data, act.stmt, act.at, authority)


def _failed_samples(tx: Tx, system: str) -> Iterator[Made]:
    for case in sources.cases_published(tx.connection, system, documents.FAILED_SAMPLE):
        about = (case.number, case.report_no, case.items, case.report)
        document = documents.failed_sample(case.party, about, case.result_at, case.published_at)
        yield Made(documents.FAILED_SAMPLE, case.number, case.party, document, case.published_at)
    for number, report in sources.cases_overturned(tx.connection, system, documents.FAILED_SAMPLE):
        earlier = last_about(tx.connection, system, number)
        if not any(one.job.attempts for one in earlier):
            supersede(tx.connection, [one.job.id for one in earlier], tx.now)
        elif earlier[-1].type != documents.WITHDRAWAL:
            document = documents.withdrawal(earlier[-1].job.id, report, OVERTURNED)
            yield Made(documents.WITHDRAWAL, number, "", document, tx.now)


def _month(tx: Tx, system: str, exchange: SystemExchange) -> Iterator[Made]:
    """The data sets of the month that is over, once: what is corrected later stands in the next."""
    first, last = documents.last_month(day_in_shanghai(tx.now))
    if sources.is_planned(tx.connection, system, documents.CATALOGUE, f"catalogue:{last.isoformat()}"):
        return
    since = datetime(last.year, last.month, last.day, 23, 59, tzinfo=SHANGHAI_TIME)
    held = [
        documents.licence(one.holder, one.data)
        for one in sources.licences_since(tx.connection, -1)
        if one.data.get("kind") in exchange.kinds
        and one.data.get("status") != "cancelled"
        and str(one.data.get("validFrom", "")) <= last.isoformat() <= str(one.data.get("validTo", ""))
    ]
    acts = sources.acts_since(tx.connection, PENALTY.typ, -1)
    fallen = revocations(tx.connection)
    within = [one for one in acts if first <= day_in_shanghai(one.at) <= last and one.stmt not in fallen]
    decided = [document for _, document in _told(tx, within)]
    rows = {documents.LICENCE: held, documents.PENALTY: decided}
    fit = {typ: [one for one in listed if not unfit_members(typ, one)] for typ, listed in rows.items()}
    sizes = {_DATASETS[typ]: len(listed) for typ, listed in fit.items()}
    members = {_DATASETS[typ]: list(document_members()[typ]) for typ in fit}
    yield documents.catalogue(last, sizes, members, since)
    for typ, listed in fit.items():
        yield from documents.batches(_DATASETS[typ], last, listed, since)
