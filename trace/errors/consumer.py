"""Refusals of what shoppers send and of the originals of test reports.

Inadmissible
├── ComplaintIncomplete    a field of the form is missing or too long        fields
├── ReportFileUnnamed      no signed report names a file of this digest      sha256
└── ReportFileDiffers      the bytes are not those of the digest             sha256, found
Forbidden
└── MessageFromElsewhere   another site sent the form in the reader's name
Missing
├── ComplaintUnknown       no complaint of this number, or its time is over  number
├── CertificateUnknown     no certificate is at this address
├── RecallUnknown          no recall is this statement                       statement
└── ReportFileAbsent       nobody uploaded the file, or no page names it     sha256
Conflict
└── ComplaintStands        the complaint is not where this step begins       number, state, wanted
TooMany
├── SearchesTooMany        one network, too many searches in a minute        seconds
└── MessagesTooMany        one sender, too many messages within the hour     limit
MediaTypeUnsupported
└── ReportFileKind         neither PDF nor JPEG nor PNG, by its first bytes  found, expected
"""

from __future__ import annotations

from trace.errors.access import MediaTypeUnsupported
from trace.errors.base import Conflict, Forbidden, Inadmissible, Missing, TooMany


class ComplaintIncomplete(Inadmissible):
    code = "complaint-incomplete"


class ReportFileUnnamed(Inadmissible):
    code = "report-file-unnamed"


class ReportFileDiffers(Inadmissible):
    code = "report-file-differs"


class MessageFromElsewhere(Forbidden):
    code = "message-from-elsewhere"


class ComplaintUnknown(Missing):
    code = "complaint-unknown"


class RecallUnknown(Missing):
    code = "recall-unknown"


class ReportFileAbsent(Missing):
    code = "report-file-absent"


class ComplaintStands(Conflict):
    code = "complaint-stands"


class ComplaintElsewhere(Forbidden):
    """Another department has to act; params: number, department."""

    code = "complaint-elsewhere"


class MessagesTooMany(TooMany):
    code = "messages-too-many"


class SearchesTooMany(TooMany):
    code = "searches-too-many"


class ReportFileKind(MediaTypeUnsupported):
    code = "report-file-kind"


class CertificateUnknown(Missing):
    """No certificate is at this address; whether there is one without its digest is not told."""

    code = "certificate-unknown"
