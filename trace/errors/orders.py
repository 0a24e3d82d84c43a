"""Refusals of orders on goods: who may order and end what, recalls of firms, tests that lift a failure.

Forbidden
├── NotYourOrder           another bureau ordered it                            order, iss
├── NotYourRecall          another firm recalled                                recall, iss
├── RecallForeign          a recall of goods that are not one's own             lot, iss
├── FirmOutsideArea        a case of a firm that is not of the authority's area party, iss
└── NotAddressed           an acknowledgement of what was said to others        about, iss
Missing
└── OrderUnknown           no such order, recall or notice here                 order
Inadmissible
├── OrderOfOtherKind       this does not end such an order                      order, typ, expected
├── OrderOver              it ended before                                      order, state
├── OfficersMissing        fewer officers than the rule wants                   rule, value, limit
├── RetestGroundless       no failed test that could be lifted                  report
├── RetestSameLab          the laboratory that tested first                     report, lab
├── RevisionReaddressed    a revision to others, or under another subject       statement
└── MicrobiologyFinal      a microbiological failure is final                   rule, clause, report, items
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Inadmissible, Missing


class NotYourOrder(Forbidden):
    code = "not-your-order"


class NotYourRecall(Forbidden):
    code = "not-your-recall"


class RecallForeign(Forbidden):
    code = "recall-foreign"


class FirmOutsideArea(Forbidden):
    code = "firm-outside-area"


class NotAddressed(Forbidden):
    code = "not-addressed"


class OrderUnknown(Missing):
    code = "order-unknown"


class OrderOfOtherKind(Inadmissible):
    code = "order-of-other-kind"


class OrderOver(Inadmissible):
    code = "order-over"


class OfficersMissing(Inadmissible):
    code = "officers-missing"


class RetestGroundless(Inadmissible):
    code = "retest-groundless"


class RetestSameLab(Inadmissible):
    code = "retest-same-lab"


class RevisionReaddressed(Inadmissible):
    code = "revision-readdressed"


class MicrobiologyFinal(Inadmissible):
    code = "microbiology-final"
