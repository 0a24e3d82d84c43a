"""The pages of the workspaces: which rights open each. A page that stands on no line is not served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trace.access.line import Access
from trace.access.office_lines import OFFICES
from trace.access.rights import ACCOUNT, ACTS, APPLICATIONS, CASES, KEYS, ORGANISATIONS, PEOPLE, PREPARE, SIGN
from trace.parties import ALL, OWN, PRINT

_ANYBODY: Final = Access(public=True)
_MINE: Final = Access((ACCOUNT,), shown="one's own account")
_DEPUTIES: Final = Access((ACCOUNT,), shown="one's own deputies, all of one's organisation for who leads it")
_NOTICES: Final = Access((PREPARE, CASES, APPLICATIONS), shown="what oneself is mailed")
_PEOPLE: Final = Access((PEOPLE,), shown="members of one's own organisation")
_PLATFORM: Final = Access((ORGANISATIONS,), shown="every organisation and who leads it")
_KEYS: Final = Access((SIGN, KEYS, APPLICATIONS, ACTS), shown="one's own organisation's keys")
_KEEPS: Final = Access((KEYS,), shown="one's own organisation's keys")
_REGISTERS: Final = Access((APPLICATIONS,))
_SIGNS: Final = Access((SIGN, APPLICATIONS, ACTS), shown="one's own organisation's batches")
_REGISTRAR: Final = Access((APPLICATIONS,), shown="applications of every organisation")
_HOME: Final = Access((ACCOUNT,), shown="one's own organisation")
_INBOX: Final = Access((SIGN,), shown="what is addressed to one's own organisation")
_FILES: Final = Access((PREPARE,), shown="uploads of one's own organisation")
_LABELS: Final = Access((PRINT,), shown="labels of one's own packs, one's own printers")
_CODES: Final = Access((SIGN,), shown="codes of one's own packs")
_PACKING: Final = Access((PRINT,), shown="cases of one's own packs")
_RECALLS: Final = Access((PREPARE,), shown="recalls of one's own organisation, notices to it")
_RECALLING: Final = Access((SIGN,), shown="recalls of one's own organisation, notices to it")
_RECORDS: Final = Access((ACCOUNT,), shown="of a record what the API shows; an authority's look is told")
_STATED: Final = Access((PREPARE, OWN), shown="records of one's own organisation")
_CONTROLS: Final = Access((PREPARE,), shown="one's own organisation's control records")
_CONTROLLING: Final = Access((SIGN,), shown="one's own organisation's control records")
_ALERTS: Final = Access((PREPARE,), shown="nothing: a laboratory's own warning is filled in")
_SCANS: Final = Access((PREPARE,), shown="alerts about codes of one's own organisation")
_QUALITY: Final = Access((PREPARE,), shown="figures of one's own organisation's records")
_CERTIFICATES: Final = Access((PREPARE, OWN), shown="certificates of one's own organisation")
_LEDGERS: Final = Access((PREPARE, OWN), shown="ledgers of one's own organisation")
_MOCK: Final = Access((PREPARE, OWN), shown="mock recalls of one's own organisation")
_GAPS: Final = Access((PREPARE, OWN), shown="what one's own organisation's records leave open")
_PARTNERS: Final = Access((PREPARE, OWN), shown="one's own deliveries as both sides state them")
_BALANCE: Final = Access((PREPARE, OWN), shown="the balance of one's own organisation")
_STOCK: Final = Access((PREPARE, OWN), shown="stock of one's own organisation")
_COMMITS: Final = Access((PREPARE,), shown="one's own farm's commitment")
_VISITED: Final = Access((PREPARE,), shown="visits of one's own organisation")
_ANSWERS: Final = Access((SIGN,), shown="visits of one's own organisation")
_RESULTS: Final = Access((PREPARE,), shown="results that were delivered to one's own organisation")
_OBJECTS: Final = Access((SIGN,), shown="results that were delivered to one's own organisation")
_SERVED: Final = Access((PREPARE,), shown="letters that were served on one's own organisation")
_SERVED_SIGNING: Final = Access((SIGN,), shown="letters that were served on one's own organisation")
_LOOKED: Final = Access((OWN,), shown="looks of authorities at one's own organisation")
_OVERSEEN: Final = Access((ALL,), shown="firms of one's area")

VIEWS: Final[Mapping[str, Access]] = {
    "GET /sign-in": _ANYBODY,
    "POST /sign-in": _ANYBODY,
    "GET /sign-in/second": _ANYBODY,
    "POST /sign-in/second": _ANYBODY,
    "GET /sign-in/provider": _ANYBODY,
    "GET /sign-in/provider/back": _ANYBODY,
    "POST /sign-out": _MINE,
    "GET /invitation/{token}": _ANYBODY,
    "POST /invitation/{token}": _ANYBODY,
    "GET /apply": _ANYBODY,
    "POST /apply": _ANYBODY,
    "GET /apply/{token}": _ANYBODY,
    "POST /apply/{token}": _ANYBODY,
    "GET /desk": _HOME,
    "GET /desk/duty-list": _MINE,
    "GET /desk/law": _MINE,
    "GET /desk/register": _OVERSEEN,
    "GET /desk/account": _MINE,
    "POST /desk/account/sessions/{number}/end": _MINE,
    "POST /desk/account/organisation": _MINE,
    "POST /desk/account/password": _MINE,
    "GET /desk/account/app": _MINE,
    "POST /desk/account/app": _MINE,
    "GET /desk/account/passkey": _MINE,
    "POST /desk/account/passkey": _MINE,
    "POST /desk/account/codes": _MINE,
    "POST /desk/account/provider": _MINE,
    "POST /desk/account/provider/remove": _MINE,
    "POST /desk/account/second/{number}/remove": _MINE,
    "POST /desk/account/recovery/refuse": _MINE,
    "GET /desk/notice-settings": _NOTICES,
    "POST /desk/notice-settings": _NOTICES,
    "POST /desk/notice-settings/address": _NOTICES,
    "POST /desk/notice-settings/code": _NOTICES,
    "GET /desk/people": _PEOPLE,
    "POST /desk/people": _PEOPLE,
    "POST /desk/people/{number}/roles": _PEOPLE,
    "POST /desk/people/{number}/card": _PEOPLE,
    "POST /desk/people/{number}/remove": _PEOPLE,
    "POST /desk/people/{number}/back": _PEOPLE,
    "POST /desk/invitations/{number}/withdraw": _PEOPLE,
    "GET /desk/deputies": _DEPUTIES,
    "POST /desk/deputies": _DEPUTIES,
    "POST /desk/deputies/{number}/end": _DEPUTIES,
    "GET /desk/organisations": _PLATFORM,
    "POST /desk/organisations/heads/{number}/back": _PLATFORM,
    "GET /desk/applications": _REGISTRAR,
    "GET /desk/applications/{number}": _REGISTRAR,
    "POST /desk/applications/{number}/accept": _REGISTRAR,
    "POST /desk/applications/{number}/refuse": _REGISTRAR,
    "GET /desk/objections": _RESULTS,
    "POST /desk/objections/{number}": _OBJECTS,
    "GET /desk/kept": _MINE,
    "POST /desk/kept/{number}/drop": _MINE,
    "GET /desk/inbox": _INBOX,
    "POST /desk/inbox/{stmt}/confirm": _INBOX,
    "POST /desk/inbox/{stmt}/refuse": _INBOX,
    "GET /desk/records": _FILES,
    "GET /desk/records/{name}": _FILES,
    "GET /desk/partners": _PARTNERS,
    "POST /desk/partners": _FILES,
    "POST /desk/records/{name}": _FILES,
    "GET /desk/uploads": _FILES,
    "POST /desk/uploads": _FILES,
    "POST /desk/uploads/announce": _FILES,
    "PUT /desk/uploads/{upload}/parts/{number}": _FILES,
    "GET /desk/uploads/{upload}": _FILES,
    "GET /desk/uploads/{upload}/state": _FILES,
    "GET /desk/uploads/{upload}/notes": _FILES,
    "GET /desk/sign/{number}/notes": _FILES,
    "POST /desk/uploads/{upload}/cells": _FILES,
    "POST /desk/uploads/{upload}/groups": _FILES,
    "POST /desk/uploads/{upload}/left-out": _FILES,
    "POST /desk/uploads/{upload}/corrections": _FILES,
    "POST /desk/uploads/{upload}/discard": _FILES,
    "POST /desk/uploads/{upload}/sign": _FILES,
    "GET /desk/uploads/{upload}/annotated.xlsx": _FILES,
    "GET /desk/uploads/{upload}/rows/{place}/{number}": _FILES,
    "GET /desk/uploads/{upload}/columns": _FILES,
    "POST /desk/uploads/{upload}/columns": _FILES,
    "GET /desk/upload-templates/{name}": _FILES,
    "GET /desk/labels": _LABELS,
    "GET /desk/label-alignment": _LABELS,
    "GET /desk/labels/{lot}": _LABELS,
    "GET /desk/labels/{lot}/label": _LABELS,
    "POST /desk/labels/{lot}/activate": _CODES,
    "POST /desk/labels/{lot}/void": _CODES,
    "GET /desk/printers": _LABELS,
    "POST /desk/printers": _LABELS,
    "GET /desk/packing": _PACKING,
    "GET /desk/packing/look": _PACKING,
    "POST /desk/packing": _PACKING,
    "POST /desk/labels/{lot}/runs": _LABELS,
    "GET /desk/print-runs/{run}": _LABELS,
    "GET /desk/print-runs/{run}/files.zip": _LABELS,
    "GET /desk/print-runs/{run}/code": _LABELS,
    "POST /desk/print-runs/{run}/report": _LABELS,
    "POST /desk/print-runs/{run}/again": _LABELS,
    "POST /desk/print-runs/{run}/void": _CODES,
    "POST /desk/print-runs/{run}/rest": _LABELS,
    "POST /desk/print-runs/{run}/withdraw": _LABELS,
    "GET /desk/recalls": _RECALLS,
    "GET /desk/recalls/start": _RECALLING,
    "POST /desk/recalls/start": _RECALLING,
    "GET /desk/recalls/{recall}": _RECALLS,
    "POST /desk/recalls/{recall}/{step}": _RECALLING,
    "GET /desk/recalls/{recall}/recall.xlsx": _RECALLS,
    "GET /desk/recall-notices/{recall}": _RECALLS,
    "POST /desk/recall-notices/{recall}": _RECALLING,
    "GET /desk/letters": _SERVED,
    "POST /desk/letters/{number}": _SERVED_SIGNING,
    "POST /desk/entry-notices/{notice}/receipt": _SERVED_SIGNING,
    "GET /desk/commitment": _COMMITS,
    "POST /desk/commitment": _COMMITS,
    "POST /desk/official-notices/{statement}/receipt": _RECALLING,
    "GET /desk/alert": _ALERTS,
    "POST /desk/alert": _ALERTS,
    "GET /desk/controls": _CONTROLS,
    "GET /desk/controls/risks": _CONTROLS,
    "POST /desk/controls/risks": _CONTROLLING,
    "GET /desk/controls/{period}/{day}": _CONTROLS,
    "POST /desk/controls/{period}/{day}": _CONTROLLING,
    "POST /desk/profile-unchanged": _FILES,
    "GET /desk/quality": _QUALITY,
    "GET /desk/scan-alerts": _SCANS,
    "POST /desk/scan-alerts/{number}": _SCANS,
    "GET /desk/looked": _LOOKED,
    "GET /desk/ledgers": _LEDGERS,
    "GET /desk/ledgers/{name}.xlsx": _LEDGERS,
    "GET /desk/statements/{stmt}": _RECORDS,
    "GET /desk/stated": _STATED,
    "GET /desk/stated/{stmt}": _STATED,
    "POST /desk/stated/{stmt}/correct": _FILES,
    "POST /desk/stated/{stmt}/withdraw": _FILES,
    "GET /desk/balance": _BALANCE,
    "GET /desk/balance.xlsx": _BALANCE,
    "GET /desk/analyses/{number}": _BALANCE,
    "GET /desk/stock": _STOCK,
    "GET /desk/stock/{lot}": _STOCK,
    "GET /desk/gaps": _GAPS,
    "GET /desk/gaps.xlsx": _GAPS,
    "GET /desk/mock-recalls": _MOCK,
    "POST /desk/mock-recalls": _MOCK,
    "POST /desk/stated/{stmt}/originals/{sha256}": _FILES,
    "GET /desk/stated/{stmt}/originals/{sha256}": _STATED,
    "GET /desk/licences": _FILES,
    "POST /desk/licences": _FILES,
    "GET /desk/licence-requests": _REGISTERS,
    "POST /desk/licence-requests/{number}/confirm": _REGISTERS,
    "POST /desk/licence-requests/{number}/refuse": _REGISTERS,
    "GET /desk/master": _STATED,
    "GET /desk/master/outline": _FILES,
    "POST /desk/master/outline": _FILES,
    "GET /desk/master/grid.svg": _FILES,
    "GET /desk/certificates": _CERTIFICATES,
    "GET /desk/certificates/{stmt}": _CERTIFICATES,
    "GET /desk/keys": _KEYS,
    "POST /desk/keys/challenge": _KEYS,
    "POST /desk/keys/browser": _KEYS,
    "POST /desk/keys/held": _KEEPS,
    "POST /desk/keys/file": _KEEPS,
    "POST /desk/keys/{number}/withdraw": _KEEPS,
    "POST /desk/keys/{number}/revoke": _KEEPS,
    "GET /desk/key-requests": _REGISTERS,
    "POST /desk/key-requests/revoke": _REGISTERS,
    "POST /desk/key-requests/{number}/accept": _REGISTERS,
    "POST /desk/key-requests/{number}/refuse": _REGISTERS,
    "GET /desk/sign": _SIGNS,
    "GET /desk/sign/{number}": _SIGNS,
    "GET /desk/sign/{number}/drafts": _SIGNS,
    "POST /desk/sign/{number}/signed": _SIGNS,
    "POST /desk/sign/{number}/held": _SIGNS,
    "GET /desk/sign/{number}/receipts": _SIGNS,
    "GET /desk/visits": _VISITED,
    "GET /desk/visits/{number}": _VISITED,
    "POST /desk/visits/{number}/answer": _ANSWERS,
    "GET /desk/visits/{number}/papers/{digest}": _VISITED,
    **OFFICES,
}
"""Verb and path -> which rights open it, any of them."""

UNDER: Final = ("/desk", "/office", "/sign-in", "/sign-out", "/invitation", "/apply")
"""Where the pages of the workspaces are, and nothing else."""
