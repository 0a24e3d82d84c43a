"""Refusals at the door: tokens, scopes, limits, request shapes."""

from __future__ import annotations

from trace.errors.base import (
    Conflict,
    Forbidden,
    Malformed,
    Missing,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

__all__ = [
    "AnswerTooDear",
    "BodyCutOff",
    "BodyTooLarge",
    "BodyTooSlow",
    "BodyUnreadable",
    "ClockWouldGoBack",
    "CodeNotActive",
    "CursorMalformed",
    "EmptyBody",
    "FolderUnfit",
    "HostUnclear",
    "MediaTypeUnsupported",
    "NotInOwnName",
    "NotReady",
    "NothingToErase",
    "PlacesTaken",
    "PolicyAbsent",
    "RetentionRunning",
    "ScopeMissing",
    "TokenExpired",
    "TokenMalformed",
    "TokenMissing",
    "TokenUnfit",
    "TokenUnknown",
    "UnknownKey",
    "UnknownLot",
    "UnknownStatement",
    "UnknownTile",
]


class TokenMissing(Unauthenticated):
    """The call needs an organisation's API token and has none."""

    code = "token-missing"


class TokenUnknown(Unauthenticated):
    """The token is unknown or revoked."""

    code = "token-unknown"


class TokenExpired(Unauthenticated):
    """The token was good until its last day; params: until."""

    code = "token-expired"


class ScopeMissing(Forbidden):
    """The token may not do this; params: scope (needed)."""

    code = "scope-missing"


class NotInOwnName(Forbidden):
    """Streams, drafts and code ranges answer to their own party alone; params: name (asked for)."""

    code = "not-in-own-name"


class TokenMalformed(Malformed):
    """What is to be sent as a token holds line breaks or what no header can carry; params: length."""

    code = "token-malformed"


class TokenUnfit(Malformed):
    """A token is not issued with this; params: member, value, allowed."""

    code = "token-unfit"


class EmptyBody(Malformed):
    code = "empty-body"


class BodyUnreadable(Malformed):
    """The body is not what its media type says; params: expected, line (of a batch)."""

    code = "body-unreadable"


class BodyTooLarge(TooLarge):
    """Over the limit; params: limit, unit."""

    code = "body-too-large"


class BodyTooSlow(Malformed):
    """The body came more slowly than the least pace; params: received (bytes), seconds (of grace)."""

    code = "body-too-slow"
    http_status = 408


class BodyCutOff(Malformed):
    """The connection ended before the body did."""

    code = "request-incomplete"
    http_status = 408


class PlacesTaken(Unavailable):
    """All that is kept for such requests is in use; params: for (requests, bodies, dear)."""

    code = "places-taken"


class AnswerTooDear(Unavailable):
    """The answer costs more than anybody may ask for; params: seconds (of a processor)."""

    code = "answer-too-dear"


class HostUnclear(Malformed):
    """A request does not say which host it is for, or several (RFC 9112, 3.2)."""

    code = "host-unclear"


class MediaTypeUnsupported(Malformed):
    """The body's media type is not taken here; params: found, expected (a list)."""

    code = "media-type-unsupported"
    http_status = 415


class NothingToErase(Missing):
    """No such private value is held; params: stmt, members (named but not held)."""

    code = "nothing-to-erase"


class RetentionRunning(Conflict):
    """The record has to be kept for longer; params: stmt, rule, clause, until (the first day after)."""

    code = "retention-running"


class UnknownLot(Missing):
    """params: lot."""

    code = "unknown-lot"


class UnknownStatement(Missing):
    """params: stmt."""

    code = "unknown-statement"


class NotReady(Unavailable):
    """params: part (what is missing)."""

    code = "not-ready"


class FolderUnfit(Unavailable):
    """A data folder cannot be used; params: part, reason."""

    code = "folder-unfit"


class ClockWouldGoBack(Malformed):
    """The demo clock never goes back; params: now, wanted."""

    code = "clock-would-go-back"


class PolicyAbsent(Unavailable):
    """A policy folder lacks a part; params: part."""

    code = "policy-absent"


class UnknownTile(Missing):
    """The log has no such tile yet; params: path."""

    code = "unknown-tile"


class UnknownKey(Missing):
    """params: kid."""

    code = "unknown-key"


class CursorMalformed(Malformed):
    """params: cursor."""

    code = "cursor-malformed"


class CodeNotActive(Conflict):
    """A label is drawn only for a live code; params: lot, state, gates."""

    code = "code-not-active"
