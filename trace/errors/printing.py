"""Refusals of labels and print runs asked for over the interface.

Malformed
├── LogoUnfit            the picture sent as a logo is no small PNG           reason, limit
├── LabelSizeUnknown     no sheet or roll of that name                        size, known
└── ReprintReasonAbsent  one label again, and no word of why                  code
Missing
├── RunUnknown           no print run of that number                          run
└── PartUnknown          the run has no such part                             run, part, parts
Conflict
├── PrintedBefore        codes of that interval are in an earlier run          run, first, count, at, printer
├── RunUnfinished        the manifest waits for parts that were never made     run, done, parts
├── RunReported          what came out of its printer was reported: files shut run
├── RunContinued         codes were printed by what was reported of the run    run
├── PrintsSettled        these labels are not spoiled, or were decided on      run, first, last
├── RunTaken             parts of the run were given away: it is not forgotten run, done
├── NeverPrinted         one label again of a code that no run has printed      code
├── CodesNotPrintable    some of these codes are void or recalled             lot, first, count
└── ManifestSigned       the manifest was signed before                       run, kid
TooLarge
└── RunTooLong           more codes than one run holds                          count, limit
Forbidden
└── ManifestNotYours     the signature is not of a key of the lot's holder     run, kid, reason
Inadmissible
├── OffsetUnfit          a printer's offset is no such figure, or has no name   field, most
├── PrintReportUnfit     more labels good or out than went to the printer      run, first, last
├── LabelTooSmall        symbol and quiet zone do not fit that label           size, side, room
├── LabelTextTooLong     what is never cut does not fit beside the symbol      lines
├── LabelTextUndrawn     no font here has characters of what is never cut      characters
└── LogoUnreadable       with that logo the symbol is not read when seen badly  sights, share, level
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, Missing, TooLarge


class LogoUnfit(Malformed):
    code = "logo-unfit"


class LabelSizeUnknown(Malformed):
    code = "label-size-unknown"


class ReprintReasonAbsent(Malformed):
    code = "reprint-reason-absent"


class OffsetUnfit(Inadmissible):
    code = "printer-offset-unfit"


class LabelTooSmall(Inadmissible):
    code = "label-too-small"


class LabelTextTooLong(Inadmissible):
    code = "label-text-too-long"


class LabelTextUndrawn(Inadmissible):
    code = "label-text-undrawn"


class LogoUnreadable(Inadmissible):
    code = "logo-unreadable"


class RunUnknown(Missing):
    code = "print-run-unknown"


class PartUnknown(Missing):
    code = "print-part-unknown"


class PrintedBefore(Conflict):
    code = "printed-before"


class RunUnfinished(Conflict):
    code = "print-run-unfinished"


class RunTaken(Conflict):
    code = "print-run-taken"


class RunReported(Conflict):
    code = "print-run-reported"


class RunContinued(Conflict):
    code = "print-run-continued"


class PrintsSettled(Conflict):
    code = "prints-settled"


class PrintReportUnfit(Inadmissible):
    code = "print-report-unfit"


class NeverPrinted(Conflict):
    code = "never-printed"


class CodesNotPrintable(Conflict):
    code = "codes-not-printable"


class ManifestSigned(Conflict):
    code = "manifest-signed"


class RunTooLong(TooLarge):
    code = "print-run-too-long"


class ManifestNotYours(Forbidden):
    code = "manifest-not-yours"
