"""Answers about the log: statements, heads of streams, keys, and the feed for other platforms."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, anything, said, texts
from trace.ledger.keys import KeyEntry


class Head(Document):
    """Where a stream stands: the next statement takes seq + 1 and names stmt as prev."""

    iss = fields.String()
    stream = fields.String()
    seq = fields.Integer(metadata=said("0: nothing yet"))
    stmt = fields.String(allow_none=True)
    now = fields.DateTime(metadata=said("the log's time; a statement is not signed after it"))


class LoggedStatement(Document):
    """One statement's place in the log, and for those who may see it, the statement as it was signed."""

    sometimes = frozenset({"jws"})

    stmt = fields.String(metadata=said("base64url SHA-256 of the compact JWS"))
    log = fields.String()
    index = fields.Integer()
    logged_at = fields.DateTime()
    leaf = fields.String()
    jws = fields.Dict(keys=fields.String(), metadata=said("RFC 7515 §7.2.2, flattened"))


class KeyStatement(Document):
    """A statement that registers or revokes a key, compact as it was signed."""

    index = fields.Integer()
    jws = fields.String()


class KeyStatements(Document):
    """Key registrations and revocations with their indices."""

    statements = fields.List(fields.Nested(KeyStatement))


class Key(Document):
    """All that was stated about a key; indices are positions in its log."""

    kid = fields.String(attribute="entry.kid")
    jwk = fields.Dict(attribute="entry.jwk", keys=fields.String())
    alg = fields.String(attribute="entry.alg")
    holder = fields.String(attribute="entry.holder")
    holder_name = fields.String(attribute="entry.holder_name")
    roles = fields.List(fields.String(), attribute="entry.roles")
    streams = fields.List(fields.String(), attribute="entry.streams")
    custody = fields.String(attribute="entry.custody")
    log = fields.String(attribute="entry.origin")
    registered_at = fields.Integer(attribute="entry.registered_at")
    revoked_at = fields.Integer(attribute="entry.revoked_at", allow_none=True)
    revoke_reason = fields.String(attribute="entry.revoke_reason", allow_none=True)
    invalid_from = fields.Integer(attribute="entry.invalid_from", allow_none=True)
    valid_from = fields.DateTime(attribute="entry.valid_from")
    valid_to = fields.DateTime(attribute="entry.valid_to")
    statements = texts()


class JwkSet(Document):
    """The keys in force now (RFC 7517)."""

    keys = fields.Function(
        lambda held: [_jwk(key) for key in held["keys"]],
        metadata={"type": "array", "items": {"type": "object"}},
    )


class FeedItem(Document):
    """A signed statement with its proof under the first checkpoint that held it."""

    jws = anything()
    leaf = fields.String()
    log = fields.String()
    index = fields.Integer()
    under = fields.Integer(metadata=said("the size of that checkpoint"))
    proof = texts()
    secret = fields.String()


class Feed(Document):
    """A page of the feed, in log order."""

    items = fields.List(fields.Nested(FeedItem))
    checkpoint = fields.String(allow_none=True, metadata=said("the newest that both witnesses signed"))
    checkpoints = texts()
    next = fields.String(metadata=said("the `after` of the next page"))


def _jwk(key: KeyEntry) -> dict[str, str]:
    return {**key.jwk, "kid": key.kid, "use": "sig"}
