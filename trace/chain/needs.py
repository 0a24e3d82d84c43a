"""The needs of a decision: names of the states that admission must know, for the store to look up in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from trace.frozen import quickly_made, replaced

_NONE: Final[frozenset[str]] = frozenset()
_ANY: Final[frozenset[Any]] = frozenset()


@quickly_made
@dataclass(frozen=True, slots=True)
class Needs:
    """Names whose states a decision reads; whatever does not exist is simply absent from `ChainState`.

    lots        lot urns: state, balance, open marks, reports and certificates of each
    gated       those of `lots` whose `detail["goods"]` (the same goods before) are needed too
    coded       those of `lots` whose range of serials is needed, with what became of it
    scopes      scopes of serials: where the next range begins
    items       (lot urn, first counter, count): which of these codes are in a container already
    containers  container urns: what they stand in, outwards to the last
    named       platform codes: which lot has one already
    vouched     those of `lots` whose supplier's lot (`detail["supplierLot"]`) may vouch for them (R07)
    statements  statement ids: kind, issuer, subject, place in its log
    amended     statement ids whose effects are to be undone or disputed: what `Made` holds
    disputes    statement ids that (or whose newest correction) opened a dispute: it, and `Made` of the opener
                and of all it is about
    parties     party urns: master data
    holders     party urns whose licences are wanted
    products    product urns: master data
    places      place urns: master data and, for plots, the operations on them
    licences    licence urns: master data and the mass packed under them by licence year
    prefixed    GTINs and GLNs: the company prefixes that they may begin with
    unproven    company prefixes and 14-digit GTINs whose open marks about unproven numbers are wanted
    doubted     numbers of accreditations: the open marks of reports that name them without proof (R50)
    accredits   laboratories: the reports of each that name an accreditation (one of its own ends)
    harvested   plot urns whose harvest lots are wanted (an operation may arrive after the harvest)
    linked      urns whose links are wanted
    linkers     issuers of links: the hosts that are allowed to them
    records     statement ids of kept records (orders, samplings, commissions): data, and whether they stand
    labels      lots and products whose label is changed: all packs below, and earlier changes of them
    disputed    statement ids: the open disputes about them
    fallen      (key, index): what it signed at and above that index, as far as hand-overs hang on it
    signed      (key, index): what it signed at and above that index, and the goods that this is about
    formers     statement ids (corrections, or what was corrected): the links that they took away
    handovers   names of hand-overs, with the claims paired with each: their statements (first versions), and
                urns of lots that they sent or sent from
    claims      names of claims: their receipts' statements (first versions), with the hand-over that they
                hold and all who claim it; what they name: hand-overs' statements, urns of lots, keys.
                With both come the statements that they hang on, as signed, and answers to them (`WordBook`)
    """

    lots: frozenset[str] = _NONE
    gated: frozenset[str] = _NONE
    coded: frozenset[str] = _NONE
    scopes: frozenset[str] = _NONE
    named: frozenset[str] = _NONE
    items: frozenset[tuple[str, int, int]] = frozenset()
    containers: frozenset[str] = _NONE
    vouched: frozenset[str] = _NONE
    statements: frozenset[str] = _NONE
    amended: frozenset[str] = _NONE
    disputes: frozenset[str] = _NONE
    parties: frozenset[str] = _NONE
    holders: frozenset[str] = _NONE
    products: frozenset[str] = _NONE
    places: frozenset[str] = _NONE
    licences: frozenset[str] = _NONE
    prefixed: frozenset[str] = _NONE
    unproven: frozenset[str] = _NONE
    doubted: frozenset[str] = _NONE
    accredits: frozenset[str] = _NONE
    harvested: frozenset[str] = _NONE
    linked: frozenset[str] = _NONE
    linkers: frozenset[str] = _NONE
    records: frozenset[str] = _NONE
    labels: frozenset[str] = _NONE
    disputed: frozenset[str] = _NONE
    fallen: frozenset[tuple[str, int]] = frozenset()
    signed: frozenset[tuple[str, int]] = frozenset()
    formers: frozenset[str] = _NONE
    handovers: frozenset[str] = _NONE
    claims: frozenset[str] = _NONE

    def __or__(self, other: Needs) -> Needs:
        return Needs(*(getattr(self, name) | getattr(other, name) for name in Needs.__slots__))

    def with_words(self, named: frozenset[str]) -> Needs:
        """And the hand-overs and claims of these names (most records are asked this)."""
        return replaced(self, {"handovers": self.handovers | named, "claims": self.claims | named})

    @classmethod
    def all_of(cls, several: list[Needs]) -> Needs:
        """The union, made at once (a batch has hundreds)."""
        return cls(*(_ANY.union(*column) for column in zip(*map(_members, several), strict=True)))


_members: Final = attrgetter(*Needs.__slots__)
