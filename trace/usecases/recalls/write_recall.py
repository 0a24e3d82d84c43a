"""A firm's recall as a file for spreadsheets: the whole scope, figures, limits, and the papers as signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.usecases.lots.recall_scope import Scope, reach_of
from trace.usecases.recalls.own_recalls import (
    ANSWERED,
    OwnRecall,
    consignee_of,
    open_own_recall,
    quantity_of,
    with_name,
)
from trace.usecases.recalls.recall_texts import Words


def write_recall(
    transactions: Transactions, actor: Actor, statement: str, target: IO[bytes], words: Words
) -> None:
    """Write a recall of the caller's firm; raises `OrderUnknown`."""
    with transactions.look(actor.subject) as tx:
        seen = open_own_recall(tx, actor, statement)
        scope = Scope(tx.connection, reach_of(tx.connection, *(one.id for one in seen.names)), seen.order.iss)
        sheets = (
            Sheet(_said(words, "scope"), _scope_headings(words), _lines(seen, scope, words)),
            Sheet(_said(words, "figures"), _headings(words, "what", "amount", "unit"), _figures(seen, words)),
            Sheet(
                _said(words, "clocks"),
                _headings(words, "step", "state", "since", "ends", "done", "clause"),
                _clocks(seen, words),
            ),
            Sheet(
                _said(words, "materials"),
                _headings(words, "step", "at", "text", "record"),
                _papers(seen, words),
            ),
        )
        write_sheets(target, sheets)


def _said(words: Words, name: str) -> str:
    return words(f"work.recalls.file.{name}")


def _headings(words: Words, *names: str) -> list[Heading]:
    return [Heading(_said(words, one), 60 if one == "text" else 20) for one in names]


def _scope_headings(words: Words) -> list[Heading]:
    named = ("column", "word", "from", "to", "receiver", "name", "address", "contact")
    rest = ("sent", "least", "most", "unit", "notice", "reply")
    answered = [Heading(words(f"work.recalls.reply.{one}"), 12) for one in ANSWERED]
    return [*_headings(words, *named, *rest), *answered]


def _lines(seen: OwnRecall, scope: Scope, words: Words) -> Iterator[Sequence[Cell]]:
    for bare in scope.lines():
        line = with_name(bare, seen.scope.names)
        one = consignee_of(line, seen.told, seen.replies)
        amounts = [quantity_of(line.get(name)) for name in ("sent", "least", "most")]
        unit = next((each.unit for each in amounts if each is not None), None)
        reply = one.reply.data if one.reply is not None else {}
        answered = [quantity_of(reply.get(name)) for name in ANSWERED]
        yield (
            words(f"scope.{line['column']}"),
            words(f"work.recalls.scope.{line['word']}"),
            *(_cell(line.get(name)) for name in ("from", "to", "receiver", "name", "address", "contact")),
            *(each.to(unit).value if each is not None and unit is not None else None for each in amounts),
            unit,
            one.notice.row.occurred_at if one.notice is not None else None,
            one.reply.row.occurred_at if one.reply is not None else None,
            *(str(each) if each is not None else None for each in answered),
        )


def _figures(seen: OwnRecall, words: Words) -> Iterator[Sequence[Cell]]:
    for what, amount in seen.scope.figures:
        yield words(f"work.recalls.figures.{what}"), amount.value, amount.unit


def _clocks(seen: OwnRecall, words: Words) -> Iterator[Sequence[Cell]]:
    for one in seen.clocks:
        name, state = (
            words(f"work.recalls.clocks.{one.step}"),
            words(f"work.recalls.clocks.state.{one.state}"),
        )
        yield (
            name,
            state,
            one.since,
            one.last_day if one.counting != "clock" else one.ends,
            one.done,
            one.clause,
        )


def _papers(seen: OwnRecall, words: Words) -> Iterator[Sequence[Cell]]:
    for said in seen.said:
        step = said.row.typ.rpartition(".")[2]
        if step == "reply":
            continue
        text = (
            said.data.get("text")
            or said.data.get("measures")
            or said.data.get("reason")
            or said.data.get("note")
        )
        yield words(f"work.recalls.write.{step}"), said.row.occurred_at, _cell(text), said.row.statement


def _cell(value: Any) -> Cell:
    return value if isinstance(value, str) else None
