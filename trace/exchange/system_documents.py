"""Documents for systems of others, made of what is on record; each has the members of its type and no other.

Natural persons are in none of them: who has no 统一社会信用代码 has no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson

from trace.calendar.shanghai import day_in_shanghai
from trace.exchange.system_port import digest_of
from trace.exchange.upload_job import UploadJob

REGISTRATION: Final = "registration"
LICENCE: Final = "licence"
MARK_LICENCE: Final = "mark_licence"
CHECK: Final = "check"
PENALTY: Final = "penalty"
PENALTY_WITHDRAWAL: Final = "penalty_withdrawal"
BAD_FAITH: Final = "bad_faith"
COMMITMENT: Final = "commitment"
WITHDRAWAL: Final = "withdrawal"
FAILED_SAMPLE: Final = "failed_sample"
SAMPLE: Final = "sample"
TEST_REPORT: Final = "test_report"
TEST_SUMMARY: Final = "test_summary"
CATALOGUE: Final = "catalogue"
BATCH: Final = "batch"
MATTER: Final = "matter"
MATTER_REPLY: Final = "matter_reply"
ROWS_AT_ONCE: Final = 1000
"""Rows of one part of a batch: about 300 KB."""
_COMPANY: Final = "urn:uscc:"
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Made:
    """A document with what it was made of and since when its limit runs."""

    type: str
    source: str
    party: str
    document: Mapping[str, Any]
    since: datetime


def as_job(system: str, made: Made, due: datetime, now: datetime) -> UploadJob:
    """The job that takes a document there: the same document is the same job."""
    text = orjson.dumps(made.document).decode()
    name = f"{system}:{made.type}:{made.source}:{digest_of(text)[:_DIGITS]}"
    return UploadJob(name, system, made.source, text, now, due, now)


def code_of(urn: str) -> str:
    """The 统一社会信用代码 of a party; "" for a natural person."""
    return urn[len(_COMPANY) :] if urn.startswith(_COMPANY) else ""


def registration(party: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Of a party record."""
    return _filled(code=code_of(party), name=data.get("name"), district=data.get("region"))


