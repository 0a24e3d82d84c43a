"""Resolution of a GS1 key: what is registered, in which state, with which links.

Everything read is kept in memory under the projections' shared version, which is compared before each use,
so a recall shows at once. Serials are judged by `ItemCodes`, which computes: a made-up serial of a product
that was asked for before costs no database access at all, however often it is tried.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

from trace.chain.facts.base import NATURAL_PERSONS
from trace.chain.identifiers import GTIN, PROVEN, UNPROVEN, Stated, holder_of
from trace.chain.known_master import MasterBook
from trace.errors import BatchUnknown, RestrictedNumber
from trace.gs1.link_targets import is_allowed
from trace.gs1.link_types import DEFAULT, RATIFIED, RESERVED, link_type_named
from trace.gs1.linkset import Link
from trace.gs1.restricted import restriction_of
from trace.store.chain.known_links import read_allowed_hosts
from trace.store.chain.master import read_book, read_prefixes_of
from trace.store.resolver.resolution import (
    LinkRow,
    PackRow,
    list_answering,
    list_cases,
    list_link_changes,
    list_locations,
    list_newest_packs,
)
from trace.store.transaction import Connection, Transactions, Tx
from trace.store.versions import versions_of
from trace.usecases.lots.packs import (
    KeyedPack,
    PackStanding,
    gtin_forms,
    packs_under_key,
    standings,
    worst_standing,
)
from trace.usecases.lots.show_container import lots_inside
from trace.usecases.lots.states import INACTIVE, NORMAL, RECALL_COMPLETED, RECALLED, SOURCE_ORDERED, WITHDRAWN
from trace.usecases.resolver.sign_links import LinkSigner

_KEPT: Final = 20_000
Found = TypeVar("Found")
_SHOWN_PLACES: Final = frozenset({"silo", "workshop", "warehouse", "shop", "canteen"})


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered thing: a product, a batch of it, or a location.

    `links` are its organisations' own; `default` is the one they want people sent to, if any. They stand on
    `subjects` (urns), and `owners` may keep them. Of a batch `lots` are all packs under its key; where they
    are several, `each` holds them singly, by their lots and by the digests on their labels.
    """

    name: str
    state: str
    lots: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    default: Link | None = None
    subjects: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset()
    each: Mapping[str, Registered] = field(default_factory=dict)
    completed: bool = False
    """Of a recall: its duties are done, the warning stays."""

    def of(self, *names: str | None) -> Registered:
        """That one of several packs which a lot or a label's digest names, the first name first."""
        return next((self.each[name] for name in names if name and name in self.each), self)


@dataclass(frozen=True, slots=True)
class ItemCode:
    """A serial that was allocated: its batch, its lot, and normal | inactive | recalled | withdrawn."""

    batch_no: str | None
    state: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformCodeItem:
    """An item code without a GTIN: its pack's lot, and normal | inactive | recalled | withdrawn."""

    lot: str
    state: str


PlatformCodeItems = Callable[[str], PlatformCodeItem | None]
"""XXXX-XXXX-XXXX -> the item code, or None; from memory, like `ItemCodes`."""

ItemCodes = Callable[[str, str], ItemCode | None]
"""(GTIN, serial) -> the code, or None for one that nobody allocated; from memory, no database per serial."""


def no_item_codes(_gtin: str, _serial: str) -> ItemCode | None:
    """Where no item codes are issued, every serial is unregistered."""
    return None


def no_platform_code_items(_code: str) -> PlatformCodeItem | None:
    """Where no item codes without a GTIN are issued."""
    return None


@dataclass(frozen=True, slots=True)
class Container:
    """A logistic unit: the batches in it, as the paths of their codes with their names, and the worst state.

    How many packs are in it is its owner's business.
    """

    batches: tuple[tuple[str, str], ...]
    state: str


