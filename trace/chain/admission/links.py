"""`link.change` as a decision: a link leads people who trust the code on a pack, so it is an act of ours.

Whose thing it is, where it leads, of which type, in which language, and that one default stands at most
(GS1-Conformant Resolver, registration). P17 holds by the day on which the log took the record: what was taken
before that day is kept as it is, now and on every replay; the resolver then hides what may not be shown.
"""

from __future__ import annotations

from typing import Final

from trace.chain.admission.decision import Docket, day_of
from trace.chain.admission.records import keep
from trace.chain.effects import HostsAllowed, LinkKept
from trace.chain.facts import LinkChanged
from trace.chain.facts.link import HOSTS, StatedLink, hosts_in, link_type_in, read_hosts, read_link
from trace.errors.food import FactMalformed, MayNotState
from trace.errors.links import (
    DefaultLinkTaken,
    LinkHostNotAllowed,
    LinkSubjectForeign,
    LinkTitleLanguage,
    LinkTypeReserved,
)
from trace.gs1.link_targets import host_of, speaks
from trace.gs1.link_types import DEFAULT, PREFIX, RESERVED
from trace.parties import PLATFORM

RULE: Final = "P17"
_PARTIES: Final = ("urn:uscc:", "urn:party:")


def link(docket: Docket, fact: LinkChanged) -> None:
    """Step 4 of a change of links or of the hosts that they may lead to."""
    if docket.rules.admission(RULE, docket.typ, day_of(docket.entry.logged_at)) is not None:
        if fact.field == HOSTS:
            _check_hosts(docket, fact)
        else:
            _check_link(docket, fact)
    keep(docket, fact)
    _remember(docket, fact)


def _remember(docket: Docket, fact: LinkChanged) -> None:
    """As the store reads it again: hosts count where a key of the platform signed, and as a list only."""
    if fact.field != HOSTS:
        kind = link_type_in(docket.raw)
        docket.add(LinkKept(docket.claims.iss, fact.sub, fact.field, kind))
    elif PLATFORM in docket.roles and (hosts := hosts_in(docket.raw)) is not None:
        docket.add(HostsAllowed(fact.sub, hosts))


def _check_hosts(docket: Docket, fact: LinkChanged) -> None:
    """Hosts are allowed by the platform, to a party."""
    if PLATFORM not in docket.roles:
        raise MayNotState(typ=docket.typ, roles=sorted(docket.roles))
    if not fact.sub.startswith(_PARTIES):
        raise FactMalformed(typ=docket.typ, path="$.sub", expected="the party that the hosts are allowed to")
    read_hosts(docket.raw)


def _check_link(docket: Docket, fact: LinkChanged) -> None:
    _check_subject(docket, fact.sub)
    stated = read_link(docket.raw)
    if stated is None:
        return
    if stated.link_type in RESERVED:
        raise LinkTypeReserved(linkType=PREFIX + stated.link_type)
    if not speaks(stated.title, stated.hreflang):
        raise LinkTitleLanguage(title=stated.title, hreflang=list(stated.hreflang))
    _check_host(docket, stated)
    if stated.link_type == DEFAULT:
        _check_one_default(docket, fact)


def _check_subject(docket: Docket, sub: str) -> None:
    """One's own product, place or packed batch, or oneself."""
    iss = docket.claims.iss
    lot = docket.known.lots.get(sub)
    own_lot = lot is not None and lot.holder == iss and lot.pack is not None
    if sub != iss and not own_lot and docket.known.book.owners.get(sub) != iss:
        raise LinkSubjectForeign(sub=sub, iss=iss)


def _check_host(docket: Docket, stated: StatedLink) -> None:
    host = host_of(stated.href)
    allowed = docket.known.book.hosts.get(docket.claims.iss, frozenset())
    if host not in allowed:
        rule = docket.rules.at(RULE, day_of(docket.entry.logged_at))
        raise LinkHostNotAllowed(
            rule=rule.id, clause=f"{rule.source} {rule.clause}", host=host, hosts=sorted(allowed),
            value=host, limit=len(allowed),
        )  # fmt: skip


def _check_one_default(docket: Docket, fact: LinkChanged) -> None:
    """Exactly one default a level: another name of the same owner must not hold one already."""
    held = docket.known.book.defaults.get((docket.claims.iss, fact.sub), frozenset())
    others = sorted(held - {fact.field})
    if others:
        raise DefaultLinkTaken(sub=fact.sub, field=others[0])
