"""Refusals of the food chain: facts, admission rules, lots, quantities.

What cannot be (or may not be stated by this signer) is refused always. What a rule refuses has params `rule`,
`clause`, `value` and `limit`. A refusal whose rule says "refuse unless declared" derives from
`NeedsDeclaration`: the same statement with `declared: [{rule, reason}]` enters with a named gap. One of
`ActBlocked` stands before an act of the system (a certificate, a code); what happened is recorded elsewhere.

Malformed
├── KindUnknown            no such record kind                                 typ
├── FactMalformed          a member is missing, unknown or wrong               typ, path, expected
└── QuantityNotPositive    an amount of zero or less                           typ, path
Forbidden
├── MayNotState            the key's roles do not state this kind              typ, roles
├── ForeignNamespace       a lot in another party's name                       lot, iss
├── LotNotHeld             somebody else holds the lot                         lot, iss
├── MasterForeign          a product or place that another party stated         sub, owner, iss
├── NotYourStatement       only its signer corrects a statement                statement, iss
└── NotAPartyToDispute     only those it is about, or a regulator, settle it   dispute, iss
Missing
├── LotUnknown, NamedStatementUnknown, DisputeUnknown
├── NoLabelOfYours         no pack or product behind the subject               subject, iss
├── InputUnknown           an input that this log does not have                statement, log, index
└── EvidenceMissing        an input of another log that was not carried over   statement, log, index
Conflict
├── LotExists              the lot was made before                             lot
├── LotOfItself            made of itself with no time between                 lot
└── AlreadyCorrection      amend the first statement, not its correction       statement
Inadmissible
├── FutureDate, DateOutOfReach, SignedBeforehand, RecordUndecidable
├── EndBeforeStart, ConsumedBeforeMade, NotCorrectable, CorrectionStrandsLot
├── LotUnitInUse           a unit that what was taken does not convert to      lot, unit, other
├── EditionOutOfTurn       not the next edition of this log                    log, edition, due, origin
├── EditionUnknown         doors that this software does not know              edition, newest
├── SnapshotElsewhere      a recall status of another log, or ahead of it      log, size, origin, index
├── LabelFieldFixed        R53: this takes a correction                        field, allowed
├── LabelChangeEmpty       R53: it says that already                           field, value
├── LabelChangeFalse       R53: the page says something else                   field, subject, value, limit
├── NeedsDeclaration       R03, R04, R05, R07, R18
└── ActBlocked             R05, R08, R09, R10, R12, R15, R16, R20 and open gates
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, Missing


class KindUnknown(Malformed):
    code = "kind-unknown"


class FactMalformed(Malformed):
    code = "fact-malformed"


class QuantityNotPositive(Malformed):
    code = "quantity-not-positive"


class MayNotState(Forbidden):
    code = "may-not-state"


class ForeignNamespace(Forbidden):
    code = "foreign-namespace"


class LotNotHeld(Forbidden):
    code = "lot-not-held"


class MasterForeign(Forbidden):
    code = "master-foreign"


class NotYourStatement(Forbidden):
    code = "not-your-statement"


class NotAPartyToDispute(Forbidden):
    code = "not-a-party-to-dispute"


class LotUnknown(Missing):
    code = "lot-unknown"


class NamedStatementUnknown(Missing):
    code = "named-statement-unknown"


class DisputeUnknown(Missing):
    code = "dispute-unknown"


class NoLabelOfYours(Missing):
    code = "no-label-of-yours"


class InputUnknown(Missing):
    code = "unknown-input"


class EvidenceMissing(Missing):
    code = "evidence-missing"


class LotExists(Conflict):
    code = "lot-exists"


class ReportContradicts(Inadmissible):
    """A passed report with an item that fails or is above its limit; params: item, value, limit."""

    code = "report-contradicts"


class NetContentDiffers(Conflict):
    """The net content is not the one that the GTIN is registered with; params: product, value, limit."""

    code = "net-content-differs"


class ReportStated(Conflict):
    """The signer has stated a report of this lot under this number, with another content; params: number,
    lot, stmt."""

    code = "report-stated"


class LotOfItself(Conflict):
    code = "lot-of-itself"


class AlreadyCorrection(Conflict):
    code = "already-correction"


class FutureDate(Inadmissible):
    code = "future-date"


class DateOutOfReach(Inadmissible):
    """params: member, value (a year), first, last."""

    code = "date-out-of-reach"


class SignedBeforehand(Inadmissible):
    """params: rule, clause, signed, occurred."""

    code = "signed-beforehand"


class RecordUndecidable(Inadmissible):
    """Something stated cannot be worked with, and nobody foresaw it; params: reason (the sort of failure)."""

    code = "record-undecidable"


class EndBeforeStart(Inadmissible):
    code = "end-before-start"


class ConsumedBeforeMade(Inadmissible):
    code = "consumed-before-made"


class NotCorrectable(Inadmissible):
    code = "not-correctable"


class CorrectionStrandsLot(Inadmissible):
    code = "correction-strands-lot"


class LotUnitInUse(Inadmissible):
    code = "lot-unit-in-use"


class EditionOutOfTurn(Inadmissible):
    code = "edition-out-of-turn"


class EditionUnknown(Inadmissible):
    code = "edition-unknown"


class SnapshotElsewhere(Inadmissible):
    code = "snapshot-elsewhere"


class LabelFieldFixed(Inadmissible):
    code = "label-field-fixed"  # R53


class LabelChangeEmpty(Inadmissible):
    code = "label-change-empty"  # R53


class LabelChangeFalse(Inadmissible):
    code = "label-change-false"  # R53


class NeedsDeclaration(Inadmissible):
    code = "needs-declaration"


class PurchaseRecordIncomplete(NeedsDeclaration):
    code = "purchase-record-incomplete"  # R03


class OutgoingRecordIncomplete(NeedsDeclaration):
    code = "outgoing-record-incomplete"  # R04


class ShippedUntested(NeedsDeclaration):
    code = "shipped-untested"  # R05


class ShippedThroughGate(NeedsDeclaration):
    code = "shipped-through-gate"  # the rule of the open mark


class ShippedOfFailedBatch(NeedsDeclaration):
    code = "shipped-of-failed-batch"  # R05, of another packing


class HeldLotUsed(NeedsDeclaration):
    code = "held-lot-used"  # P05


class NoConformityProof(NeedsDeclaration):
    code = "no-conformity-proof"  # R07


class ConsumedBeyondAvailable(NeedsDeclaration):
    code = "consumed-beyond-available"  # R18


class OutputsExceedInputs(NeedsDeclaration):
    code = "outputs-exceed-inputs"  # R18


class YieldOutOfRange(NeedsDeclaration):
    code = "yield-out-of-range"  # R18


class PackContentDiffers(NeedsDeclaration):
    code = "pack-content-differs"  # R18


class ActBlocked(Inadmissible):
    code = "act-blocked"


class ReleaseTestMissing(ActBlocked):
    code = "release-test-missing"  # R05


class FailedTestStands(ActBlocked):
    code = "failed-test-stands"  # R05


class BatchFailed(ActBlocked):
    code = "batch-failed"  # R05, of another packing


class HarvestedTooSoon(ActBlocked):
    code = "harvested-too-soon"  # R08


class BannedPesticideUsed(ActBlocked):
    code = "banned-pesticide-used"  # R09


class CertificateBasisRefused(ActBlocked):
    code = "certificate-basis-refused"  # R10


class CertificateTestMissing(ActBlocked):
    code = "certificate-test-missing"  # R10


class MarkLicenceLapsed(ActBlocked):
    code = "mark-licence-lapsed"  # R12


class OverApprovedOutput(ActBlocked):
    code = "over-approved-output"  # R15


class LabelContentMissing(ActBlocked):
    code = "label-content-missing"  # R20


class GateClosed(ActBlocked):
    code = "gate-closed"  # any other open mark
