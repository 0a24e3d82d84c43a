"""Packing of cases by scanning: what each code is, whether it may go into a case or come out, and one record.

A code is judged before anything is signed, so that who scans hears at once which one is wrong. The record
says codes as intervals of counters; admission judges it again when it is signed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from trace.chain.effects import ItemsPacked
from trace.chain.facts.code import AGGREGATE
from trace.chain.identifiers import holder_of
from trace.codes.intervals import Interval
from trace.codes.ranges import Standing
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.chain.master import read_prefixes_of
from trace.store.codes.aggregation import read_contents, read_holders, read_packed_items
from trace.store.lots.details import LotRow, read_lots, read_packs
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.codes.item_codes import IssuedCode, IssuedCodes
from trace.usecases.printing.propose_codes import SIGNING, Proposing
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

ADD, REMOVE = "add", "remove"
ACTIONS: Final = (ADD, REMOVE)
GOOD: Final = "good"
UNREADABLE: Final = "unreadable"
UNKNOWN: Final = "unknown"
FOREIGN: Final = "foreign"
BATCH: Final = "batch"
VOIDED: Final = "void"
TWICE: Final = "twice"
PACKED: Final = "packed"
NOT_IN_IT: Final = "not-in-it"
ITSELF: Final = "itself"
EMPTY: Final = "empty"
RECALLED: Final = "recalled"
INACTIVE: Final = "inactive"
MOST_CODES: Final = 1_000
"""Codes of one form."""
MOST_PARTS: Final = 100
"""Intervals, and containers, of one record."""
_PATH: Final = re.compile(
    r"/?(?:00/(?P<sscc>[0-9]{18})"
    r"|01/(?P<gtin>[0-9]{14})(?:/10/[^/?]+)?(?:/21/(?P<serial>[^/?]+))?"
    r"|t/(?P<platform>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}))(?:\?.*)?"
)
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """A code as it was scanned, and what it is. `held`: the container that it stands in. `note`: what is said
    of a good one besides (recalled, inactive)."""

    text: str
    standing: str
    readable: str = ""
    lot: str = ""
    counter: int = -1
    container: str = ""
    held: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CasePacking:
    """A case and what was scanned for it. `standing`: how the case's own number is; `inside`: what the firm
    put into it before; `parts`: how many intervals or containers the record would have."""

    container: str
    standing: str
    action: str
    inside: int
    codes: tuple[ScannedCode, ...]
    parts: int

    @property
    def good(self) -> tuple[ScannedCode, ...]:
        return tuple(one for one in self.codes if one.standing == GOOD)

    @property
    def bad(self) -> tuple[ScannedCode, ...]:
        return tuple(one for one in self.codes if one.standing != GOOD)

    @property
    def ready(self) -> bool:
        """Whether a record can be made of it as it is."""
        fits = 0 < self.parts <= MOST_PARTS and len(self.codes) <= MOST_CODES
        return self.standing == GOOD and fits and not self.bad


@dataclass(frozen=True, slots=True)
class CaseWish:
    """What somebody wants to pack or unpack: the case, `add` or `remove`, and (as scanned, its path) each."""

    container: str
    action: str
    codes: Sequence[tuple[str, str]]


def judge_packing(
    transactions: Transactions, issued: IssuedCodes, actor: Actor, wish: CaseWish
) -> CasePacking:
    """How the case and each of the codes stand for the actor's own firm."""
    found = _issued(issued, wish)
    with transactions.look(actor.subject) as tx:
        return _judged(tx.connection, actor, wish, found)


def propose_packing(
    transactions: Transactions, issued: IssuedCodes, who: Proposing, wish: CaseWish
) -> str | None:
    """The address where the record waits for a signature; None while any code or the case is not good."""
    found = _issued(issued, wish)
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        packing = _judged(tx.connection, who.actor, wish, found)
        return done.to(_keep(tx, who, packing)) if packing.ready else None


def sscc_of(path: str) -> str:
    """The container that the path of a code names; "" for what is none."""
    found = _PATH.fullmatch(path)
    return f"urn:sscc:{found['sscc']}" if found is not None and found["sscc"] else ""


