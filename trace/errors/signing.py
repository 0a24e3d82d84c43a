"""Refusals around signing keys of people and what is signed with them on pages."""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, Missing

__all__ = [
    "ChallengeUnknown",
    "HeldKeyUnknown",
    "KeyRequestDecided",
    "KeyRequestOwn",
    "KeyRequestUnfit",
    "KeyRequestUnknown",
    "KindNotYours",
    "MasterKeyAbsent",
    "MasterKeyUnfit",
    "NotOfThisBatch",
    "PersonNeeded",
    "PreparedByAnother",
    "SecondPersonNeeded",
    "SigningBatchUnknown",
]


class KeyRequestUnfit(Malformed):
    """A request for a key's registration that does not hold; params: reason."""

    code = "key-request-unfit"


class ChallengeUnknown(Conflict):
    """The challenge that a new key signed is unknown, used, of somebody else, or too old."""

    code = "key-challenge-unknown"


class KeyRequestUnknown(Missing):
    """No such request for a key's registration."""

    code = "key-request-unknown"


class KeyRequestDecided(Conflict):
    """The request was decided already; params: state."""

    code = "key-request-decided"


class KeyRequestOwn(Forbidden):
    """Who asked for a key cannot accept it: another registrar has to."""

    code = "key-request-own"


class MasterKeyAbsent(Conflict):
    """This server has no master key, so that it can open no key that it holds for others."""

    code = "master-key-absent"


class MasterKeyUnfit(Malformed):
    """The master key cannot be used; params: reason (form, in-data-folder, readable-by-others, missing,
    another)."""

    code = "master-key-unfit"


class HeldKeyUnknown(Missing):
    """The service holds no such key for this organisation."""

    code = "held-key-unknown"


class SigningBatchUnknown(Missing):
    """No such batch of drafts of this organisation."""

    code = "signing-batch-unknown"


class NotOfThisBatch(Inadmissible):
    """A signed statement is none of the drafts that wait in this batch."""

    code = "not-of-this-batch"


class PersonNeeded(Forbidden):
    """A key that the service holds signs for a signed-in person alone, never for a token."""

    code = "person-needed"


class KindNotYours(Forbidden):
    """None of a person's roles signs records of that kind; params: typ, roles (that do)."""

    code = "kind-not-yours"


class SecondPersonNeeded(Forbidden):
    """Another than who prepared such a record looks at it and signs it; params: typ."""

    code = "second-person-needed"


class PreparedByAnother(Forbidden):
    """Who prepared a report hands it over to be signed, so that another can sign it."""

    code = "prepared-by-another"
