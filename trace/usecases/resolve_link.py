"""What the resolver answers for a GS1 key: what is registered, in which state, with which links.

Everything read is kept in memory under the projections' shared version, which is compared before each use
(ruling 11), so a recall shows at once. Serials are judged by `ItemCodes`, which computes: a made-up serial of
a product that was asked for before costs no database access at all, however often it is tried.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from trace.gs1.link_types import DEFAULT, RATIFIED, link_type_named
from trace.gs1.linkset import Link
from trace.store.food.resolution import (
    LinkRow,
    PackRow,
    link_changes,
    locations,
    newest_packs,
    packs_of_batch,
    stated_products,
)
from trace.store.food.signers import signers_of
from trace.store.food.version import read_version
from trace.store.transaction import Connection, Transactions
from trace.usecases.show_batch import gtin_forms

NORMAL, RECALLED, WITHDRAWN, INACTIVE, UNKNOWN = "normal", "recalled", "withdrawn", "inactive", "unknown"
_HOSTS: Final = "hosts"
_PLATFORM: Final = "platform"
_KEPT: Final = 20_000
_NATURAL: Final = frozenset({"smallholder", "family_farm"})
_SHOWN_PLACES: Final = frozenset({"silo", "workshop", "warehouse", "shop", "canteen"})


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered thing: a product, a batch of it, or a location.

    `links` are its organisations' own; `default` is the one they want people sent to, if any.
    """

    name: str
    state: str
    lot: str | None = None
    links: tuple[Link, ...] = ()
    default: Link | None = None


@dataclass(frozen=True, slots=True)
class ItemCode:
    """A serial that was allocated: its batch, and normal | inactive | recalled | withdrawn."""

    batch_no: str | None
    state: str


ItemCodes = Callable[[str, str], ItemCode | None]
"""(GTIN, serial) -> the code, or None for one that nobody allocated; from memory, no database per serial."""


def no_item_codes(_gtin: str, _serial: str) -> ItemCode | None:
    """Where no item codes are issued, every serial is unregistered."""
    return None


class Registrations:
    """Products, batches and locations by their keys, remembered while nothing changed."""

    def __init__(self, transactions: Transactions, items: ItemCodes = no_item_codes) -> None:
        self.items = items
        self._transactions = transactions
        self._lock = threading.Lock()
        self._version = -1
        self._found: OrderedDict[tuple[str, ...], Registered | None] = OrderedDict()

    def product(self, gtin: str, *, fresh: bool = True) -> Registered | None:
        """The product; `fresh=False` takes what is remembered, however old (its existence never ends)."""
        return self._remembered(("01", gtin), lambda at, own: _product(at, own, gtin), fresh)

    def batch(self, gtin: str, batch_no: str) -> Registered | None:
        return self._remembered(("10", gtin, batch_no), lambda at, own: _batch(at, own, gtin, batch_no), True)

    def location(self, gln: str) -> Registered | None:
        """A party's or a place's GLN; None as well for natural persons and plots."""
        return self._remembered(("414", gln), lambda at, own: _location(at, own, gln), True)

    def _remembered(
        self, key: tuple[str, ...], read: Callable[[Connection, str], Registered | None], fresh: bool
    ) -> Registered | None:
        found = self._found
        if not fresh and (known := found.get(key)) is not None:
            return known
        with self._transactions.look("resolver") as tx:
            version = read_version(tx.connection)
            with self._lock:
                if version != self._version:
                    found.clear()
                    self._version = version
                elif key in found:
                    return found[key]
            made = read(tx.connection, tx.origin)
        with self._lock:
            if version == self._version:
                found[key] = made
                if len(found) > _KEPT:
                    found.popitem(last=False)
        return made


def _product(connection: Connection, own: str, gtin: str) -> Registered | None:
    forms = gtin_forms(gtin)
    stated = stated_products(connection, [f"urn:gtin:{form.zfill(14)}" for form in forms[:1]])
    packs = newest_packs(connection, forms)
    if not stated and not packs:
        return None
    name = next((str(data["name"]) for data, _ in stated if data.get("name")), "")
    owners = {iss for _, iss in stated} or {pack.iss for pack in packs}
    owned = _links(connection, own, [f"urn:gtin:{gtin}"], owners)
    return Registered(name or packs[0].product_name, NORMAL, None, *owned)


