"""Answers of inquiries as workbooks: every row of the document, and a sheet of what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any, Final

import orjson

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.oversight.casework.table import PROOFS
from trace.usecases.analyses.common_source import NAME as SOURCE
from trace.usecases.analyses.contribution import NAME as SHARE
from trace.usecases.balance.mass_balance import NAME as BALANCE
from trace.usecases.balance.mass_balance import OF_REGION
from trace.usecases.balance.shown import ShownBalance
from trace.usecases.balance.write_balance import write_balance
from trace.usecases.gaps.find_gaps import NAME as GAPS
from trace.usecases.gaps.find_gaps import GapsFound, kept_gaps
from trace.usecases.gaps.write_gaps import write_gaps
from trace.usecases.inquiries.runs import Opened
from trace.usecases.ledgers.write_ledger import Words
from trace.usecases.supervision.reconcile_ledger import NAME as LEDGER

_WIDE: Final = frozenset({"lot", "cases", "controls", "holder", "consignments", "name", "exclusive"})
Rows = Iterator[Sequence[Cell]]


def write_analysis(opened: Opened, target: IO[bytes], words: Words) -> None:
    """Write the answer of an opened run that has one, each number with what it is in the reader's words."""
    kept = opened.kept
    if kept is None:
        raise ValueError("no answer yet")
    document = orjson.loads(kept.document)
    name = document["question"]["name"]
    if name == BALANCE:
        write_balance(ShownBalance(kept), target, words)
    elif name == GAPS:
        write_gaps(GapsFound(kept, kept_gaps(kept), []), target, words)
    else:
        about = _sheet(words, "about", ("name", "value"), _about(document, opened, words))
        write_sheets(target, [*_SHEETS[name](document["answer"], opened.names, words), about])


