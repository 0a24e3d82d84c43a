"""The page of a case: answers as a table, the diagram, the scope with its two bounds, steps and history."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.answers import answers_of, fit, lots_of, named, sums
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight_forms import PENALTY_KINDS
from trace.errors import CaseMoved, Refusal
from trace.identity.region import district_of
from trace.oversight.casework.competence import offices_beyond
from trace.oversight.casework.table import PROOFS, PROOFS_RULE, WORDED
from trace.oversight.diagram.districts import TILE
from trace.oversight.diagram.drawing import HEIGHT, WIDTH, drawn
from trace.oversight.diagram.folding import folded
from trace.oversight.reconciliation import percent
from trace.platform.opening import Platform
from trace.rules import Rules
from trace.rules.duty_list import penalty_bases
from trace.usecases.casework.consignees import WAYS
from trace.usecases.casework.goods_of_case import SHOWN, Part, sketch_of
from trace.usecases.casework.read_case import read_case
from trace.usecases.casework.recall_standing import recall_standing
from trace.usecases.casework.take_step import Acting, Paper, take_step
from trace.usecases.inquiries.show_files import files_shown
from trace.usecases.inquiries.show_goods import goods_shown

_ICONS: Final = (
    *("warn", "clock", "doc", "tick", "stop", "pen", "down", "print", "truck", "search", "question", "leaf"),
)
_SHEETS: Final = ("office.css", "diagram.css")
_NAMED: Final = (
    *("person", "receiver", "case", "proof", "lab", "level", "lots", "sheetNo", "officers", "to"),
    *("dueBy", "text", "advice", "phone", "function", "unsettled", "consignee", "way"),
    *("documentNo", "kinds", "amount", "basis"),
)
_MOST_OPENED: Final = 20


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one case."""

    @pages.get("/office/cases/<string:number>")
    def case(number: str) -> Response:
        """One case whole."""
        return _page(platform, number)

    @pages.post("/office/cases/<string:number>/steps")
    def step(number: str) -> AnyResponse:
        """Take a step, or be told why not with what was typed still there."""
        given = request.form
        typed = {name: given.get(name, "") for name in (*_NAMED, "event", "why")}
        typed |= {name: " ".join(given.getlist(name)) for name in ("lots", "kinds")}
        typed["basis"] = "\n".join([*given.getlist("listed"), typed["basis"]]).strip()
        paper = request.files.get("paper")
        papers = [Paper(paper.filename, paper.read())] if paper is not None and paper.filename else []
        event, of = typed["event"], reader_of(request)
        acting = Acting(
            current_actor(),
            given.get(KEY, ""),
            _number(given.get("version", "")),
            event,
            typed["why"],
            tuple(given.getlist("evidence")),
            {name: typed[name] for name in _NAMED},
            papers,
            f"{number} · {of.word('case.event', event)}",
        )
        try:
            return redirect(take_step(platform.transactions, number, acting), 303)
        except Refusal as refusal:
            return _page(platform, number, refusal=refusal, typed=typed)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _page(
    platform: Platform,
    number: str,
    *,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    actor, of = current_actor(), reader_of(request)
    seen = read_case(platform.transactions, actor, number)
    part = Part(_number(request.args.get("after", "")))
    goods = goods_shown(platform.transactions, actor, seen, part=part)
    if goods.run is not None and not goods.run.ended:
        platform.nudge()
    opened = request.args.getlist("open")[:_MOST_OPENED]
    wide = bool(goods.kept) or goods.awaited
    files = files_shown(platform.transactions, actor, seen, of.locale) if wide else ()
    graph = folded(goods.graph, opened)
    moved = isinstance(refusal, CaseMoved)
    first = _number(request.args.get("consignees", ""))
    recall = recall_standing(platform.transactions, seen.row, seen.events, goods, first)
    return desk_page(
        "regulator/case.html",
        at="cases",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        seen=seen,
        row=seen.row,
        goods=goods,
        files=files,
        answers=answers_of(of, goods, seen),
        named=named,
        sums=sums,
        fit=fit,
        lots=lots_of(of, graph),
        drawing=drawn(graph),
        size=(WIDTH, HEIGHT),
        layer_names=_layer_names(of, drawn(graph)),
        numbers={key: place for place, key in enumerate(graph.boxes, 1)},
        boxes=graph.boxes,
        total=sum(box.count for box in goods.graph.boxes.values()),
        opened=opened,
        proofs=proof_words(of, platform.transactions.rules, day_in_shanghai(platform.transactions.clock())),
        refusal=refusal,
        moved=moved,
        typed=typed or {},
        recall=recall,
        first=first,
        most=SHOWN,
        sketch=sketch_of(goods),
        tile=TILE,
        district_of=district_of,
        beyond=offices_beyond(seen.row.area, Counter(goods.regions).elements(), seen.offices, seen.joined),
        percent=percent,
        ways=WAYS,
        penalties=PENALTY_KINDS,
        bases=penalty_bases(seen.row.department, platform.transactions.rules.jurisdictions),
    )


def proof_words(of: Reader, rules: Rules, day: date) -> dict[str, str]:
    """What the five proofs are called by the text that asks for them under these rules."""
    rule = rules.find(PROOFS_RULE, day)
    place = rule.jurisdiction if rule is not None else ""
    return {
        one: of.say(f"case.proof-of.{place}.{one}" if one in WORDED.get(place, ()) else f"case.proof.{one}")
        for one in PROOFS
    }


def _layer_names(of: Reader, drawing: Any) -> list[str]:
    """A layer's heading: the kinds that stand in it, the most frequent first."""
    names = []
    for layer in drawing.layers:
        kinds: dict[str, int] = {}
        for placed in layer:
            kinds[placed.box.kind] = kinds.get(placed.box.kind, 0) + placed.box.count
        ordered = sorted(kinds, key=lambda kind: (-kinds[kind], kind))[:2]
        names.append(of.words("office.kind", ordered))
    return names
