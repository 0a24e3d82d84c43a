"""Documents of samples for a system: the sheet, each report of its sample, the signed summary of a month.

Only what the departments that the exchange names did: another department's samples have another system.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from trace.chain.facts.oversight import REPORT, SAMPLING
from trace.exchange import system_documents as documents
from trace.exchange.system_documents import Made
from trace.rules.systems import SystemExchange
from trace.store.casework.acts import sampled_lots
from trace.store.casework.asked import firm_names
from trace.store.casework.sampling import summaries_of
from trace.store.monthly.counted import departments_of_issuers
from trace.store.systems import sources
from trace.store.systems.sources import ActRow
from trace.store.transaction import Tx
from trace.usecases.supervision.sign_summary import DOCUMENT


def samples_stated(tx: Tx, made_here: Mapping[str, SystemExchange], arrival: int) -> Iterator[Made]:
    """What follows from records that arrived since."""
    if documents.SAMPLE in made_here:
        yield from _sheets(tx, made_here[documents.SAMPLE].departments, arrival)
    if documents.TEST_REPORT in made_here:
        yield from _reports(tx, made_here[documents.TEST_REPORT].departments, arrival)
    if documents.TEST_SUMMARY in made_here:
        yield from _summaries(tx, made_here[documents.TEST_SUMMARY].departments, arrival)


def _sheets(tx: Tx, departments: Collection[str], arrival: int) -> Iterator[Made]:
    acts = _of(tx, departments, sources.acts_since(tx.connection, SAMPLING.typ, arrival))
    names, makers = firm_names(tx.connection, [one.iss for one in acts]), _makers(tx, acts)
    for act in acts:
        authority = names.get(act.iss) or documents.code_of(act.iss)
        party = makers[act.stmt]
        document = documents.sample(party, act.data, act.stmt, act.at, authority)
        yield Made(documents.SAMPLE, act.stmt, party, document, act.at)


def _reports(tx: Tx, departments: Collection[str], arrival: int) -> Iterator[Made]:
    """A report that is corrected keeps its number: the new one takes the old one's place."""
    reports = sources.sample_reports_since(tx.connection, arrival)
    sheets = sources.acts_named(tx.connection, SAMPLING.typ, {one.basis for one in reports})
    own = {one.stmt: one for one in _of(tx, departments, sheets)}
    makers = _makers(tx, list(own.values()))
    for one in reports:
        if (sheet := own.get(one.basis)) is None:
            continue
        number = str(sheet.data.get("sampleNo") or sheet.data.get("sheetNo"))
        party, about = makers[sheet.stmt], (one.number, one.conclusion, one.stmt)
        document = documents.test_report(party, (number, sheet.stmt), about, one.at)
        yield Made(documents.TEST_REPORT, f"{sheet.stmt}#{one.number}", party, document, sheet.at)


def _summaries(tx: Tx, departments: Collection[str], arrival: int) -> Iterator[Made]:
    acts = _of(tx, departments, sources.acts_since(tx.connection, REPORT.typ, arrival))
    acts = [one for one in acts if one.data.get("document") == DOCUMENT]
    names = firm_names(tx.connection, [one.iss for one in acts])
    for act in acts:
        month, digest = str(act.data.get("month", "")), act.data.get("sha256")
        frozen = [one for one in summaries_of(tx.connection, act.iss, month) if one.digest == digest]
        for row in frozen[-1:]:
            authority = names.get(act.iss) or documents.code_of(act.iss)
            document = documents.test_summary(row.document, row.revision, row.digest, authority, act.stmt)
            yield Made(documents.TEST_SUMMARY, f"{act.iss}:{month}", "", document, act.at)


def _of(tx: Tx, departments: Collection[str], acts: list[ActRow]) -> list[ActRow]:
    if not departments:
        return acts
    by = departments_of_issuers(tx.connection, {one.iss for one in acts})
    return [one for one in acts if by.get(one.iss) in departments]


def _makers(tx: Tx, acts: list[ActRow]) -> dict[str, str]:
    """Sampling -> whose goods it is of: the party that it names, else the maker of its first lot."""
    known = sampled_lots(tx.connection, {lot for one in acts for lot in _lots(one.data)})
    return {
        one.stmt: str(one.data.get("party") or "")
        or next((known[lot].maker for lot in _lots(one.data) if lot in known), "")
        for one in acts
    }


def _lots(data: Mapping[str, Any]) -> list[str]:
    return [str(lot) for lot in data.get("lots") or ()]