def _source(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> list[Sheet]:
    figures = ("coverage", "specificity", "lift", "posterior")
    return [
        _sheet(words, "caveats", ("caveat", "value"), _read_with(answer, words)),
        _sheet(words, "classes", ("class", "standing", "lots", "holders", "cases", "controls", *figures, "p",
                                  "q", "exclusive"), _classes(answer, words)),
        _sheet(words, "lots", ("class", "lot", "product", "holder", "name", "available", "unit"),
               _class_lots(answer, names)),
        _sheet(words, "first", ("number", "lot", "product", "holder", "name", "bits", "positive", "available",
                                "unit"), _first(answer, names)),
    ]  # fmt: skip


def _read_with(answer: Mapping[str, Any], words: Words) -> Rows:
    for caveat in answer["caveats"]:
        yield (words(f"source.caveat.{caveat}"),)
    if answer["unknownSource"] is not None:
        yield words("office.analysis.unknown-source"), Decimal(answer["unknownSource"])


def _classes(answer: Mapping[str, Any], words: Words) -> Rows:
    for number, one in enumerate(answer["classes"], 1):
        yield (
            number, words(f"source.standing.{one['standing']}"), len(one["lots"]), one["holders"],
            len(one["cases"]), len(one["controls"]), *map(_number, _figures(one)), one["p"], one["q"],
            " ".join(one["exclusive"]),
        )  # fmt: skip


def _class_lots(answer: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    for number, one in enumerate(answer["classes"], 1):
        for lot in one["lots"]:
            yield number, lot["lot"], lot["productName"], *_holder(lot, names), *_quantity(lot["available"])


def _first(answer: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    for number, one in enumerate(answer["testFirst"], 1):
        yield (
            number, one["lot"], one["productName"], *_holder(one, names), Decimal(one["bitsAdded"]),
            Decimal(one["chancePositive"]), *_quantity(one["available"]),
        )  # fmt: skip


_UNMIXED: Final = ("unmixed-least", "unmixed-most")


def _share(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> list[Sheet]:
    lot = ("lot", "product", "holder", "name", "share-low", "share-high", "quantity", "unit", "least", "most")
    return [
        _sheet(words, "consignees",
               ("holder", "name", "sent", "unit", "least", "most", *_UNMIXED, "consignments"),
               _consignees(answer, names)),
        _sheet(words, "sources", lot, _shares(answer["sources"], names)),
        _sheet(words, "below", lot, _shares(answer["lots"], names)),
    ]  # fmt: skip


def _shares(lines: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Rows:
    for one in lines:
        share, part = one["share"], one["part"]
        bounds = share["low"], share["high"]
        yield (
            one["lot"], one["productName"], *_holder(one, names), *map(_number, bounds),
            *_quantity(one["quantity"]), *map(_number, (part["low"], part["high"])),
        )  # fmt: skip


def _consignees(answer: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    for one in answer["consignees"]:
        party, part = one["receiver"] or "", one["part"]
        unmixed = one.get("unmixed") or {"low": None, "high": None}
        bounds = part["low"], part["high"], unmixed["low"], unmixed["high"]
        yield (
            party, one["name"] or names.get(party, ""), *_quantity(one["sent"]), *map(_number, bounds),
            " ".join(one["consignments"]),
        )  # fmt: skip


def _region(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> list[Sheet]:
    columns = ("holder", "name", "state", "level", "allowed", "stated", "excess", "unit", "records")
    return [
        _sheet(words, "firms", ("holder", "name", "over", "doubt", "batches", "hash"), _firms(answer, names)),
        _sheet(words, "excesses", columns, _excesses(answer, names, words)),
    ]


def _firms(answer: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    for one in answer["firms"]:
        firm = one["firm"]
        yield firm, names.get(firm, ""), one["over"], one["doubt"], one["batches"], one["analysis"]


def _excesses(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> Rows:
    for one in answer["firms"]:
        for each in one["excesses"]:
            amounts = [Decimal(each[name]["value"]) for name in ("allowed", "stated", "excess")]
            records = " ".join(stmt for side in each["records"].values() for stmt in side)[:32_000]
            yield (
                one["firm"], names.get(one["firm"], ""), words(f"balance.state.{each['state']}"),
                words(f"balance.level.{each['level']}"), *amounts, each["excess"]["unit"], records,
            )  # fmt: skip


def _ledger(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> list[Sheet]:
    return [
        _sheet(words, "findings", ("case", "holder", "name", "finding", "missing"),
               _findings(answer, names, words)),
        Sheet(words("office.analysis.sheet.ledger"), [Heading(name, 20) for name in _flags(words)],
              _ledger_lines(answer, names, words)),
    ]  # fmt: skip


def _findings(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> Rows:
    for one in answer["findings"]:
        about = words(f"case.proof.{one['about']}") if one["about"] in PROOFS else one["about"]
        told = words(f"office.ledger.finding.{one['finding']}")
        yield one["case"], one["party"], names.get(one["party"], ""), told, about


def _flags(words: Words) -> Iterator[str]:
    yield from (words(f"office.analysis.column.{name}") for name in ("case", "holder", "name", "standing"))
    for proof in PROOFS:
        yield words(f"case.proof.{proof}")
        yield words("office.analysis.column.records")


def _ledger_lines(answer: Mapping[str, Any], names: Mapping[str, str], words: Words) -> Rows:
    """Each case with the day of each flag and what proves it."""
    for one in answer["cases"]:
        party = one["party"]
        row: list[Cell] = [one["case"], party, names.get(party, ""), words(f"case.state.{one['state']}")]
        for proof in PROOFS:
            flag = one["flags"].get(proof)
            at = datetime.fromisoformat(flag["at"]) if flag else None
            row += [at, " ".join(flag["evidence"]) if flag else ""]
        yield row


_SHEETS: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str], Words], list[Sheet]]]] = {
    SOURCE: _source,
    SHARE: _share,
    OF_REGION: _region,
    LEDGER: _ledger,
}


def _sheet(words: Words, name: str, columns: Sequence[str], rows: Rows) -> Sheet:
    headings = [
        Heading(words(f"office.analysis.column.{column}"), 36 if column in _WIDE else 16)
        for column in columns
    ]
    return Sheet(words(f"office.analysis.sheet.{name}"), headings, rows)


def _about(document: Mapping[str, Any], opened: Opened, words: Words) -> Rows:
    run, kept = opened.run, opened.kept
    yield words("office.analysis.about.question"), words(f"office.analysis.name.{run.name}")
    for name, value in document["question"].items():
        told = " ".join(value) if isinstance(value, list) else str(value)
        yield words(f"office.analysis.member.{name}"), told[:32_000]
    yield words("office.analysis.about.purpose"), run.purpose
    yield words("office.analysis.about.hash"), kept.hash if kept is not None else ""
    for name in ("log", "arrival", "asOf", "rules"):
        yield words(f"work.balance.about.{name}"), document[name]
    yield words("office.analysis.about.records"), len(document["records"])
    for name, value in document["assumptions"].items():
        yield words(f"office.analysis.assumption.{name}"), _assumed(value)


def _assumed(value: object) -> Cell:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)


def _figures(one: Mapping[str, Any]) -> tuple[str | None, ...]:
    return one["coverage"], one["specificity"], one["lift"], one["posterior"]


def _number(exact: str | None) -> Decimal | None:
    """A fraction in nine decimals: a spreadsheet has no fractions; the document has them exactly."""
    if exact is None:
        return None
    number = Fraction(exact)
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.000000001"))


def _holder(one: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str]:
    holder = one["holder"] or ""
    return holder, names.get(holder, "")


def _quantity(written: Mapping[str, str]) -> tuple[Decimal, str]:
    return Decimal(written["value"]), written["unit"]
