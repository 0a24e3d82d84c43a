"""Firms and products by a part of their name, or by 统一社会信用代码, GF, LB or GTIN.

Never found: natural persons and what they state, parties without a code of their own, and words about a
product by who may not speak for it. The same cleaning of what was typed as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from trace.chain.facts.base import NATURAL_PERSONS
from trace.identity import gtin as gtins
from trace.identity.region import district_of
from trace.identity.search_terms import OWNER, folded, number
from trace.store.chain.master import read_book
from trace.store.chain.search_terms import Named, find_by_name, find_by_term, read_codes_of, read_parties
from trace.store.lots.details import read_stated
from trace.store.transaction import Connection, Transactions

SHOWN: Final = 20
_FIRMS: Final = "urn:uscc:"
_USCC: Final = re.compile(r"[0-9A-Z]{18}")
_LB: Final = re.compile(r"lb[0-9]{12,13}(?:aa|a)")
_GF: Final = re.compile(r"gf[0-9]{12}")
_DIGITS: Final = re.compile(r"[0-9]{8}|[0-9]{12,14}")


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
    `unseen`: more bears the name than was looked at."""

    firms: tuple[FirmFound, ...] = ()
    products: tuple[ProductFound, ...] = ()
    short: bool = False
    more: bool = False
    unseen: bool = False
    exact: bool = False


def find_names(transactions: Transactions, text: str, after: int = 0) -> Found:
    """What a name or number leads to, the closest names first; `after` so many firms and so many products."""
    wanted = folded(text)
    if len(wanted) < 2:
        return Found(short=True)
    with transactions.look("search") as tx:
        code = wanted.upper()
        if _USCC.fullmatch(code) is not None:
            return _told(tx.connection, [Named("party", _FIRMS + code, "")], "", after)
        if _LB.fullmatch(wanted) is not None or _GF.fullmatch(wanted) is not None:
            named, _ = find_by_term(tx.connection, number(text))
            return _told(tx.connection, [*named, *_holders(tx.connection, wanted)], "", after)
        if _DIGITS.fullmatch(wanted) is not None:
            forms = {wanted, wanted.zfill(14), wanted.zfill(14).lstrip("0")}
            named = [one for form in sorted(forms) for one in find_by_term(tx.connection, number(form))[0]]
            return replace(_told(tx.connection, named, "", after), exact=True)
        named, unseen = find_by_name(tx.connection, wanted)
        return _told(tx.connection, named, wanted, after, unseen=unseen)


def find_products_of(transactions: Transactions, code: str, after: int = 0) -> Found:
    """A firm and its products, by its 统一社会信用代码."""
    with transactions.look("search") as tx:
        firm = _FIRMS + code
        named, unseen = find_by_term(tx.connection, OWNER + firm)
        return _told(tx.connection, [Named("party", firm, ""), *named], "", after, unseen=unseen)


def _holders(connection: Connection, lb_no: str) -> list[Named]:
    """Whose licence bears an LB number."""
    text = f"LB-{lb_no[2:4]}-{lb_no[4:]}".upper()
    found = read_stated(connection, "licence", [f"urn:licence:{text}"])
    return [Named("party", str(data["holder"]), "") for data, _ in found.values() if data.get("holder")]


def _told(
    connection: Connection, named: Iterable[Named], wanted: str, after: int, *, unseen: bool = False
) -> Found:
    """What of these bears the text in its name and is for everybody."""
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
    firms = _closest(firms, wanted)
    stated = [each for each in stated if wanted in folded(str(each[1].get("name", "")))]
    stated.sort(key=lambda each: (len(str(each[1].get("name", ""))), str(each[1].get("name", ""))))
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


def _closest(firms: Iterable[FirmFound], wanted: str) -> list[FirmFound]:
    bearing = [firm for firm in firms if wanted in folded(firm.name)]
    return sorted(bearing, key=lambda firm: (len(firm.name), firm.name, firm.code))


def _path(gtin: str | None, platform_code: str | None) -> str | None:
    if gtin:
        return f"/01/{gtins.parse(gtin).text}"
    return f"/t/{platform_code}" if platform_code else None


def _text(data: Any, member: str) -> str | None:
    value = data.get(member)
    return value if isinstance(value, str) else None