def _issued(issued: IssuedCodes, wish: CaseWish) -> dict[str, IssuedCode | None]:
    """Path -> the code that was issued for it; by computation, before the transaction begins."""
    codes: dict[str, IssuedCode | None] = {}
    for _, path in wish.codes[:MOST_CODES]:
        match = _PATH.fullmatch(path)
        if match is not None and match["serial"]:
            codes[path] = issued.find_item(match["gtin"], unquote(match["serial"]))
        elif match is not None and match["platform"]:
            codes[path] = issued.find_platform(match["platform"])
    return codes


def _judged(
    connection: Connection, actor: Actor, wish: CaseWish, issued: Mapping[str, IssuedCode | None]
) -> CasePacking:
    party, container = actor.party or "", wish.container
    standing, inside, outward = _case(connection, party, container)
    lots = {row.urn: row for row in read_lots(connection, {one.lot for one in issued.values() if one})}
    items = _items_in(connection, lots, [one for one in issued.values() if one is not None])
    boxes = {sscc_of(path) for _, path in wish.codes} - {""}
    held = read_holders(connection, boxes, party)
    full = {packed.container for packed, _, iss in read_contents(connection, boxes) if iss == party}
    around = _Around(party, container, wish.action, lots, items, held, full, outward)
    codes: list[ScannedCode] = []
    seen: set[str] = set()
    for text, path in wish.codes:
        one = around.code(text, path, issued.get(path))
        name = one.container or f"{one.lot} {one.counter}"
        twice = one.standing == GOOD and name in seen
        codes.append(ScannedCode(text, TWICE, one.readable) if twice else one)
        seen.add(name)
    parts = max(len(_intervals(codes)), sum(bool(one.container) for one in codes if one.standing == GOOD))
    return CasePacking(container, standing, wish.action, inside, tuple(codes), parts)


