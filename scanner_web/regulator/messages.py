"""Risk messages and clues between the departments: what waits for us, what we wrote, what is untold."""

from __future__ import annotations

from calendar import monthrange
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.exchange import RESULTS, TYPES
from trace.errors import Refusal
from trace.oversight.exchange import exchanged
from trace.platform.opening import Platform
from trace.usecases.supervision.messages import CLUE_WORD, Replying, Shown, Writing, reply, write_message
from trace.usecases.supervision.untold import read_messages

_ICONS: Final = ("warn", "clock", "doc", "tick", "pen", "people")
_SHEETS: Final = ("office.css",)
_CODE: Final = 18
_TYPED: Final = ("type", "party", "text", "about", "replaces")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of messages."""

    @pages.get("/office/messages")
    def messages() -> Response:
        """What came, what was sent, what nobody has told yet."""
        return _page(platform)

    @pages.post("/office/messages")
    def send_message() -> AnyResponse:
        """Keep a message to be signed, or say why not with what was typed still there."""
        typed = {name: request.form.get(name, "").strip() for name in _TYPED}
        title = reader_of(request).say("office.messages.title." + ("clue" if _is_clue(typed) else "message"))
        writing = Writing(
            current_actor(), request.form.get(KEY, ""), title, typed["type"], party_of(typed["party"]),
            typed["text"], tuple(typed["about"].split()), typed["replaces"],
        )  # fmt: skip
        return acted(lambda: write_message(platform.transactions, writing), lambda no: _page(platform, no))

    @pages.post("/office/messages/<string:stmt>/acknowledge")
    def acknowledge_message(stmt: str) -> AnyResponse:
        """Say by signature that it arrived."""
        return _reply(platform, stmt, "acknowledge")

    @pages.post("/office/messages/<string:stmt>/answer")
    def answer_clue(stmt: str) -> AnyResponse:
        """Say by signature what came of a clue."""
        return _reply(platform, stmt, "answer")


def party_of(text: str) -> str:
    """A firm as typed: its credit code of 18 characters, or its urn."""
    return f"urn:uscc:{text.upper()}" if len(text) == _CODE and ":" not in text else text


def _is_revised(one: Shown, statement: str) -> bool:
    return not one.incoming and one.sent.has(statement)


def _types(revising: Shown | None) -> tuple[str, ...]:
    """What can be written: a revision of a message is none of a clue."""
    if revising is None:
        return (*TYPES, CLUE_WORD)
    return (CLUE_WORD,) if revising.sent.is_clue else TYPES


def _is_clue(typed: dict[str, str]) -> bool:
    return typed["type"] == CLUE_WORD


def _reply(platform: Platform, stmt: str, act: str) -> AnyResponse:
    of, given = reader_of(request), request.form
    replying = Replying(
        current_actor(),
        given.get(KEY, ""),
        of.say(f"office.messages.title.{act}"),
        stmt,
        of.say("office.messages.matter"),
        given.get("result", "") if act == "answer" else "",
        given.get("text", ""),
    )
    return acted(lambda: reply(platform.transactions, replying), lambda no: _page(platform, no))


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    exchange, untold = read_messages(platform.transactions, current_actor())
    today = day_in_shanghai(exchange.now)
    first, last = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    asked = request.form if request.method == "POST" else request.args
    typed = {name: asked.get(name, "") for name in _TYPED}
    revising = next((one for one in exchange.shown if _is_revised(one, typed["replaces"])), None)
    if revising is not None and request.method == "GET":
        typed |= {"type": revising.sent.type or CLUE_WORD, "party": revising.party, "text": revising.text}
        typed |= {"about": " ".join(revising.about)}
    return desk_page(
        "regulator/messages.html",
        at="messages",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        exchange=exchange,
        untold=untold,
        month=exchanged([one.sent for one in exchange.shown], first, last),
        types=_types(revising),
        results=RESULTS,
        typed=typed,
        revising=revising,
    )