class Registrations:
    """Products, batches and locations by their keys, remembered while nothing changed."""

    def __init__(
        self,
        transactions: Transactions,
        items: ItemCodes = no_item_codes,
        platform_code_items: PlatformCodeItems = no_platform_code_items,
        signer: LinkSigner | None = None,
    ) -> None:
        self.items = items
        self.platform_code_items = platform_code_items
        self.signer = signer
        self._transactions = transactions
        self._lock = threading.Lock()
        self.versions = versions_of(transactions.engine)
        self._version = -1
        self._found: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    def signing(self, *, fresh: bool = True) -> bool:
        """Whether the key that signs link lists is in force; asked again when anything was recorded.

        `fresh=False` takes what is remembered: a made-up serial asks no database.
        """
        if self.signer is None:
            return False
        return self._remembered(("key", self.signer.kid), self.signer.in_force, fresh)

    def product(self, gtin: str, *, fresh: bool = True) -> Registered | None:
        """The product; `fresh=False` takes what is remembered, however old (its existence never ends)."""
        return self._remembered(("01", gtin), lambda tx: _product(tx.connection, gtin), fresh)

    def unit_of(self, case: str) -> str | None:
        """The GTIN of the units in a case, by the product's master data."""
        cases: dict[str, str] = self._remembered(("case",), lambda tx: list_cases(tx.connection), True)
        return cases.get(case)

    def container(self, sscc: str) -> Container | None:
        """A case or pallet that somebody packed; its state is the worst of the batches in it."""
        return self._remembered(("00", sscc), lambda tx: _container(tx, sscc), True)

    def batch(self, gtin: str, batch_no: str) -> Registered | None:
        return self._remembered(
            ("10", gtin, batch_no), lambda tx: _batch(tx, gtin=gtin, batch_no=batch_no), True
        )

    def find_platform_code(self, code: str) -> Registered | None:
        """The batch that a platform code (XXXX-XXXX-XXXX) names."""
        return self._remembered(("t", code), lambda tx: _batch(tx, platform_code=code), True)

    def lot(self, urn: str) -> Registered | None:
        """The batch whose pack this lot is."""
        return self._remembered(("lot", urn), lambda tx: _batch(tx, lot=urn), True)

    def location(self, gln: str) -> Registered | None:
        """A party's or a place's GLN; None as well for natural persons and plots."""
        return self._remembered(("414", gln), lambda tx: _location(tx.connection, gln), True)

    def _remembered(self, key: tuple[str, ...], read: Callable[[Tx], Found], fresh: bool) -> Found:
        found = self._found
        if not fresh and (known := found.get(key)) is not None:
            return cast("Found", known)
        version = self.versions.pages()
        with self._lock:
            if version != self._version:
                found.clear()
                self._version = version
            elif key in found:
                return cast("Found", found[key])
        with self._transactions.look("resolver") as tx:  # as new as `version`, or newer
            made = read(tx)
        with self._lock:
            if version == self._version:
                found[key] = made
                if len(found) > _KEPT:
                    found.popitem(last=False)
        return made


def _product(connection: Connection, gtin: str) -> Registered | None:
    """The product by the word of who may speak for it; where nobody is registered, by what all say alike."""
    if restriction_of(gtin) is not None:
        raise RestrictedNumber(gtin=gtin.zfill(14))
    urn = f"urn:gtin:{gtin.zfill(14)}"
    book = read_book(connection, [urn])
    packs = list_newest_packs(connection, gtin_forms(gtin))
    stated = book.stated.get(urn, ())
    if not stated and not packs:
        return None
    owners = speakers_of(connection, urn, book)
    said = [one for one in stated if one.stater in owners] or stated
    packed = [pack for pack in packs if pack.iss in owners] or packs
    name = book.product(urn, "").get("name") or _said_alike(said, packed)
    subjects = (urn,)
    owned = _links(connection, subjects, owners)
    return Registered(str(name), NORMAL, (), *owned, subjects, owners)


def speakers_of(connection: Connection, urn: str, book: MasterBook) -> frozenset[str]:
    """Whose word about a product everybody sees: who may speak for its number; where nobody is registered,
    those whose packs answer under it already, and before any does, the only one that said anything of it."""
    answering = list_answering(connection, gtin_forms(urn.removeprefix(GTIN)))
    staters = frozenset(one.stater for one in book.stated.get(urn, ()))
    every = staters.union(answering)
    if any(book.standing(one, urn) != UNPROVEN for one in every):
        return frozenset(one for one in every if book.standing(one, urn) == PROVEN)
    return frozenset(answering) or (staters if len(staters) == 1 else frozenset())


def _said_alike(stated: Iterable[Stated], packs: Iterable[PackRow]) -> str:
    """The name under which a number is known, if all say the same; else none."""
    names = {str(one.data.get("name", "")) for one in stated} or {pack.product_name for pack in packs}
    return names.pop() if len(names) == 1 else ""


def _batch(tx: Tx, **key: str) -> Registered | None:
    """What is registered under the key of a batch: all of its packs, and each of them where they are several.

    A code without a GTIN has no level above it, so the product's links stand here too.
    """
    try:
        packs = packs_under_key(tx.connection, **key)
    except BatchUnknown:
        return None
    with_product = "gtin" not in key
    whole = standings(tx, packs)
    if len(whole) == 1:
        return _registered(tx.connection, whole[0], with_product)
    alone = [_registered(tx.connection, replace(one, counts=one.state), with_product) for one in whole]
    found = [replace(one, counts=_resolved(one.counts)) for one in whole]
    worst = alone[found.index(worst_standing(found))]
    pairs = list(zip(found, alone, strict=True))
    counting = [made for one, made in pairs if not one.foreign]
    named = {name: made for one, made in pairs for name in _names_of(one.keyed, made)}
    return Registered(
        worst.name,
        worst_standing(found).counts,
        tuple(lot for made in alone for lot in made.lots),
        tuple(dict.fromkeys(link for made in counting for link in made.links)),
        counting[0].default if len({made.default for made in counting}) == 1 else None,
        tuple(dict.fromkeys(subject for made in alone for subject in made.subjects)),
        frozenset(owner for made in counting for owner in made.owners),
        named,
        worst_standing(whole).counts == RECALL_COMPLETED,
    )


