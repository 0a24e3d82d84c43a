"""The loader of link state for admission: links that stand, hosts allowed; two queries a batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.chain.facts.link import HOSTS, LINK_CHANGE, hosts_in, link_type_in
from trace.chain.known_links import LinkBook
from trace.chain.needs import Needs
from trace.parties import PLATFORM
from trace.store.columns import json_value
from trace.store.query import rows_where

_CHANGES: Final = (
    "SELECT statement.iss, record.sub, record.data FROM record "  # noqa: S608 - a name of ours, here and below
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE statement.typ = '{LINK_CHANGE.typ}' AND record.sub {{among}} "
    "ORDER BY statement.arrival, record.id"
)
_OF_PARTIES: Final = (
    "SELECT record.sub, record.data, signing_key.entry FROM record "  # noqa: S608
    "JOIN statement ON statement.id = (record.id & -256) "
    "LEFT JOIN log_entry ON log_entry.stmt = statement.stmt "
    "LEFT JOIN evidence_entry ON evidence_entry.stmt = statement.stmt "
    "AND evidence_entry.origin = statement.origin "
    "JOIN signing_key ON signing_key.kid = coalesce(evidence_entry.kid, log_entry.kid) "
    "AND signing_key.origin = statement.origin "
    f"WHERE statement.typ = '{LINK_CHANGE.typ}' AND record.sub {{among}} "
    "ORDER BY statement.arrival, record.id"
)


def load_links(connection: Connection, needs: Needs, book: LinkBook) -> None:
    """Fill the book for the things and the issuers of a batch."""
    for iss, sub, stored in rows_where(connection, _CHANGES, needs.linked):
        data = json_value(stored)
        name = str(data.get("field"))
        book.defaults[iss, sub] = book.defaults_after((iss, sub), name, link_type_in(data))
    book.hosts.update(read_allowed_hosts(connection, needs.linkers))


def read_allowed_hosts(connection: Connection, parties: Iterable[str]) -> dict[str, frozenset[str]]:
    """Party -> hosts, as last stated for it with a key of the platform."""
    found: dict[str, frozenset[str]] = {}
    for party, stored, entry in rows_where(connection, _OF_PARTIES, parties):
        data = json_value(stored)
        hosts = hosts_in(data) if data.get("field") == HOSTS else None
        if hosts is not None and PLATFORM in orjson.loads(entry)["roles"]:
            found[party] = hosts
    return found
