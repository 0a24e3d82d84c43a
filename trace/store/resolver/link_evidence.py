"""Link evidence: the statements behind a level: of the thing, what became of it, and its links."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.facts.link import HOSTS, LINK_CHANGE
from trace.chain.facts.oversight import CLOSING, HOLD, RECALL
from trace.store.columns import json_value
from trace.store.query import rows_where

_FATES: Final = ("activated", "voided", RECALL.typ, HOLD.typ, CLOSING.typ)
_MADE: Final = {
    "party": (
        "SELECT statement.stmt FROM party JOIN statement ON statement.id = (party.id & -256) "
        "WHERE party.urn {among}"
    ),
    "pack": (
        "SELECT statement.stmt FROM lot JOIN pack ON pack.lot = lot.id "
        "JOIN statement ON statement.id = (pack.id & -256) WHERE lot.urn {among}"
    ),
    "correction": (
        "SELECT newest.stmt FROM lot JOIN pack ON pack.lot = lot.id "
        "JOIN statement ON statement.id = (pack.id & -256) "
        "JOIN statement AS newest ON newest.id = statement.amended_by WHERE lot.urn {among}"
    ),
}
_SAID: Final = {
    kind: f"SELECT statement.stmt FROM {kind} "  # noqa: S608 - names of ours
    f"JOIN statement ON statement.id = ({kind}.id & -256) WHERE {kind}.urn {{among}} "
    f"AND ({kind}.official = 1 OR {kind}.stater {{among}})"
    for kind in ("product", "place")
}
_FATE: Final = (
    "SELECT statement.stmt FROM lot JOIN lot_statement ON lot_statement.lot = lot.id "
    "JOIN statement ON statement.id = lot_statement.statement "
    "WHERE lot.urn {among} AND lot_statement.role {among} ORDER BY statement.arrival"
)
_LINKS: Final = (
    "SELECT statement.stmt, statement.iss, record.sub, record.data FROM record "  # noqa: S608 - a name of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE statement.typ = '{LINK_CHANGE.typ}' AND record.sub {{among}} "
    "ORDER BY statement.arrival, record.id"
)


def statements_behind(connection: Connection, subjects: Iterable[str], owners: Collection[str]) -> list[str]:
    """Statement ids behind what stands at these urns: their own records and the owners' links in force."""
    about = list(subjects)
    found = [stmt for text in _SAID.values() for (stmt,) in rows_where(connection, text, about, owners)]
    found += [stmt for text in _MADE.values() for (stmt,) in rows_where(connection, text, about)]
    found += [stmt for (stmt,) in rows_where(connection, _FATE, about, _FATES)]
    links = _newest(connection, about, owners)
    found += links
    return list(dict.fromkeys(found + (_newest(connection, owners, (), HOSTS) if links else [])))


def _newest(
    connection: Connection, subjects: Collection[str], owners: Collection[str], only: str | None = None
) -> list[str]:
    """The newest change of each name, as far as it leaves a link; `only`: of that name, by anybody."""
    newest: dict[tuple[str, str, str], str | None] = {}
    for stmt, iss, sub, stored in rows_where(connection, _LINKS, subjects):
        data = json_value(stored)
        field = str(data.get("field"))
        if field == only if only is not None else iss in owners and field != HOSTS:
            newest[iss, sub, field] = stmt if data.get("to") is not None else None
    return [stmt for stmt in newest.values() if stmt is not None]