def _registered(connection: Connection, one: PackStanding, with_product: bool) -> Registered:
    """One pack alone."""
    subjects = (one.lot.urn, one.keyed.pack.product) if with_product else (one.lot.urn,)
    owners = frozenset((one.keyed.noted.iss,))
    owned = _links(connection, subjects, owners)
    state, over = _resolved(one.counts), one.counts == RECALL_COMPLETED
    return Registered(one.lot.product_name, state, (one.lot.urn,), *owned, subjects, owners, completed=over)


def _names_of(keyed: KeyedPack, made: Registered) -> tuple[str, ...]:
    return (*made.lots, *keyed.digests)


def _resolved(state: str) -> str:
    """How a resolver calls a state of goods: what is past its date or failed a test its page says."""
    if state in {SOURCE_ORDERED, RECALL_COMPLETED}:
        return RECALLED
    return state if state in {RECALLED, WITHDRAWN, INACTIVE} else NORMAL


def _location(connection: Connection, gln: str) -> Registered | None:
    """Whom the holder of its prefix says to be there; where nobody is registered, what one thing alone is."""
    holder = holder_of(read_prefixes_of(connection, [gln]), gln)
    rows = list_locations(connection, gln)
    rows = [row for row in rows if holder is None or holder in {row.iss, row.urn}]
    alike = {row.urn for row in rows if row.urn.startswith("urn:place:")} or {row.urn for row in rows}
    row = next((one for one in reversed(rows) if one.urn in alike), None)
    if row is None or len(alike) != 1 or not _may_be_shown(row.urn, row.data):
        return None
    subjects, owners = (row.urn,), frozenset((row.urn, row.iss))
    owned = _links(connection, subjects, owners)
    return Registered(str(row.data.get("name", gln)), NORMAL, (), *owned, subjects, owners)


def _may_be_shown(urn: str, data: Mapping[str, Any]) -> bool:
    """Companies and institutions and their premises; no person, no plot."""
    if urn.startswith("urn:uscc:"):
        return data.get("kind") not in NATURAL_PERSONS
    return urn.startswith("urn:place:") and data.get("kind") in _SHOWN_PLACES


def _container(tx: Tx, sscc: str) -> Container | None:
    lots = lots_inside(tx.connection, f"urn:sscc:{sscc}")
    if lots is None:
        return None
    paths: dict[str, str] = {}
    states: list[str] = []
    for lot in lots:
        with suppress(BatchUnknown):
            one = standings(tx, packs_under_key(tx.connection, lot=lot))[0]
            states.append(_resolved(one.state))
            pack = one.keyed.pack
            if pack.gtin is not None and states[-1] in {NORMAL, RECALLED}:
                key = f"/01/{pack.gtin.zfill(14)}/10/{quote(pack.batch_no, safe='-._~')}"
                paths[key] = f"{one.lot.product_name} {pack.batch_no}"
    worst = next((each for each in (RECALLED, WITHDRAWN, INACTIVE) if each in states), NORMAL)
    return Container(tuple(sorted(paths.items())), RECALLED if worst == RECALLED else NORMAL)


# Links that organisations keep ----------------------------------------------------------------------------


def _links(
    connection: Connection, subjects: Sequence[str], owners: Iterable[str]
) -> tuple[tuple[Link, ...], Link | None]:
    """The owners' own links: the newest of each name, https only, on hosts allowed to them.

    Admission refuses others today (P17); what an older rule took is hidden here.
    """
    allowed = set(owners)
    newest: dict[tuple[str, str, str], LinkRow] = {}
    for row in list_link_changes(connection, subjects):
        if row.iss in allowed:
            newest[row.sub, row.iss, str(row.data.get("field"))] = row
    if not newest:
        return (), None
    hosts = read_allowed_hosts(connection, allowed)
    rows = sorted(newest.values(), key=lambda row: subjects.index(row.sub))
    made = [link for row in rows if (link := shown_link(row.data, hosts.get(row.iss, frozenset())))]
    default = next((link for link in made if link.link_type == DEFAULT), None)
    return tuple(link for link in made if link.link_type != DEFAULT), default


def shown_link(data: Mapping[str, Any], hosts: frozenset[str]) -> Link | None:
    """The link that a change leaves; None where it was taken away or may not be shown."""
    to = data.get("to")
    if not isinstance(to, Mapping):
        return None
    link_type = link_type_named(str(to.get("linkType", "")))
    href, title = str(to.get("href", "")), str(to.get("title", ""))
    if link_type not in RATIFIED - RESERVED or not title or not is_allowed(href, hosts):
        return None
    return Link(
        link_type, href, title, _text(to.get("type")), _texts(to.get("hreflang")), _texts(to.get("context"))
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
