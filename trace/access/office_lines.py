"""The pages of authorities: which rights open each (docs/access.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trace.access.line import Access
from trace.access.rights import CASES, INSPECT, ORGANISATIONS, SAMPLE

_COMPLAINED: Final = Access((CASES,), shown="how many complaints there are about makers of one's area")
_ANALYSES: Final = Access((CASES,), shown="analyses that one's authority asked")
_MONTHLY: Final = Access((CASES,), shown="monthly forms of its area")
_SCORES: Final = Access((CASES,), shown="shares over firms and cases of its area")
_KEPT: Final = Access((CASES,), shown="firms on the register of its area")
_DISPUTES: Final = Access((CASES,), shown="open disputes with a side in its area; each look is told")
_OFFICE: Final = Access((CASES,), shown="cases of one's department in its area")
_FARMED: Final = Access((CASES, INSPECT), shown="farms of one's area")
_FARMS: Final = Access((CASES,), shown="farms of one's area")
_COMMITMENTS: Final = Access((CASES,), shown="commitments of the farms of one's area")
_MESSAGES: Final = Access((CASES,), shown="what one's department and its counterpart write to each other")
_WARNINGS: Final = Access((CASES,), shown="warnings of one's department in its area, with their records")
_CHECKS: Final = Access((CASES, INSPECT), shown="producers of one's area with their grades")
_CREDIT: Final = Access((CASES,), shown="acts of the authorities of one's area")
_CHECKING: Final = Access((INSPECT,), shown="producers of one's area with their grades")
_DRAWING: Final = Access((INSPECT,), shown="draws of the authorities of one's area")
_SAMPLING: Final = Access((SAMPLE,), shown="samples and plans of one's department in its area")
_SAMPLES: Final = Access((CASES, INSPECT, SAMPLE), shown="samples and plans of one's department in its area")
_FORMS: Final = Access((CASES, INSPECT, ORGANISATIONS), shown="forms of visits")
_EDITS: Final = Access((ORGANISATIONS,), shown="forms of visits")
_VISITING: Final = Access((INSPECT,), shown="visits in one's own area")
_VISITS: Final = Access((CASES, INSPECT, SAMPLE), shown="visits in one's own area")
_LETTERS: Final = Access((CASES,), shown="letters and notices of one's own authority")
_RISKS: Final = Access((CASES,), shown="risks, studies and bulletins of one's own authority")
_JOINT: Final = Access((CASES,), shown="joint work of the departments of one's area")
_LISTINGS: Final = Access((CASES,), shown="checks of online listings of one's area")
_CAMPAIGNS: Final = Access((CASES,), shown="campaigns that touch one's area, with the records counted")
_SYSTEMS: Final = Access((CASES,), shown="documents about firms of one's area, matters for one's department")

OFFICES: Final[Mapping[str, Access]] = {
    "GET /office/farms": _FARMED,
    "POST /office/farms/cells": _FARMS,
    "GET /office/farms/{party}": _FARMED,
    "GET /office/entry-notices": _KEPT,
    "POST /office/entry-notices": _KEPT,
    "GET /office/commitments": _COMMITMENTS,
    "POST /office/commitments": _COMMITMENTS,
    "GET /office/commitments/{party}": _COMMITMENTS,
    "GET /office/warnings": _WARNINGS,
    "POST /office/warnings/{number}": _WARNINGS,
    "GET /office/oddities": _WARNINGS,
    "POST /office/oddities": _WARNINGS,
    "GET /office/letters": _LETTERS,
    "POST /office/letters": _LETTERS,
    "GET /office/notices": _LETTERS,
    "POST /office/notices": _LETTERS,
    "POST /office/notices/{number}/{act}": _LETTERS,
    "GET /office/risks": _RISKS,
    "POST /office/risks": _RISKS,
    "POST /office/risks/{number}": _RISKS,
    "GET /office/studies": _RISKS,
    "POST /office/studies": _RISKS,
    "POST /office/bulletins": _RISKS,
    "POST /office/bulletins/{number}/read": _RISKS,
    "GET /office/supervised": _RISKS,
    "GET /office/seizures": _CREDIT,
    "POST /office/seizures": _CREDIT,
    "POST /office/seizures/{number}": _CREDIT,
    "GET /office/campaigns": _CAMPAIGNS,
    "POST /office/campaigns": _CAMPAIGNS,
    "GET /office/campaigns/{number}": _CAMPAIGNS,
    "POST /office/campaigns/{number}": _CAMPAIGNS,
    "GET /office/listings": _LISTINGS,
    "POST /office/listings": _LISTINGS,
    "GET /office/listings/{number}/screenshot": _LISTINGS,
    "GET /office/joint-work": _JOINT,
    "POST /office/joint-work": _JOINT,
    "POST /office/joint-work/{number}": _JOINT,
    "GET /office/systems": _SYSTEMS,
    "POST /office/systems/again": _SYSTEMS,
    "POST /office/systems/matters": _SYSTEMS,
    "GET /office/messages": _MESSAGES,
    "POST /office/messages": _MESSAGES,
    "POST /office/messages/{stmt}/acknowledge": _MESSAGES,
    "POST /office/messages/{stmt}/answer": _MESSAGES,
    "GET /office": _OFFICE,
    "GET /office/cases": _OFFICE,
    "GET /office/disputes": _DISPUTES,
    "GET /office/cases/new": _OFFICE,
    "POST /office/cases/new": _OFFICE,
    "GET /office/cases/{number}": _OFFICE,
    "POST /office/cases/{number}/steps": _OFFICE,
    "GET /office/cases/{number}/papers/{digest}": _OFFICE,
    "GET /office/cases/{number}/receivers.xlsx": _OFFICE,
    "GET /office/cases/{number}/trace.pdf": _OFFICE,
    "GET /office/cases/{number}/bundle": _OFFICE,
    "GET /office/samples": _SAMPLING,
    "GET /office/samples/new": _SAMPLING,
    "POST /office/samples/new": _SAMPLING,
    "POST /office/samples/summary": _SAMPLING,
    "POST /office/samples/summary/{digest}": _SAMPLING,
    "GET /office/samples/{record}": _SAMPLES,
    "POST /office/samples/{record}/steps": _SAMPLING,
    "GET /office/samples/photos/{digest}": _SAMPLES,
    "GET /office/sampling-plan": _SAMPLING,
    "POST /office/sampling-plan": _SAMPLING,
    "POST /office/sampling-plan/{number}/end": _SAMPLING,
    "GET /office/check-plan": _CHECKING,
    "POST /office/check-plan": _CHECKING,
    "POST /office/check-plan/{number}/end": _CHECKING,
    "GET /office/carried-out": _CHECKS,
    "GET /office/complaints": _COMPLAINED,
    "GET /office/duties": _RISKS,
    "POST /office/duties": _RISKS,
    "GET /office/hazards": _OFFICE,
    "GET /office/credit": _CREDIT,
    "POST /office/credit/bad-faith": _CREDIT,
    "POST /office/credit/{record}/fallen": _CREDIT,
    "POST /office/credit/{record}/published": _CREDIT,
    "GET /office/draws": _DRAWING,
    "POST /office/draws": _DRAWING,
    "POST /office/draws/half": _DRAWING,
    "GET /office/draws/{statement}": _DRAWING,
    "POST /office/draws/{statement}/result": _DRAWING,
    "POST /office/draws/{statement}/end": _DRAWING,
    "GET /office/draws/{statement}/result.json": _DRAWING,
    "GET /office/find": _OFFICE,
    "GET /office/looks": _OFFICE,
    "GET /office/analyses": _ANALYSES,
    "GET /office/analyses/ask/{name}": _ANALYSES,
    "POST /office/analyses/ask/{name}": _ANALYSES,
    "GET /office/analyses/{number}": _ANALYSES,
    "GET /office/analyses/{number}/analysis.xlsx": _ANALYSES,
    "GET /office/analyses/{number}/analysis.json": _ANALYSES,
    "GET /office/monthly": _MONTHLY,
    "POST /office/monthly": _MONTHLY,
    "GET /office/monthly/live": _MONTHLY,
    "GET /office/monthly/{key}": _MONTHLY,
    "POST /office/monthly/{key}/steps": _MONTHLY,
    "GET /office/monthly/{key}/figures/{name}": _MONTHLY,
    "GET /office/monthly/{key}/form.xlsx": _MONTHLY,
    "GET /office/monthly/{key}/form.pdf": _MONTHLY,
    "GET /office/monthly/{key}/document": _MONTHLY,
    "GET /office/visits": _VISITS,
    "GET /office/visits/new": _VISITING,
    "POST /office/visits/new": _VISITING,
    "GET /office/visits/{number}": _VISITS,
    "POST /office/visits/{number}/part": _VISITING,
    "POST /office/visits/{number}/photos": _VISITING,
    "POST /office/visits/{number}/agreed": _VISITING,
    "POST /office/visits/{number}/sign": _VISITING,
    "POST /office/visits/{number}/steps": _VISITING,
    "GET /office/visits/{number}/visit.pdf": _VISITS,
    "GET /office/visits/{number}/visit.xlsx": _VISITS,
    "GET /office/visits/{number}/papers/{digest}": _VISITS,
    "GET /office/forms": _FORMS,
    "GET /office/forms/{name}": _FORMS,
    "POST /office/forms/{name}": _EDITS,
    "GET /office/scorecard": _SCORES,
    "GET /office/scorecard/{name}/{side}": _SCORES,
    "GET /office/assessment": _SCORES,
    "GET /office/assessment/{name}/{side}": _SCORES,
    "GET /office/register": _KEPT,
    "GET /office/register/list.xlsx": _KEPT,
    "POST /office/register/list": _KEPT,
    "GET /office/register/{code}": _KEPT,
    "POST /office/register/{code}/entries": _KEPT,
}
"""Verb and path -> which rights open it, any of them."""