def licence(holder: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Of a licence as it stands."""
    return _filled(
        code=code_of(holder),
        number=data.get("number"),
        kind=data.get("kind"),
        products=list(data.get("productNames") or ()) or None,
        validFrom=data.get("validFrom"),
        validTo=data.get("validTo"),
        status=data.get("status"),
    )


def penalty(act: Mapping[str, Any], record: str, at: datetime, authority: str) -> dict[str, Any]:
    """Of a decision on a penalty, as it stands after corrections."""
    return _filled(
        code=code_of(str(act.get("party", ""))),
        documentNo=act.get("documentNo"),
        kinds=list(act.get("kinds") or ()),
        basis=list(act.get("basis") or ()),
        amount=act.get("amount"),
        decidedOn=day_in_shanghai(at).isoformat(),
        authority=authority,
        record=record,
    )


def check(
    party: str, visit: tuple[str, str, str], results: Iterable[tuple[str, str, str, str]], published: datetime
) -> dict[str, Any]:
    """Of a visit (number, kind, day) and the result of each department."""
    number, kind, day = visit
    names = ("department", "authority", "result", "record")
    return _filled(
        code=code_of(party),
        visit=number,
        kind=kind,
        day=day,
        results=[dict(zip(names, one, strict=True)) for one in results],
        publishedOn=day_in_shanghai(published).isoformat(),
    )


def failed_sample(
    party: str, case: tuple[str, str, str, str], found: datetime, published: datetime
) -> dict[str, Any]:
    """Of a case (number, report's number, items, report) that was released for publication."""
    number, report_no, items, report = case
    return _filled(
        code=code_of(party),
        case=number,
        reportNo=report_no,
        items=items,
        foundOn=day_in_shanghai(found).isoformat(),
        publishedOn=day_in_shanghai(published).isoformat(),
        report=report,
    )


def sample(party: str, sheet: Mapping[str, Any], record: str, at: datetime, authority: str) -> dict[str, Any]:
    """Of a sampling sheet as it was signed; who took the sample is no part of it."""
    return _filled(
        code=code_of(party), sampleNo=sheet.get("sampleNo") or sheet.get("sheetNo"),
        sheetNo=sheet.get("sheetNo"), place=sheet.get("place"), medication=sheet.get("medication"),
        items=list(sheet.get("items") or ()), photos=list(sheet.get("photos") or ()) or None,
        takenOn=day_in_shanghai(at).isoformat(), authority=authority, record=record,
    )  # fmt: skip


def test_report(
    party: str, sample_: tuple[str, str], report: tuple[str, str, str], at: datetime
) -> dict[str, Any]:
    """Of a test of a sample (number, record): the report's number, conclusion and record."""
    number, conclusion, record = report
    return _filled(
        code=code_of(party), sampleNo=sample_[0], sample=sample_[1], reportNo=number, conclusion=conclusion,
        reportedOn=day_in_shanghai(at).isoformat(), record=record,
    )  # fmt: skip


def test_summary(
    frozen: Mapping[str, Any], revision: int, digest: str, authority: str, record: str
) -> dict[str, Any]:
    """Of the frozen summary of a month: lengths of its lists, and each result with its records."""
    return _filled(
        month=frozen.get("month"), area=frozen.get("area"), authority=authority, revision=revision,
        sha256=digest, taken=len(frozen["taken"]), waiting=len(frozen["waiting"]),
        overdue=len(frozen["overdue"]), results=list(frozen["results"]), record=record,
    )  # fmt: skip


def withdrawal(document: str, record: str, why: str) -> dict[str, Any]:
    """That a document handed over earlier is no longer so."""
    return {"document": document, "record": record, "why": why}


def penalty_withdrawal(document: str, record: str, fallen: tuple[str, str, str, date]) -> dict[str, Any]:
    """That a penalty handed over earlier fell: how, by which decision, why, and on which day."""
    outcome, number, why, day = fallen
    return _filled(
        document=document, record=record, outcome=outcome, documentNo=number, why=why, day=day.isoformat()
    )


def bad_faith(firm: str, number: int, since: date, decision: str, act: Mapping[str, Any]) -> dict[str, Any]:
    """An act of the list of serious bad faith, the n-th of its firm."""
    return _filled(
        code=code_of(firm), act=act.get("act"), number=number, kinds=list(act.get("kinds") or ()),
        penalty=act.get("penalty"), since=since.isoformat(), decision=decision,
    )  # fmt: skip


def commitment(party: str, data: Mapping[str, Any], record: str, at: datetime) -> dict[str, Any]:
    """What a farm commits to in a year; its plots and what grows there are no part of it."""
    return _filled(
        code=code_of(party), year=data.get("year"), activities=list(data.get("activities") or ()),
        promises=list(data.get("promises") or ()), signedOn=day_in_shanghai(at).isoformat(), record=record,
    )  # fmt: skip


def reply(number: str, state: str, department: str, day: date, words: str) -> dict[str, Any]:
    """What became of a matter that was taken in."""
    return _filled(
        matter=number, state=state, department=department, day=day.isoformat(), words=words or None
    )


def batches(dataset: str, as_of: date, rows: Sequence[Mapping[str, Any]], since: datetime) -> Iterator[Made]:
    """The rows of a data set in parts; one empty part where it has none."""
    parts = max(1, -(-len(rows) // ROWS_AT_ONCE))
    for part in range(parts):
        shown = list(rows[part * ROWS_AT_ONCE : (part + 1) * ROWS_AT_ONCE])
        document = {
            "dataset": dataset,
            "asOf": as_of.isoformat(),
            "part": part + 1,
            "parts": parts,
            "rows": shown,
        }
        yield Made(BATCH, f"{dataset}:{as_of.isoformat()}:{part + 1}", "", document, since)


def catalogue(
    as_of: date, sizes: Mapping[str, int], members: Mapping[str, Sequence[str]], since: datetime
) -> Made:
    """What data sets there are: their members and how many rows each has."""
    listed = [{"dataset": name, "members": list(members[name]), "rows": size} for name, size in sizes.items()]
    document = {"asOf": as_of.isoformat(), "datasets": listed}
    return Made(CATALOGUE, f"catalogue:{as_of.isoformat()}", "", document, since)


def last_month(today: date) -> tuple[date, date]:
    """The first and last day of the month that is over."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _filled(**members: Any) -> dict[str, Any]:
    """Without what is not known: a member is left out and never empty."""
    return {name: value for name, value in members.items() if value is not None and value != ""}
