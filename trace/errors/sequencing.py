"""Refusals on the way into the log: order, groups, roles of keys and of platforms."""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, TooLarge, Unavailable


class StreamStopped(Conflict):
    """An earlier statement of this stream was refused, so this one was not tried; `seq` is due next."""

    code = "stream-stopped"


class GroupRefused(Conflict):
    """The caller asked for all or none, and the statement at `position` was refused."""

    code = "group-refused"


class GroupTooLarge(TooLarge):
    """More statements in one group than one transaction takes; `limit` says how many."""

    code = "group-too-large"


class KindNotTaken(Inadmissible):
    """This platform's log does not take this kind of record; `role` is the platform's."""

    code = "kind-not-taken"


class RegistrarUnknown(Forbidden):
    """Only the registrars of the platform's policy register keys, and they or the holder revoke them."""

    code = "registrar-unknown"


class KeyAlreadyRegistered(Conflict):
    """The key stands in this log's register already; a revoked key never comes back."""

    code = "key-already-registered"


class EvidenceContradicts(Conflict):
    """The other log showed another statement at this index, or another tree of this size, before."""

    code = "evidence-contradicts"


class EvidenceNotVerified(Inadmissible):
    """Something in the evidence does not hold; `step` is the failed step of its verification."""

    code = "evidence-not-verified"


class SequencerStopped(Unavailable):
    """The log takes no statements now: it is stopping, or a check at its start failed."""

    code = "sequencer-stopped"


class WitnessUnavailable(Unavailable):
    """A witness gave no usable answer; its line under the checkpoint is still missing."""

    code = "witness-unavailable"


class WitnessConflict(Conflict):
    """The witness has seen the tree at another size than the one the log assumed; `size` is the witness's."""

    code = "witness-conflict"


class EntriesUnavailable(Unavailable):
    """A log's new entries could not be read by its witness; without them it does not cosign."""

    code = "entries-unavailable"


class CheckpointPending(Unavailable):
    """No checkpoint with the lines of all witnesses covers this entry yet; `present` of `needed` signed."""

    code = "checkpoint-pending"


__all__ = [
    "CheckpointPending",
    "EntriesUnavailable",
    "EvidenceContradicts",
    "EvidenceNotVerified",
    "GroupRefused",
    "GroupTooLarge",
    "KeyAlreadyRegistered",
    "KindNotTaken",
    "RegistrarUnknown",
    "SequencerStopped",
    "StreamStopped",
    "WitnessConflict",
    "WitnessUnavailable",
]