def _batch(connection: Connection, own: str, gtin: str, batch_no: str) -> Registered | None:
    packs = packs_of_batch(connection, gtin_forms(gtin), batch_no)
    if not packs:
        return None
    pack = max(enumerate(packs), key=lambda each: (each[1].state != "void", each[0]))[1]
    owned = _links(connection, own, [pack.lot], {pack.iss})
    return Registered(pack.product_name, _state(pack), pack.lot, *owned)


def _state(pack: PackRow) -> str:
    if pack.lot_state == RECALLED:
        return RECALLED
    if pack.lot_state == WITHDRAWN or pack.state == "void":
        return WITHDRAWN
    return INACTIVE if pack.state == INACTIVE else NORMAL


def _location(connection: Connection, own: str, gln: str) -> Registered | None:
    row = locations(connection).get(gln)
    if row is None or not _may_be_shown(row.urn, row.data):
        return None
    owned = _links(connection, own, [row.urn], {row.urn, row.iss})
    return Registered(str(row.data.get("name", gln)), NORMAL, None, *owned)


def _may_be_shown(urn: str, data: Mapping[str, Any]) -> bool:
    """Companies and institutions and their premises; no person, no plot."""
    if urn.startswith("urn:uscc:"):
        return data.get("kind") not in _NATURAL
    return urn.startswith("urn:place:") and data.get("kind") in _SHOWN_PLACES


# Links that organisations keep ----------------------------------------------------------------------------


def _links(
    connection: Connection, own: str, subjects: Sequence[str], owners: Iterable[str]
) -> tuple[tuple[Link, ...], Link | None]:
    """The owners' own links on a subject: the newest of each name, https only, on hosts allowed to them."""
    allowed = set(owners)
    newest: dict[tuple[str, str], LinkRow] = {}
    for row in link_changes(connection, subjects):
        if row.iss in allowed:
            newest[row.iss, str(row.data.get("field"))] = row
    if not newest:
        return (), None
    hosts = _hosts(connection, own, allowed)
    made = [link for row in newest.values() if (link := _link(row, hosts.get(row.iss, frozenset())))]
    default = next((link for link in made if link.link_type == DEFAULT), None)
    return tuple(link for link in made if link.link_type != DEFAULT), default


def _hosts(connection: Connection, own: str, organisations: set[str]) -> dict[str, frozenset[str]]:
    """Organisation -> hosts, as last stated for it with a key of the platform."""
    rows = [row for row in link_changes(connection, organisations) if row.data.get("field") == _HOSTS]
    signers = signers_of(connection, own, [row.statement for row in rows])
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        signer = signers.get(row.statement)
        listed = row.data.get("to")
        if signer is not None and _PLATFORM in signer.roles and isinstance(listed, list | tuple):
            found[row.sub] = frozenset(str(host).lower() for host in listed)
    return found


def _link(row: LinkRow, hosts: frozenset[str]) -> Link | None:
    """The link that a change leaves; None where it was taken away or may not be shown."""
    to = row.data.get("to")
    if not isinstance(to, Mapping):
        return None
    link_type = link_type_named(str(to.get("linkType", "")))
    href, title = str(to.get("href", "")), str(to.get("title", ""))
    if link_type not in RATIFIED or not title or not is_allowed(href, hosts):
        return None
    return Link(
        link_type, href, title, _text(to.get("type")), _texts(to.get("hreflang")), _texts(to.get("context"))
    )


def is_allowed(href: str, hosts: frozenset[str]) -> bool:
    """https, no credentials, the usual port, a listed host, and nothing that could break a header."""
    if not href.isascii() or not href.isprintable() or set(href) & set(' <>"\\^`{|}'):
        return False
    try:
        parts = urlsplit(href)
        port = parts.port
    except ValueError:
        return False
    usual = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc
    return usual and (parts.hostname or "").lower() in hosts


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
