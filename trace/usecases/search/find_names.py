"""Firms and products by a part of their name, or by 统一社会信用代码, GF, LB or GTIN.

Where no name bears what was typed, those are offered that share half of its pairs of letters, and told apart.
Never found: natural persons and what they state, parties without a code of their own, and words about a
product by who may not speak for it. The same cleaning of what was typed as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from trace.chain.facts.base import NATURAL_PERSONS
from trace.identity import gtin as gtins
from trace.identity.region import district_of
from trace.identity.search_terms import ALIKE, OWNER, folded, likeness, number
from trace.identity.sought import sought
from trace.store.chain.master import read_book
from trace.store.chain.search_terms import (
    Named,
    find_alike,
    find_by_name,
    find_by_term,
    read_codes_of,
    read_parties,
)
from trace.store.lots.details import read_stated
from trace.store.transaction import Connection, Transactions

T = TypeVar("T")

SHOWN: Final = 20
_FIRMS: Final = "urn:uscc:"


@dataclass(frozen=True, slots=True)
class FirmFound:
    code: str
    name: str
    region: str
    gf_code: str | None


@dataclass(frozen=True, slots=True)
class ProductFound:
    """`path` leads to its packs; None where none was packed yet."""

    name: str
    spec: str
    firm: str | None
    lb_no: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """`short`: too little was typed to look for; `exact`: a number was; `more`: the list goes on;
    `unseen`: more bears the name than was looked at; `alike`: nothing bears it, these names are like it."""

    firms: tuple[FirmFound, ...] = ()
    products: tuple[ProductFound, ...] = ()
    short: bool = False
    more: bool = False
    unseen: bool = False
    exact: bool = False
    alike: bool = False


def find_names(transactions: Transactions, text: str, after: int = 0) -> Found:
    """What a name or number leads to, the closest names first; `after` so many firms and so many products."""
    wanted = folded(text)
    if len(wanted) < 2:
        return Found(short=True)
    kind = sought(text)
    with transactions.look("search") as tx:
        if kind == "uscc":
            return _told(tx.connection, [Named("party", _FIRMS + wanted.upper(), "")], "", after)
        if kind in {"lb", "gf"}:
            return _told(tx.connection, _numbered(tx.connection, kind, wanted), "", after)
        if kind == "gtin":
            forms = {wanted, wanted.zfill(14), wanted.zfill(14).lstrip("0")}
            named = [one for form in sorted(forms) for one in find_by_term(tx.connection, number(form))[0]]
            return replace(_told(tx.connection, named, "", after), exact=True)
        named, unseen = find_by_name(tx.connection, wanted)
        found = _told(tx.connection, named, wanted, after, unseen=unseen)
        if after or found.firms or found.products:
            return found
        alike = _told(tx.connection, find_alike(tx.connection, wanted), wanted, after, least=ALIKE)
        return replace(alike, alike=bool(alike.firms or alike.products))


def find_products_of(transactions: Transactions, code: str, after: int = 0) -> Found:
    """A firm and its products, by its 统一社会信用代码."""
    with transactions.look("search") as tx:
        firm = _FIRMS + code
        named, unseen = find_by_term(tx.connection, OWNER + firm)
        return _told(tx.connection, [Named("party", firm, ""), *named], "", after, unseen=unseen)


def _numbered(connection: Connection, kind: str, wanted: str) -> list[Named]:
    """What bears an LB or GF number; an LB number also without the letter at its end."""
    if kind == "gf":
        return find_by_term(connection, number(wanted))[0]
    forms = (wanted,) if wanted.endswith("a") else (wanted, f"{wanted}a", f"{wanted}aa")
    found = [one for form in forms for one in find_by_term(connection, number(form))[0]]
    return found + [one for form in forms for one in _holders(connection, form)]


def _holders(connection: Connection, lb_no: str) -> list[Named]:
    """Whose licence bears an LB number."""
    text = f"LB-{lb_no[2:4]}-{lb_no[4:]}".upper()
    found = read_stated(connection, "licence", [f"urn:licence:{text}"])
    return [Named("party", str(data["holder"]), "") for data, _ in found.values() if data.get("holder")]


def _told(
    connection: Connection,
    named: Iterable[Named],
    wanted: str,
    after: int,
    *,
    unseen: bool = False,
    least: float | None = None,
) -> Found:
    """What of these bears the text in its name, or is as like it as `least`, and is for everybody."""
    found = list(dict.fromkeys(named))
    urns = {one.urn for one in found if one.kind == "party"} | {one.stater for one in found if one.stater}
    parties = {
        urn: data
        for urn, data in read_parties(connection, [urn for urn in urns if urn.startswith(_FIRMS)]).items()
        if data.get("kind") not in NATURAL_PERSONS and data.get("name")
    }
    firms = [
        FirmFound(
            one.urn.removeprefix(_FIRMS),
            str(data["name"]),
            district_of(data.get("region")),
            _text(data, "gfCode"),
        )
        for one in found
        if one.kind == "party" and (data := parties.get(one.urn)) is not None
    ]
    book = read_book(
        connection, {one.urn for one in found if one.kind == "product" and one.stater in parties}
    )
    stated = []
    for one in found:
        if one.kind != "product" or one.stater not in parties:
            continue
        counted = book.counted(one.urn, one.stater)
        if counted is not None and counted.stater == one.stater:
            stated.append((one, counted.data))
    firms = _closest(firms, wanted, least, lambda firm: firm.name, lambda firm: firm.code)
    stated = _closest(stated, wanted, least, lambda each: str(each[1].get("name", "")), lambda _: "")
    end = after + SHOWN
    shown = stated[after:end]
    codes = read_codes_of(connection, {one.urn for one, _ in shown})
    products = tuple(
        ProductFound(
            str(data.get("name", "")),
            str(data.get("spec", "")),
            str(parties[one.stater]["name"]),
            _text(data, "lbNo"),
            _path(*codes[one.urn]) if one.urn in codes else None,
        )
        for one, data in shown
    )
    return Found(tuple(firms[after:end]), products, more=len(firms) > end or len(stated) > end, unseen=unseen)


def _closest(
    found: Iterable[T],
    wanted: str,
    least: float | None,
    name_of: Callable[[T], str],
    code_of: Callable[[T], str],
) -> list[T]:
    """Those whose name bears the text, or is like it, the closest first."""

    def share(one: T) -> float:
        name = folded(name_of(one))
        return float(wanted in name) if least is None else likeness(wanted, name)

    near = [(share(one), one) for one in found]
    kept = [each for each in near if each[0] >= (least or 1)]
    kept.sort(key=lambda each: (-each[0], len(name_of(each[1])), name_of(each[1]), code_of(each[1])))
    return [one for _, one in kept]


def _path(gtin: str | None, platform_code: str | None) -> str | None:
    if gtin:
        return f"/01/{gtins.parse(gtin).text}"
    return f"/t/{platform_code}" if platform_code else None


def _text(data: Any, member: str) -> str | None:
    value = data.get(member)
    return value if isinstance(value, str) else None
