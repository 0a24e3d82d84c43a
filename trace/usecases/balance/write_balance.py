"""A kept balance as a workbook: a sheet a level, all lines, and one that says what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.usecases.balance.shown import Line, ShownBalance, what_of
from trace.usecases.ledgers.write_ledger import Words

_BATCH = ("in", "rework", "loss", "unaccounted")
_YEAR = ("approved", "before", "packed", "coded", "left")
_RUN = ("opening", "credited", "debited", "closing", "least", "leastConfirmed")
_PAIR = ("sent", "received", "unanswered", "claimed", "difference")


def write_balance(shown: ShownBalance, target: IO[bytes], words: Words) -> None:
    """Write the sheets in the reader's words."""
    answer = shown.answer
    sheets = [
        _sheet(words, "excesses", ("state", "level", "what", "allowed", "stated", "excess", "unit", "percent",
                                   "why", "clears", "records"), _excesses(shown, words)),
        _sheet(words, "years", ("licence", "yearFrom", *_YEAR, "unit"), _lines(
            answer["licenceYears"], ("licence", "yearFrom"), _YEAR)),
        _sheet(words, "runs", ("licence", *_RUN, "unit"), _lines(answer["certified"], ("licence",), _RUN)),
        _sheet(words, "batches", ("lot", "product", "process", *_BATCH, "unit", "out", "yield", "record"), (
            (*_texts(one, ("lot", "product", "process")), *_amounts(one, _BATCH), _unit(one, _BATCH),
             "；".join(f"{words('balance.out.' + kind)} {out['value']}" for kind, out in one["out"].items()),
             one["yield"], one["record"]) for one in answer["batches"])),
        _sheet(words, "plots", ("plots", "crop", "harvested", "area"), (
            ("、".join(one["plots"]), one["crop"], *_amounts(one, ("harvested", "area")))
            for one in answer["plots"])),
        _sheet(words, "pairs", ("seller", "buyer", "product", *_PAIR, "unit"), _lines(
            answer["pairs"], ("seller", "buyer", "product"), _PAIR)),
        _sheet(words, "about", ("name", "value"), _about(shown, words)),
    ]  # fmt: skip
    write_sheets(target, sheets)


def _sheet(words: Words, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
    headings = [Heading(words(f"work.balance.column.{column}"), 18) for column in columns]
    return Sheet(words(f"work.balance.sheet.{name}"), headings, rows)


def _excesses(shown: ShownBalance, words: Words) -> Iterator[Sequence[Cell]]:
    for one in shown.excesses:
        yield (
            words(f"balance.state.{one['state']}"),
            words(f"balance.level.{one['level']}"),
            what_of(one),
            *_amounts(one, ("allowed", "stated", "excess")),
            one["excess"]["unit"],
            one["percent"],
            words(f"balance.why.{one['why']}") if "why" in one else "",
            words(f"balance.clears.{one['clears']}"),
            " ".join(stmt for side in one["records"].values() for stmt in side)[:32_000],
        )


def _lines(lines: Iterable[Line], texts: Sequence[str], amounts: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for one in lines:
        yield (*_texts(one, texts), *_amounts(one, amounts), _unit(one, amounts))


def _texts(one: Line, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(one.get(name, "")) for name in names)


def _amounts(one: Line, names: Sequence[str]) -> tuple[Decimal | None, ...]:
    written: list[Any] = [one.get(name) for name in names]
    return tuple(None if each is None else Decimal(each["value"]) for each in written)


def _unit(one: Line, names: Sequence[str]) -> str:
    return next((str(one[name]["unit"]) for name in names if one.get(name)), "")


def _about(shown: ShownBalance, words: Words) -> Iterator[Sequence[Cell]]:
    document = shown.document
    yield words("work.balance.about.hash"), shown.hash
    yield words("work.balance.about.log"), document["log"]
    yield words("work.balance.about.arrival"), document["arrival"]
    yield words("work.balance.about.asOf"), document["asOf"]
    yield words("work.balance.about.rules"), document["rules"]
    for rule in document["rulesAsked"]:
        told = f"{rule['name']}: {' – '.join(rule['value'])} {rule['unit']} ({rule['confidence']})"
        yield rule["id"], f"{told} {rule['source']}"
    for why, count in shown.unjudged.items():
        yield words("work.balance.unjudged." + why), count
    for name in document["assumptions"]:
        yield words("work.balance.assumed"), words(f"work.balance.assumption.{name}")
