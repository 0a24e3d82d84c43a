"""Refusals of the store: what is already there, what may not be touched, what the machine lacks."""

from __future__ import annotations

from trace.errors.base import Conflict, Malformed, Unavailable


class AlreadyRecorded(Conflict):
    """A named constraint of the database refused the row; `constraint` says which."""

    code = "already-recorded"


class AppendOnly(Conflict):
    """Somebody tried to change or delete a row of the log; the database refused it."""

    code = "append-only"


class ValueOutOfRange(Malformed):
    """A number or a text that no table can hold and no arithmetic can do with."""

    code = "value-out-of-range"


class NestedTooDeep(Malformed):
    """JSON whose members lie within one another beyond all use."""

    code = "nested-too-deep"


class StorageBroken(Unavailable):
    """The database cannot be read or opened; params: reason (what its engine says, without values)."""

    code = "storage-broken"


class SchemaOutdated(Unavailable):
    """The database lacks tables or columns, or has those of another version; params: found, wanted."""

    code = "schema-outdated"


class StorageFull(Unavailable):
    """The disk or the quota is used up; nothing of the batch was kept."""

    code = "storage-full"


class StorageBusy(Unavailable):
    """Another writer held the database for longer than the waiting time."""

    code = "storage-busy"


class StorageLost(Unavailable):
    """The database went away; what was not acknowledged was not kept."""

    code = "storage-lost"


__all__ = [
    "AlreadyRecorded",
    "AppendOnly",
    "NestedTooDeep",
    "SchemaOutdated",
    "StorageBroken",
    "StorageBusy",
    "StorageFull",
    "StorageLost",
    "ValueOutOfRange",
]