def _case(connection: Connection, party: str, container: str) -> tuple[str, int, frozenset[str]]:
    """(how the number of the case stands, how much of ours is in it, all that it stands in)."""
    if not container:
        return UNREADABLE, 0, frozenset()
    number = container.rpartition(":")[2][1:14]
    holder = holder_of(read_prefixes_of(connection, [number]), number)
    if holder is not None and holder != party:
        return FOREIGN, 0, frozenset()
    inside = 0
    for packed, _, iss in read_contents(connection, [container]):
        if iss == party:
            inside += packed.count if isinstance(packed, ItemsPacked) else 1
    outward = {container}
    while (above := read_holders(connection, [container], party).get(container)) and above not in outward:
        outward.add(above)
        container = above
    return GOOD, inside, frozenset(outward)


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known around the codes of one form: own lots, what stands in cases, and what those are in."""

    party: str
    container: str
    action: str
    lots: Mapping[str, LotRow]
    items: Mapping[int, Sequence[ItemsPacked]]
    held: Mapping[str, str]
    full: Collection[str]
    outward: Collection[str]

    def code(self, text: str, path: str, issued: IssuedCode | None) -> ScannedCode:
        """One code, judged by itself."""
        found = _PATH.fullmatch(path)
        if found is None:
            return ScannedCode(text, UNREADABLE)
        if found["sscc"]:
            return self._box(text, f"urn:sscc:{found['sscc']}")
        if not found["serial"] and not found["platform"]:
            return ScannedCode(text, BATCH, path)
        return self._item(text, issued) if issued is not None else ScannedCode(text, UNKNOWN, path)

    def _box(self, text: str, urn: str) -> ScannedCode:
        readable, held = urn.rpartition(":")[2], self.held.get(urn, "")
        if urn in self.outward:
            return ScannedCode(text, ITSELF, readable)
        if urn not in self.full:
            return ScannedCode(text, EMPTY, readable)
        return self._placed(ScannedCode(text, GOOD, readable, container=urn, held=held))

    def _item(self, text: str, issued: IssuedCode) -> ScannedCode:
        row = self.lots.get(issued.lot)
        if row is None or row.holder != self.party:
            return ScannedCode(text, FOREIGN, issued.code)
        if issued.of_batch:
            return ScannedCode(text, BATCH, issued.code, issued.lot)
        if issued.standing == Standing.VOID:
            return ScannedCode(text, VOIDED, issued.code, issued.lot)
        counter = issued.counter
        holding = (one.container for one in self.items.get(row.id, ()) if one.first <= counter < _end(one))
        notes = {Standing.RECALLED: RECALLED, Standing.ALLOCATED: INACTIVE}
        note = notes.get(issued.standing, "")
        return self._placed(
            ScannedCode(
                text, GOOD, issued.code, issued.lot, counter, held=next(holding, ""), note=note
            )
        )  # fmt: skip

    def _placed(self, one: ScannedCode) -> ScannedCode:
        """With where it is now: into a case goes what stands in none, out of it what stands in it."""
        wrong = PACKED if self.action == ADD and one.held else ""
        wrong = NOT_IN_IT if self.action == REMOVE and one.held != self.container else wrong
        if not wrong:
            return one
        return ScannedCode(one.text, wrong, one.readable, one.lot, held=one.held)


def _end(one: ItemsPacked) -> int:
    return one.first + one.count


def _items_in(
    connection: Connection, lots: Mapping[str, LotRow], issued: Sequence[IssuedCode]
) -> dict[int, Sequence[ItemsPacked]]:
    """Row of a lot -> what of it stands in containers among these codes; one statement a lot."""
    spans: defaultdict[int, list[int]] = defaultdict(list)
    for one in issued:
        if (row := lots.get(one.lot)) is not None:
            spans[row.id].append(one.counter)
    return {
        lot: read_packed_items(connection, lot, min(counters), max(counters) + 1)
        for lot, counters in spans.items()
    }


def _intervals(codes: Sequence[ScannedCode]) -> list[tuple[str, Interval]]:
    """(lot, counters) of the good single codes, those that follow each other as one."""
    made: list[tuple[str, Interval]] = []
    for lot, counter in sorted((one.lot, one.counter) for one in codes if one.standing == GOOD and one.lot):
        if made and made[-1][0] == lot and made[-1][1].end == counter:
            made[-1] = (lot, Interval(made[-1][1].first, made[-1][1].count + 1))
        else:
            made.append((lot, Interval(counter, 1)))
    return made


def _keep(tx: Tx, who: Proposing, packing: CasePacking) -> str:
    parts = _intervals(packing.codes)
    items = [{"lot": lot, "first": part.first, "count": part.count} for lot, part in parts]
    boxes = [one.container for one in packing.good if one.container]
    data: dict[str, Any] = {"container": packing.container, "action": packing.action}
    data |= {"items": items} if items else {}
    data |= {"containers": boxes} if boxes else {}
    rows = read_lots(tx.connection, {lot for lot, _ in parts})
    packs = {pack.lot: noted for pack, noted in read_packs(tx.connection, "lot", [row.id for row in rows])}
    inputs = [
        {"stmt": noted.statement, "log": noted.origin, "index": noted.index, "role": "pack"}
        for noted in packs.values()
    ]
    draft = Draft(
        AGGREGATE.typ, packing.container, tx.now, data, references=(), private=(), origin=_NOWHERE, key=""
    )
    content = content_of(draft, data, inputs)
    signer = Signer(who.actor.party or "", who.person)
    return SIGNING.format(keep_instead(tx, signer, who.title, [content], _scanned_again))


def _scanned_again(waiting: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a code of a draft that waits was scanned once more; other codes stand beside them."""
    if waiting["action"] != new["action"]:
        return False
    boxes = set(waiting.get("containers", ())) & set(new.get("containers", ()))
    return bool(boxes) or any(
        one["lot"] == two["lot"]
        and one["first"] < two["first"] + two["count"]
        and two["first"] < one["first"] + one["count"]
        for one in waiting.get("items", ())
        for two in new.get("items", ())
    )
