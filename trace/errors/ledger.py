"""Refusals of the signed log: records, keys, proofs, checkpoints, witnesses.

`reason` params are stable slugs, never prose; the sentences stand in `trace/wording/*/ledger.toml`.
"""

from __future__ import annotations

from trace.errors.base import Conflict, Inadmissible, Malformed, Missing, Unavailable


class NotCanonical(Inadmissible):
    """The bytes are not restricted JCS; `reason` says which rule (docs/record-format.md §2)."""

    code = "not-canonical"


class CharacterRefused(Inadmissible):
    """A control or a mark that turns the direction of writing, in a text that is to be signed for good."""

    code = "character-refused"


class StatementMalformed(Malformed):
    """Not a statement: envelope, header, claims or disclosures have the wrong shape."""

    code = "statement-malformed"


class LeafMalformed(Malformed):
    """Not a leaf of the log: members, types or bytes are wrong."""

    code = "leaf-malformed"


class KeyMalformed(Malformed):
    """Not a usable public key (JWK), or a point that verifiers disagree on."""

    code = "key-malformed"


class KeyFileUnreadable(Malformed):
    """A private key file that cannot be opened: wrong form, wrong or missing password."""

    code = "key-file-unreadable"


class AlgorithmNotEnabled(Inadmissible):
    """The algorithm is known, and this installation has not switched it on."""

    code = "algorithm-not-enabled"


class AlgorithmUnavailable(Unavailable):
    """The algorithm is switched on, and its library (system OpenSSL 3) is absent."""

    code = "algorithm-unavailable"


class NotAuthentic(Inadmissible):
    """A signature that does not verify."""

    code = "not-authentic"


class KeyNotValid(Inadmissible):
    """The key did not count at that place of the log; `reason` says why."""

    code = "key-not-valid"


class KeyUnknown(Inadmissible):
    """No registration of this key is known."""

    code = "key-unknown"


class RegistrationRefused(Inadmissible):
    """A key registration or revocation whose content does not hold; `reason` says why."""

    code = "registration-refused"


class ChainConflict(Conflict):
    """The signer's chain goes on elsewhere: `seq` is the next one due, `prev` the head's id."""

    code = "chain-conflict"


class ProofInvalid(Inadmissible):
    """An inclusion or consistency proof that does not lead to the root."""

    code = "proof-invalid"


class ProofMalformed(Malformed):
    """A proof text that cannot be read."""

    code = "proof-malformed"


class TileMalformed(Malformed):
    """A tile path or tile content outside C2SP tlog-tiles."""

    code = "tile-malformed"


class TileMissing(Missing):
    """A hash the proof needs is in no tile that was handed in."""

    code = "tile-missing"


class NoteMalformed(Malformed):
    """Not a signed note or checkpoint, or not a verifier key."""

    code = "note-malformed"


class NoteNotVerified(Inadmissible):
    """No signature of the expected key stands under the note, or a known one is wrong."""

    code = "note-not-verified"


class PolicyMalformed(Malformed):
    """A trust policy that cannot be read; `line` says where."""

    code = "policy-malformed"


class LogNumberTaken(Malformed):
    """Two logs of a policy have the same number in row ids, so that their rows would be mixed up."""

    code = "log-number-taken"


class QuorumNotMet(Inadmissible):
    """The checkpoint lacks the log's signature or the witnesses that the policy asks for."""

    code = "quorum-not-met"


class BundleMalformed(Malformed):
    """Not a `trace-bundle/1`."""

    code = "bundle-malformed"


class LogForked(Unavailable):
    """A witness has seen a larger or a different tree: signing on would make a second history."""

    code = "log-forked"


__all__ = [
    "AlgorithmNotEnabled",
    "AlgorithmUnavailable",
    "BundleMalformed",
    "ChainConflict",
    "CharacterRefused",
    "KeyFileUnreadable",
    "KeyMalformed",
    "KeyNotValid",
    "KeyUnknown",
    "LeafMalformed",
    "LogForked",
    "NotAuthentic",
    "NotCanonical",
    "NoteMalformed",
    "NoteNotVerified",
    "PolicyMalformed",
    "ProofInvalid",
    "ProofMalformed",
    "QuorumNotMet",
    "RegistrationRefused",
    "StatementMalformed",
    "TileMalformed",
    "TileMissing",
]
