"""Refusals of uploads: files that come up in parts, and what is asked of them.

Missing
├── UploadUnknown        no upload of that number, or not this party's         upload
├── FormUnknown          no form of that name                                  name, known
├── TemplateUnknown      no template of that name                              name, known
└── ReportUnstated       nobody stated a report under that number              number, lot
Conflict
├── PartMisplaced        the part does not begin where the last one ended      start, wanted
├── UploadBusy           it is being read: wait until it ended                 upload
├── UploadIncomplete     not all of the file has come                          bytes, wanted
├── UploadSigned         some of it was signed: it can no longer be discarded  upload, count
├── UploadFaulty         rows with faults: mend them, or say that they stay out upload, rows, count
└── DraftMismatch        the statement does not speak of the draft named       key
Malformed
├── FormEmpty            nothing was filled in
├── FileAbsent           no file was chosen, or it is empty
├── DigestDiffers        the file is not the one that was announced            name
├── MappingHeadings      headings changed since the mapping was made           missing, fresh
├── MappingUnfit         the mapping leads to columns that the form has not   reason, names
├── AmendmentsByDesk     the sheet 更正 is for the command line; here the corrected file is sent again
├── LineUnreadable       a line of JSON Lines is no object of ours             reason
└── ReasonTooShort       what is corrected needs a reason                      limit
Inadmissible
└── CellNotEditable      there is no such cell to write into                   sheet, row, column
"""

from __future__ import annotations

from trace.errors.base import Conflict, Inadmissible, Malformed, Missing
from trace.errors.tables import CellRefused


class UploadUnknown(Missing):
    code = "upload-unknown"


class FileAbsent(Malformed):
    code = "file-absent"


class FormUnknown(Missing):
    code = "form-unknown"


class FormEmpty(Malformed):
    code = "form-empty"


class TemplateUnknown(Missing):
    code = "template-unknown"


class ReportUnstated(Missing):
    code = "report-unstated"


class PartMisplaced(Conflict):
    code = "part-misplaced"


class UploadBusy(Conflict):
    code = "upload-busy"


class UploadNotShown(Conflict):
    code = "upload-not-shown"


class UploadIncomplete(Conflict):
    code = "upload-incomplete"


class UploadSigned(Conflict):
    code = "upload-signed"


class UploadFaulty(Conflict):
    code = "upload-faulty"


class DraftMismatch(Conflict):
    code = "draft-mismatch"


class DigestDiffers(Malformed):
    code = "digest-differs"


class MappingHeadings(Malformed):
    code = "mapping-headings"


class LineUnreadable(CellRefused):
    code = "line-unreadable"


class MappingUnfit(Malformed):
    code = "mapping-unfit"


class AmendmentsByDesk(CellRefused):
    code = "amendments-by-desk"


class ReasonTooShort(Malformed):
    code = "reason-too-short"


class CellNotEditable(Inadmissible):
    code = "cell-not-editable"


class RecordUntouchable(Conflict):
    """A record of goods under an order, or that have left, is not corrected on the desk; params: why, lot."""

    code = "record-untouchable"


class NothingCorrected(Malformed):
    """A correction that says what stands already."""

    code = "nothing-corrected"


class OutlineUnfit(Malformed):
    """A file or drawing that gives no outline; params: reason."""

    code = "outline-unfit"


class PlaceUnstated(Missing):
    """This organisation stated no such place; params: place."""

    code = "place-unstated"


class LicenceRequestUnfit(Malformed):
    """A licence that is asked for has a field that does not read; params: field."""

    code = "licence-request-unfit"


class LicenceRequestUnknown(Missing):
    """No such request for a licence."""

    code = "licence-request-unknown"


class LicenceRequestDecided(Conflict):
    """The request for a licence was decided already."""

    code = "licence-request-decided"


class LicenceRequestOwn(Conflict):
    """Who asked for a licence does not confirm it."""

    code = "licence-request-own"


class AccreditationAbsent(Conflict):
    """A report bears a CMA number without an accreditation of that day; params: number, day, report."""

    code = "accreditation-absent"
