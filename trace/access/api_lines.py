"""The calls of machines: which scopes and departments open each (docs/access.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trace.access.line import Access
from trace.parties import (
    ADDRESSED,
    ALL,
    ANSWERS,
    COMPLAINTS,
    ENTRIES,
    EVIDENCE,
    FEED,
    FILES,
    OWN,
    PRINT,
    REGULATOR_MARKET,
    REGULATORS,
    STATE,
    STEPS,
)

ANYBODY: Final = Access(public=True)
_READ: Final = (OWN, STATE, ALL)
_OF_A_LOT: Final = "own lots and those of partners; an authority the lots of its area"
_SIGHT: Final = Access(_READ, public=True, shown=_OF_A_LOT)
_PRESS: Final = Access((PRINT, STATE), shown="labels of one's own packs")
_PRINTED: Final = Access((PRINT, STATE, ALL), shown="one's own runs; an authority those of its area")
_ALERTS: Final = Access(_READ, shown="alerts about one's own packs; an authority all of its area")
_FILES: Final = Access((STATE,), shown="one's own uploads")
_ANALYSES: Final = Access(
    _READ, shown="analyses made for oneself; an authority those made in its area or for firms there"
)
_JUDGES: Final = Access(_READ, shown="one's own firm; an authority the firms of its area")
_WITNESS: Final = Access((ENTRIES,))
_MARKET: Final = frozenset({REGULATOR_MARKET})

_CASES: Final = Access((ALL, STEPS), REGULATORS, shown="cases of an authority's department and area")

CALLS: Final[Mapping[str, Access]] = {
    "POST /api/v1/statements": Access((STATE,)),
    "GET /api/v1/statements/{stmt}": Access(
        _READ, public=True, shown="private members of one's own records; an authority those of its area"
    ),
    "GET /api/v1/statements/{stmt}.tlog-proof": ANYBODY,
    "GET /api/v1/heads": Access((STATE, OWN), shown="one's own streams"),
    "POST /api/v1/drafts/check": Access((STATE,), shown="drafts in one's own name"),
    "POST /api/v1/uploads": _FILES,
    "GET /api/v1/uploads": _FILES,
    "GET /api/v1/uploads/{upload}": _FILES,
    "DELETE /api/v1/uploads/{upload}": _FILES,
    "PUT /api/v1/uploads/{upload}/parts/{number}": _FILES,
    "GET /api/v1/uploads/{upload}/faults": _FILES,
    "GET /api/v1/uploads/{upload}/groups": _FILES,
    "POST /api/v1/uploads/{upload}/groups": _FILES,
    "POST /api/v1/uploads/{upload}/cells": _FILES,
    "POST /api/v1/uploads/{upload}/left-out": _FILES,
    "GET /api/v1/uploads/{upload}/annotated.xlsx": _FILES,
    "GET /api/v1/uploads/{upload}/changed": _FILES,
    "POST /api/v1/uploads/{upload}/corrections": _FILES,
    "POST /api/v1/uploads/{upload}/wave": _FILES,
    "POST /api/v1/uploads/{upload}/statements": _FILES,
    "GET /api/v1/uploads/{upload}/receipts": _FILES,
    "GET /api/v1/uploads/{upload}/tables": _FILES,
    "POST /api/v1/uploads/{upload}/preview": _FILES,
    "GET /api/v1/upload-mappings": _FILES,
    "POST /api/v1/upload-mappings": _FILES,
    "GET /api/v1/lots/{lot}": _SIGHT,
    "GET /api/v1/lots/{lot}/upstream": _SIGHT,
    "GET /api/v1/lots/{lot}/downstream": _SIGHT,
    "GET /api/v1/lots/{lot}/scope": Access(
        _READ, shown="what one handed over of one's own lot; an authority everything of its area"
    ),
    "GET /api/v1/lots/{lot}/marks": _SIGHT,
    "GET /api/v1/lots/{lot}/disposals": _SIGHT,
    "GET /api/v1/lots/{lot}/orders": _SIGHT,
    "GET /api/v1/lots/{lot}/events": _SIGHT,
    "GET /api/v1/lots/{lot}/codes": Access((*_READ, PRINT), public=True, shown=_OF_A_LOT),
    "GET /api/v1/lots/{lot}/bundle": _SIGHT,
    "GET /api/v1/lots/{lot}/bundle?view=regulator": Access((ALL,)),
    "GET /api/v1/analyses": _ANALYSES,
    "GET /api/v1/analyses/{hash}": _ANALYSES,
    "POST /api/v1/analyses/mass-balance": _JUDGES,
    "POST /api/v1/analyses/common-source": Access((ALL,), REGULATORS, shown="batches of an authority's area"),
    "POST /api/v1/analyses/contribution": Access((ALL,), REGULATORS, shown="lots of an authority's area"),
    "POST /api/v1/analyses/gaps": _JUDGES,
    "POST /api/v1/mock-recalls": _JUDGES,
    "GET /api/v1/mock-recalls": _JUDGES,
    "GET /api/v1/containers/{sscc}": Access(
        _READ, public=True, shown="what one packed; an authority what was packed in its area"
    ),
    "GET /api/v1/inbox": Access((OWN, STATE), shown="what is addressed to one's own party"),
    "GET /api/v1/unanswered": Access(
        (ALL,), REGULATORS, shown="claims and hand-overs that wait in an authority's area, by firm"
    ),
    "POST /api/v1/inbox/note": Access((OWN, STATE), shown="lines addressed to one's own party"),
    "GET /api/v1/code-ranges/next": Access((STATE,), shown="products in one's own name"),
    "GET /api/v1/lots/{lot}/label": _PRESS,
    "POST /api/v1/lots/{lot}/label": _PRESS,
    "POST /api/v1/lots/{lot}/print-runs": _PRESS,
    "GET /api/v1/lots/{lot}/print-runs": _PRINTED,
    "GET /api/v1/print-runs/{run}": _PRINTED,
    "DELETE /api/v1/print-runs/{run}": _PRESS,
    "GET /api/v1/print-runs/{run}/parts/{number}": _PRESS,
    "GET /api/v1/print-runs/{run}/files.zip": _PRESS,
    "GET /api/v1/print-runs/{run}/manifest": _PRINTED,
    "GET /api/v1/print-runs/{run}/manifest.jws": _PRINTED,
    "PUT /api/v1/print-runs/{run}/manifest.jws": _PRESS,
    "GET /api/v1/links": Access(_READ, shown="one's own links; an authority everybody's"),
    "GET /api/v1/links/template": ANYBODY,
    "GET /api/v1/cases": _CASES,
    "GET /api/v1/cases/{number}": _CASES,
    "GET /api/v1/cases/{number}/papers/{sha256}": _CASES,
    "GET /api/v1/disputes": Access(
        (ALL, STEPS), REGULATORS, shown="open disputes with a side in an authority's area"
    ),
    "POST /api/v1/cases": Access(
        (STEPS,), REGULATORS, shown="as the person to whom the token was given, of firms of the area"
    ),
    "POST /api/v1/cases/{number}/steps": Access(
        (STEPS,), REGULATORS, shown="as the person to whom the token was given, with that person's roles"
    ),
    "GET /api/v1/complaints": Access((COMPLAINTS,), REGULATORS, shown="those of an authority's area"),
    "POST /api/v1/complaints/{number}/state": Access((ANSWERS,), REGULATORS),
    "GET /api/v1/test-wishes": Access((COMPLAINTS,), REGULATORS),
    "PUT /api/v1/files/{sha256}": Access((FILES,)),
    "PUT /api/v1/photos/{sha256}": Access((STATE, FILES)),
    "DELETE /api/v1/photos/{sha256}": Access((STATE,), shown="photographs that one's own records name"),
    "GET /api/v1/scan-alerts": _ALERTS,
    "POST /api/v1/scan-alerts/{number}/acknowledgement": _ALERTS,
    "POST /api/v1/scan-alerts/{number}/finding": Access((ALL,)),
    "GET /api/v1/status": Access((ALL,), _MARKET),
    "GET /api/v1/feed": Access((FEED,)),
    "POST /api/v1/feed/addressed": Access((ADDRESSED,), shown="what is addressed to the parties named"),
    "POST /api/v1/evidence": Access((EVIDENCE,)),
    "POST /api/v1/verify": ANYBODY,
    "GET /api/v1/keys/{kid}": ANYBODY,
    "GET /api/v1/recall-status/{code}": ANYBODY,
    "GET /api/v1/recalls": ANYBODY,
    "GET /api/v1/recalls/{statement}": ANYBODY,
    "GET /api/v1/search": ANYBODY,
    "GET /api/v1/duty-list": ANYBODY,
    "GET /api/v1/register": Access((ALL,), shown="producers of one's area"),
    "GET /api/v1/signed-links/{code}": ANYBODY,
    "GET /log/checkpoint": ANYBODY,
    "GET /log/tile/{level}/{path}": ANYBODY,
    "GET /log/tile/entries/{path}": _WITNESS,
    "GET /log/keys": _WITNESS,
    "GET /.well-known/jwks.json": ANYBODY,
    "GET /.well-known/trace-policy": ANYBODY,
    "GET /.well-known/gs1resolver": ANYBODY,
}
"""Verb and path -> who may ask. After `?` stands what of a route asks for more."""
