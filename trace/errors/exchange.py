"""Refusals at the ports: files, workbooks, feeds, other platforms.

FileUnreadable, FileEncrypted, FileTooLarge, WorkbookRefused     a file as a whole
CellRefused and below                                            one cell, row or sheet of a table
FeedUnreachable, FeedMalformed, FeedBrokenOff, FeedRefused …     the agricultural platform's feed
EvidenceMalformed                                                  a pushed trace-bundle/1
UploadTransitionRefused, CityUnreachable, CityAnswerMalformed    the city platform
ClockSetBack, ClockOutsideDemo, ClockUnreadable                  the demo clock
SettingsMalformed, SecretMissing, SecretWeak                     platform.toml and its keys
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, TooLarge, Unavailable


class FileUnreadable(Malformed):
    """The file is not what its kind says; params: expected, reason (slug)."""

    code = "file-unreadable"


class FileEncrypted(Malformed):
    """The workbook is locked with a password."""

    code = "file-encrypted"


class FileTooLarge(TooLarge):
    """Over a stated limit of the reader; params: what, limit."""

    code = "file-too-large"


class WorkbookRefused(Inadmissible):
    """The file has faults and none of it is taken; params: faults, and sheet, row, column of the first."""

    code = "workbook-refused"


class CellRefused(Malformed):
    """Base of the faults of one place in a table; the place itself stands beside the refusal."""

    code = "cell-refused"


class CellMissing(CellRefused):
    """A required cell is empty; params: name."""

    code = "cell-missing"


class CellKindWrong(CellRefused):
    """The cell holds a value of another kind; params: name, found (number | date | truth | text)."""

    code = "cell-kind-wrong"


class CellNumberMalformed(CellRefused):
    """Not a plain positive decimal of at most 15 + 6 digits; params: name, text."""

    code = "cell-number-malformed"


class CellUnitUnknown(CellRefused):
    """params: name, unit."""

    code = "cell-unit-unknown"


class CellUnitsDiffer(CellRefused):
    """The unit written in the amount's cell is not the one beside it; params: name, unit, other."""

    code = "cell-units-differ"


class CellDateMalformed(CellRefused):
    """Not a date that can be read in one way only; params: name, text."""

    code = "cell-date-malformed"


class CellTimeMissing(CellRefused):
    """A moment is wanted and only a day is given; params: name, text."""

    code = "cell-time-missing"


class CellChoiceUnknown(CellRefused):
    """Not one of the list; params: name, text, choices."""

    code = "cell-choice-unknown"


class CellTextTooLong(CellRefused):
    """params: name, length, limit."""

    code = "cell-text-too-long"


class CellTextTooShort(CellRefused):
    """params: name, length, limit."""

    code = "cell-text-too-short"


class CellTextUnclean(CellRefused):
    """Control characters or half characters; params: name."""

    code = "cell-text-unclean"


class CellDigitsLost(CellRefused):
    """A number of more than 15 digits, whose last ones Excel has dropped; params: name."""

    code = "cell-digits-lost"


class CellCodeMalformed(CellRefused):
    """A batch, lot, place, party or product code of the wrong form; params: name, text, expected."""

    code = "cell-code-malformed"


class CellFormula(CellRefused):
    """A formula: what it shows may change after signing; params: none."""

    code = "cell-formula"


class CellErrorValue(CellRefused):
    """Excel's own error value such as #REF!."""

    code = "cell-error-value"


class CellsMerged(CellRefused):
    """params: range."""

    code = "cells-merged"


class SheetHidden(CellRefused):
    """params: name."""

    code = "sheet-hidden"


class SheetUnknown(CellRefused):
    """A sheet outside the template that holds data; params: name."""

    code = "sheet-unknown"


class SheetsMissing(CellRefused):
    """None of the template's sheets is there; params: wanted."""

    code = "sheets-missing"


class HeaderMissing(CellRefused):
    """params: name."""

    code = "header-missing"


class HeaderUnknown(CellRefused):
    """params: name."""

    code = "header-unknown"


class HeaderRepeated(CellRefused):
    """params: name."""

    code = "header-repeated"


class TemplateOutdated(CellRefused):
    """params: found, wanted."""

    code = "template-outdated"


class RowRepeated(CellRefused):
    """The same record twice in one file; params: key, first (row)."""

    code = "row-repeated"


class RowContradicts(CellRefused):
    """Two rows of one record differ in what they share; params: name, first (row)."""

    code = "row-contradicts"


class RowOutOfPlace(CellRefused):
    """This kind of row does not belong into its record; params: kind, process."""

    code = "row-out-of-place"


class RecordIncomplete(CellRefused):
    """A record of several rows lacks one; params: key, lacking."""

    code = "record-incomplete"


class RowsTooWide(CellRefused):
    """Cells beyond the headed columns; params: none."""

    code = "rows-too-wide"


class FeedUnreachable(Unavailable):
    """The feed did not answer after all attempts; params: host, attempts, reason (slug)."""

    code = "feed-unreachable"


class FeedBrokenOff(Unavailable):
    """A page ended early, each time; params: cursor, attempts. Read on from the same cursor."""

    code = "feed-broken-off"


class FeedRefused(Forbidden):
    """The feed's owner does not let us in; params: host, status."""

    code = "feed-refused"


class FeedMalformed(Malformed):
    """A whole page that is not what the contract says; params: cursor, path, expected."""

    code = "feed-malformed"


class FeedPageTooLarge(TooLarge):
    """params: cursor, limit (bytes)."""

    code = "feed-page-too-large"


class EvidenceMalformed(Malformed):
    """Not the shape of trace-bundle/1 or of a flattened JWS; params: path, expected."""

    code = "evidence-malformed"


class UploadTransitionRefused(Conflict):
    """An upload job in this state knows no such step; params: job, state, step."""

    code = "upload-transition-refused"


class CityUnreachable(Unavailable):
    """params: host, reason (slug)."""

    code = "city-unreachable"


class CityAnswerMalformed(Malformed):
    """params: path, expected."""

    code = "city-answer-malformed"
