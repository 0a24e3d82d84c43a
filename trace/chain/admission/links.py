"""Decisions on links: `link.change` is an act of ours, since it leads people who trust the code on a pack.

Whose thing it is, where it leads, of which type, in which language, and that one default stands at most
(GS1-Conformant Resolver, registration). P17 holds by the day on which the log took the record: what was taken
before that day is kept as it is, now and on every replay; the resolver then hides what may not be shown.
"""

from __future__ import annotations

from typing import Final

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
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


@decides(facts.link.LINK_CHANGE)
def link(decision: Decision, fact: LinkChanged) -> None:
    """Enter a change of links, or of the hosts that they may lead to (step 4)."""
    if decision.rules.admission(RULE, decision.typ, day_of(decision.entry.logged_at)) is not None:
        with decision.door():
            if fact.field == HOSTS:
                _check_hosts(decision, fact)
            else:
                _check_link(decision, fact)
    keep(decision, fact)
    _remember(decision, fact)


def _remember(decision: Decision, fact: LinkChanged) -> None:
    """As the store reads it again: hosts count where a key of the platform signed, and as a list only."""
    if fact.field != HOSTS:
        kind = link_type_in(decision.raw)
        decision.add(LinkKept(decision.claims.iss, fact.sub, fact.field, kind))
    elif PLATFORM in decision.roles and (hosts := hosts_in(decision.raw)) is not None:
        decision.add(HostsAllowed(fact.sub, hosts))


def _check_hosts(decision: Decision, fact: LinkChanged) -> None:
    """Hosts are allowed by the platform, to a party."""
    if PLATFORM not in decision.roles:
        raise MayNotState(typ=decision.typ, roles=sorted(decision.roles))
    if not fact.sub.startswith(_PARTIES):
        raise FactMalformed(
            typ=decision.typ, path="$.sub", expected="the party that the hosts are allowed to"
        )
    read_hosts(decision.raw)


def _check_link(decision: Decision, fact: LinkChanged) -> None:
    _check_subject(decision, fact.sub)
    stated = read_link(decision.raw)
    if stated is None:
        return
    if stated.link_type in RESERVED:
        raise LinkTypeReserved(linkType=PREFIX + stated.link_type)
    if not speaks(stated.title, stated.hreflang):
        raise LinkTitleLanguage(title=stated.title, hreflang=list(stated.hreflang))
    _check_host(decision, stated)
    if stated.link_type == DEFAULT:
        _check_one_default(decision, fact)


def _check_subject(decision: Decision, sub: str) -> None:
    """One's own product, place or packed batch, or oneself."""
    iss = decision.claims.iss
    lot = decision.known.lots.get(sub)
    own_lot = lot is not None and lot.holder == iss and lot.pack is not None
    if sub != iss and not own_lot and not decision.known.master.keeps(iss, sub):
        raise LinkSubjectForeign(sub=sub, iss=iss)


def _check_host(decision: Decision, stated: StatedLink) -> None:
    host = host_of(stated.href)
    allowed = decision.known.book.hosts.get(decision.claims.iss, frozenset())
    if host not in allowed:
        rule = decision.rules.at(RULE, day_of(decision.entry.logged_at))
        raise LinkHostNotAllowed(
            rule=rule.id, clause=rule.cited, host=host, hosts=sorted(allowed),
            value=host, limit=len(allowed),
        )  # fmt: skip


def _check_one_default(decision: Decision, fact: LinkChanged) -> None:
    """Exactly one default a level: another name of the same owner must not hold one already."""
    held = decision.known.book.defaults.get((decision.claims.iss, fact.sub), frozenset())
    others = sorted(held - {fact.field})
    if others:
        raise DefaultLinkTaken(sub=fact.sub, field=others[0])
