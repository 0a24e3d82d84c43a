"""Refusals of hand-overs between parties: whose word is missing, and whose it is not.

Forbidden
├── NotTheNamedSide        neither shipper nor receiver of what it answers     statement, iss
└── DisputeOfStranger      no party to the record that it disputes             statement, iss
Conflict
├── HandoverReceived       the receiver holds it: not for its shipper alone    statement, receipt
├── AlreadyRefused         one refusal per statement and signer                statement, iss
├── DisputeStands          one open dispute per signer and record              statement, iss
└── SaidTooOften           P43: its signer has said enough about it            statement, count, limit
Inadmissible
├── HandoverNotOpened      the salt does not show the signer as its receiver   handover, iss
├── ReceiverInClear        whom it goes to belongs into a disclosure           member
├── ReceiverMissing        it names nobody to whom the goods go                to, missing
├── ReturnOfAnother        what it says comes back was sent by somebody else   handover, iss
└── WithdrawalTooLate      something was taken from what it made               lot
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible


class NotTheNamedSide(Forbidden):
    code = "not-the-named-side"


class DisputeOfStranger(Forbidden):
    code = "dispute-of-stranger"


class HandoverReceived(Conflict):
    code = "handover-received"


class AlreadyRefused(Conflict):
    code = "already-refused"


class DisputeStands(Conflict):
    code = "dispute-stands"


class SaidTooOften(Conflict):
    code = "said-too-often"


class HandoverNotOpened(Inadmissible):
    code = "handover-not-opened"


class ReceiverInClear(Inadmissible):
    code = "receiver-in-clear"


class ReceiverMissing(Inadmissible):
    code = "receiver-missing"


class ReturnOfAnother(Inadmissible):
    code = "return-of-another"


class WithdrawalTooLate(Inadmissible):
    code = "withdrawal-too-late"
