"""The navigation of the workspaces: its lines in sections, in the order in which a day goes."""

from __future__ import annotations

from typing import Final

from scanner_web.frame.workspace import Entry, Section
from trace.access.rights import (
    ACCOUNT,
    ACTS,
    APPLICATIONS,
    CASES,
    INSPECT,
    ORGANISATIONS,
    PEOPLE,
    PREPARE,
    SAMPLE,
    SIGN,
)
from trace.parties import ALL, OWN, PRINT

MENU: Final = (
    Section("", (
        Entry("office", "/office", "home", CASES),
        Entry("cases", "/office/cases", "doc", CASES),
        Entry("warnings", "/office/warnings", "warn", CASES),
        Entry("disputes", "/office/disputes", "question", CASES),
        Entry("find", "/office/find", "search", CASES),
        Entry("analyses", "/office/analyses", "graph", CASES),
    )),
    Section("checking", (
        Entry("visits", "/office/visits", "tick", INSPECT),
        Entry("samples", "/office/samples", "tick", SAMPLE),
        Entry("sampling-plan", "/office/sampling-plan", "clock", SAMPLE),
        Entry("check-plan", "/office/check-plan", "clock", INSPECT),
        Entry("campaigns", "/office/campaigns", "clock", CASES),
        Entry("listings", "/office/listings", "search", CASES),
        Entry("carried-out", "/office/carried-out", "tick", INSPECT),
        Entry("draws", "/office/draws", "people", INSPECT),
        Entry("forms", "/office/forms", "copies", INSPECT),
    )),
    Section("objects", (
        Entry("farms", "/office/farms", "sprout", INSPECT),
        Entry("commitments", "/office/commitments", "pen", CASES),
        Entry("kept-register", "/office/register", "store", CASES),
        Entry("entry-notices", "/office/entry-notices", "pen", CASES),
        Entry("credit", "/office/credit", "doc", CASES),
        Entry("seizures", "/office/seizures", "stop", CASES),
    )),
    Section("together", (
        Entry("messages", "/office/messages", "doc", CASES),
        Entry("letters", "/office/letters", "pen", CASES),
        Entry("notices", "/office/notices", "warn", CASES),
        Entry("risks", "/office/risks", "question", CASES),
        Entry("complaint-map", "/office/complaints", "question", CASES),
        Entry("hazards", "/office/hazards", "warn", CASES),
        Entry("duties", "/office/duties", "doc", CASES),
        Entry("studies", "/office/studies", "people", CASES),
        Entry("joint-work", "/office/joint-work", "people", CASES),
        Entry("systems", "/office/systems", "out", CASES),
    )),
    Section("figures", (
        Entry("monthly", "/office/monthly", "copies", CASES),
        Entry("scorecard", "/office/scorecard", "question", CASES),
        Entry("assessment", "/office/assessment", "doc", CASES),
        Entry("looks", "/office/looks", "people", CASES),
        Entry("supervised", "/office/supervised", "shield", CASES),
    )),
    Section("signing", (
        Entry("office-sign", "/desk/sign", "pen", ACTS),
        Entry("office-keys", "/desk/keys", "key", ACTS),
    )),
    Section("", (
        Entry("home", "/desk", "home", ACCOUNT),
        Entry("inbox", "/desk/inbox", "truck", SIGN),
        Entry("records", "/desk/records", "doc", PREPARE),
        Entry("uploads", "/desk/uploads", "up", PREPARE),
        Entry("labels", "/desk/labels", "print", PRINT),
        Entry("packing", "/desk/packing", "box", PRINT),
        Entry("recalls", "/desk/recalls", "warn", PREPARE),
        Entry("certificates", "/desk/certificates", "doc", PREPARE),
    )),
    Section("own", (
        Entry("stated", "/desk/stated", "tick", PREPARE),
        Entry("ledgers", "/desk/ledgers", "copies", PREPARE),
        Entry("stock", "/desk/stock", "basket", PREPARE),
        Entry("balance", "/desk/balance", "store", PREPARE),
        Entry("gaps", "/desk/gaps", "question", PREPARE),
        Entry("partners", "/desk/partners", "people", PREPARE),
        Entry("mock-recalls", "/desk/mock-recalls", "clock", PREPARE),
        Entry("quality", "/desk/quality", "question", PREPARE),
        Entry("controls", "/desk/controls", "tick", PREPARE),
    )),
    Section("authorities", (
        Entry("letters-in", "/desk/letters", "doc", PREPARE),
        Entry("objections", "/desk/objections", "question", PREPARE),
        Entry("commitment", "/desk/commitment", "pen", PREPARE),
        Entry("visits-told", "/desk/visits", "tick", PREPARE),
        Entry("looked", "/desk/looked", "shield", OWN),
    )),
    Section("signing", (
        Entry("sign", "/desk/sign", "pen", SIGN),
        Entry("keys", "/desk/keys", "key", SIGN),
    )),
    Section("reference", (
        Entry("register", "/desk/register", "store", ALL),
        Entry("duty-list", "/desk/duty-list", "shield", ALL),
        Entry("law", "/desk/law", "doc", ALL),
        Entry("master", "/desk/master", "store", PREPARE),
    )),
    Section("running", (
        Entry("people", "/desk/people", "people", PEOPLE),
        Entry("deputies", "/desk/deputies", "people", ACCOUNT),
        Entry("applications", "/desk/applications", "doc", APPLICATIONS),
        Entry("organisations", "/desk/organisations", "store", ORGANISATIONS),
        Entry("edited-forms", "/office/forms", "copies", ORGANISATIONS),
        Entry("licence-requests", "/desk/licence-requests", "shield", APPLICATIONS),
        Entry("key-requests", "/desk/key-requests", "key", APPLICATIONS),
        Entry("registrar-sign", "/desk/sign", "pen", APPLICATIONS),
    )),
)  # fmt: skip
"""A line is shown to whom its right opens it, a section where one of its lines is."""
