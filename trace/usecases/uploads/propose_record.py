"""Forms of single records before anybody fills them in: what is on record already stands there.

Numbers are proposed, and names and facts that somebody signed: the goods that a record goes on from, their
test, the firm itself, the last label. Days, amounts and results are for people to state. What is left of the
goods is told beside the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts.food import CONTACT_MATERIAL
from trace.exchange.tabular.forms import Form
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.store.log.entries import find_entries
from trace.store.lots.details import (
    LotRow,
    read_lots,
    read_lots_by_id,
    read_packs,
    read_stated,
    reports_numbered,
)
from trace.store.lots.packed import NEWEST, list_packed
from trace.store.transaction import Connection, Transactions
from trace.usecases.printing.own_packs import passed_tests

LABEL: Final = "label."
_TRIED: Final = 40
"""Numbers of a day that are looked at."""
_LETTERS: Final = {
    "进货查验": "R", "投料与产出": "M", "出厂检验": "J", "包装赋码": "K", "出货": "X", "采收入库": "H",
    "合格证": "C", "出库": "D",
}  # fmt: skip
"""Form -> the letter with which numbers proposed in it begin."""
_NUMBERS: Final = {"投料与产出": "batch", "出厂检验": "reportNo", "合格证": "certNo"}
_GIVEN: Final = ("enterprise.name", "enterprise.address", "enterprise.businessLicence", "enterprise.scNo")
_OF_PARTY: Final = ("name", "address", "licenceNo", "scNo")
_LISTED: Final = "、"


@dataclass(frozen=True, slots=True)
class Proposed:
    """Rows of a form as they stand before they are filled in, and what is left of the goods, by member."""

    rows: list[dict[str, str]]
    left: Mapping[str, str] = field(default_factory=dict)


def propose_record(
    transactions: Transactions, actor: Actor, form: Form, given: Mapping[str, str], lot: str = ""
) -> Proposed:
    """What is known of a record that goes on from `lot`; what is `given` stands as it is.

    Of a lot that is not the caller's own nothing is told.
    """
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        goods = _goods(tx.connection, party, lot)
        known = _numbered(tx.connection, party, form.name, tx.now)
        left: dict[str, str] = {}
        if goods is not None:
            known |= _going_on(form.name, goods)
            left = {"quantity": str(goods.available.value)}
        if form.name == "出厂检验" and goods is not None:
            known |= {"purpose": "出厂检验"}
        if form.name == "包装赋码":
            known |= _packed(tx.connection, party, goods)
    rows = [{**_shown(form, known), **given}]
    if form.name == "投料与产出":
        rows = _production(rows[0])
    return Proposed(rows, left)


def _goods(connection: Connection, party: str, lot: str) -> LotRow | None:
    urn = lot if lot.startswith("urn:") else f"urn:lot:{party.rpartition(':')[2]}:{lot}"
    found = read_lots(connection, [urn]) if lot and party else []
    return found[0] if found and found[0].holder == party else None


def _numbered(connection: Connection, party: str, form: str, now: datetime) -> dict[str, str]:
    """The first number of the day that is not on record; none where they all are, or the form has none."""
    if form not in _LETTERS:
        return {}
    day = f"{_LETTERS[form]}{now.astimezone(SHANGHAI_TIME):%Y%m%d}-"
    numbers = [f"{day}{place}" for place in range(1, _TRIED)]
    own = f"urn:lot:{party.rpartition(':')[2]}:"
    taken = {row.urn.removeprefix(own) for row in read_lots(connection, [own + one for one in numbers])}
    taken |= {number for urn, number, _ in reports_numbered(connection, numbers) if urn.startswith(own)}
    free = next((one for one in numbers if one not in taken), "")
    return {_NUMBERS.get(form, "lot"): free} if free else {}


def _going_on(form: str, goods: LotRow) -> dict[str, str]:
    """What a record says of the goods that it is about."""
    number, unit = goods.urn.rpartition(":")[2], goods.available.unit
    if form == "投料与产出":
        return {"input.lot": number, "unit": unit}
    if form in {"出厂检验", "合格证"}:
        return {"lot": number, "productName": goods.product_name, "unit": unit}
    return {"fromLot": number, "unit": unit}


def _production(first: Mapping[str, str]) -> list[dict[str, str]]:
    """A row for what goes in, one for what comes out, one for what is lost."""
    head = {name: text for name, text in first.items() if name != "input.lot"}
    batch, unit = head.get("batch", ""), {"unit": head["unit"]} if head.get("unit") else {}
    put_in = {"lot": first["input.lot"]} if first.get("input.lot") else {}
    made = {"lot": f"{batch}-1"} if batch else {}
    return [
        {**head, "line": "投料", **put_in},
        {"batch": batch, "line": "产出", **made, **unit},
        {"batch": batch, "line": "损耗", **unit},
    ]


def _packed(connection: Connection, party: str, goods: LotRow | None) -> dict[str, str]:
    """The label as the firm, the goods, their test and the last pack have it already."""
    stated = read_stated(connection, "party", [party]).get(party, ({}, None))[0]
    known = {
        f"{LABEL}{name}": str(stated[member])
        for name, member in zip(_GIVEN, _OF_PARTY, strict=True)
        if stated.get(member)
    }
    known = _last_label(connection, party, goods) | known
    if goods is None:
        return known
    source = str((goods.detail.get("goods") or [goods.urn])[0]).rpartition(":")[2]
    known |= {
        "batchNo": source[:20],
        "unit": goods.available.unit,
        f"{LABEL}product.name": goods.product_name,
    }
    day = goods.detail.get("productionDate")
    known |= {"productionDate": str(day)} if day else {}
    known |= {f"{LABEL}{name}": text for name, text in _made_of(connection, goods).items()}
    for number, said in passed_tests(connection, goods)[:1]:
        known |= {"reportNo": number, f"{LABEL}release.conclusion": "合格"}
        entry = find_entries(connection, [said.statement]).get(said.statement)
        standard = "" if entry is None else str(parse_statement(entry.jws).claims.data.get("standard", ""))
        known |= {f"{LABEL}product.standard": standard} if standard else {}
    return known


def _last_label(connection: Connection, party: str, goods: LotRow | None) -> dict[str, str]:
    """The last pack's label: the firm's part of any, all of one of the same goods."""
    for number in list_packed(connection, party, NEWEST, 1):
        (pack, _), *_ = read_packs(connection, "lot", [number])[::-1]
        label = pack.data.get("label")
        row = read_lots_by_id(connection, [number])[number]
        same = goods is not None and row.product_name == goods.product_name
        kept = dict(_flat(label if isinstance(label, dict) else {}))
        if not same:
            return {name: text for name, text in kept.items() if name.startswith(f"{LABEL}enterprise.")}
        return kept | {"product": pack.product.rpartition(":")[2]}
    return {}


def _flat(label: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for group, said in label.items():
        if group == "release":
            continue  # of a test of other goods
        if isinstance(said, dict):
            yield from ((f"{LABEL}{group}.{name}", str(text)) for name, text in said.items())
        elif isinstance(said, list):
            yield f"{LABEL}{group}", _LISTED.join(map(str, said))


def _made_of(connection: Connection, goods: LotRow) -> dict[str, str]:
    """配料 and 食品添加剂, by the names of what went into the batch."""
    entry = find_entries(connection, [goods.made_by.statement]).get(goods.made_by.statement)
    inputs = [] if entry is None else parse_statement(entry.jws).claims.data.get("inputs", [])
    if not isinstance(inputs, list):
        return {}
    names = {row.urn: row.product_name for row in read_lots(connection, [str(one["lot"]) for one in inputs])}
    found: dict[str, dict[str, None]] = {"ingredients": {}, "additives": {}}
    for one in inputs:
        name = names.get(str(one["lot"]))
        if name and one.get("role") != CONTACT_MATERIAL:
            found["additives" if one.get("role") == "additive" else "ingredients"][name] = None
    return {group: _LISTED.join(each) for group, each in found.items() if each}


def _shown(form: Form, known: Mapping[str, str]) -> dict[str, str]:
    """What the form has a column for, and the lot that goes into a batch."""
    members = {column.member for column in form.columns} | {"input.lot"}
    return {name: text for name, text in known.items() if name in members and text}
