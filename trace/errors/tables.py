"""Refusals of one place in a table that people fill in: a cell, a row, a column, a sheet.

The place itself stands beside the refusal; what is named here is what a person sees there and has to mend.
"""

from __future__ import annotations

from trace.errors.base import Malformed


class CellRefused(Malformed):
    """Base of the faults of one place in a table; the place itself stands beside the refusal."""

    code = "cell-refused"


class CellMissing(CellRefused):
    """A required cell is empty; params: name."""

    code = "cell-missing"


class CellKindWrong(CellRefused):
    """The cell holds a value of another kind; params: name, found (date | truth | text), shown."""

    code = "cell-kind-wrong"


class CellNotWanted(CellRefused):
    """Content where this row takes none; params: name."""

    code = "cell-not-wanted"


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


class CellTemperatureMalformed(CellRefused):
    """Neither one temperature nor the lowest and the highest; params: name, text."""

    code = "cell-temperature-malformed"


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
    """Control characters or half characters; params: name, sign (U+XXXX)."""

    code = "cell-text-unclean"


class CellLookAlike(CellRefused):
    """A letter of another alphabet, or a mark on one, in a number; params: name, text, sign (U+XXXX)."""

    code = "cell-look-alike"


class CellDigitsLost(CellRefused):
    """A number of more than 15 digits, whose last ones Excel has dropped; params: name."""

    code = "cell-digits-lost"


class CellCodeMalformed(CellRefused):
    """A batch, lot, place, party or product code of the wrong form; params: name, text, expected."""

    code = "cell-code-malformed"


class CellFormula(CellRefused):
    """A formula: what it shows may change after signing; params: shown (its last result)."""

    code = "cell-formula"


class CellErrorValue(CellRefused):
    """Excel's own error value such as #REF!; params: shown."""

    code = "cell-error-value"


class CellShownDiffers(CellRefused):
    """The number format makes the cell show something else than it holds; params: shown, stored."""

    code = "cell-shown-differs"


class CellFormatUnknown(CellRefused):
    """It cannot be worked out what the number format shows; params: shown (what is stored), format."""

    code = "cell-format-unknown"


class CellFormatConditional(CellRefused):
    """A conditional format may strike out, hide or change what the cell shows; params: none."""

    code = "cell-format-conditional"


class CellStruck(CellRefused):
    """Text that is struck out, all or part of it; params: shown."""

    code = "cell-struck"


class CellRaised(CellRefused):
    """Superscript or subscript by format: the plain text would say something else; params: shown."""

    code = "cell-raised"


class CellInPictures(CellRefused):
    """A font that draws other signs than its letters (Symbol, Wingdings); params: shown (what is stored)."""

    code = "cell-in-pictures"


class CellInvisible(CellRefused):
    """Content that nobody sees: a format such as ;;;, white ink, specks; params: shown (what is stored)."""

    code = "cell-invisible"


class CellTooNarrow(CellRefused):
    """A number or day in a column too narrow for it: ### or fewer digits are shown; params: shown."""

    code = "cell-too-narrow"


class CellRepeated(CellRefused):
    """Content that its alignment repeats until the cell is full, 5 as 555; params: shown (what is stored)."""

    code = "cell-repeated"


class CellPlaceholder(CellRefused):
    """A word that stands for a content: 同上, nan, #N/A, a lone dash; params: name, text."""

    code = "cell-placeholder"


class CellShortened(CellRefused):
    """A long number that a spreadsheet has shortened to an exponent; params: name, text."""

    code = "cell-shortened"


class CellBarcodeDamaged(CellRefused):
    """Digits that look like a bar code and are none; params: name, text, reason (slug)."""

    code = "cell-barcode-damaged"


class RowNoRecord(CellRefused):
    """A row under the table that is a sum or a note; params: text."""

    code = "row-no-record"


class RowStruck(CellRefused):
    """All of a row is struck out; params: none."""

    code = "row-struck"


class RowsHidden(CellRefused):
    """Rows with content that nobody sees: filtered, grouped, of no height; params: first, last."""

    code = "rows-hidden"


class ColumnHidden(CellRefused):
    """A column with content that nobody sees; params: name."""

    code = "column-hidden"


class ExampleChanged(CellRefused):
    """A row marked as an example that says something of its own; params: none."""

    code = "example-changed"


class MarkUnknown(CellRefused):
    """The column of marks takes 示例 or nothing; params: text."""

    code = "mark-unknown"


class CellsMerged(CellRefused):
    """params: range."""

    code = "cells-merged"


class SheetHidden(CellRefused):
    """params: name."""

    code = "sheet-hidden"


class SheetHiddenDeep(CellRefused):
    """Hidden so that no menu shows it (veryHidden); params: name."""

    code = "sheet-hidden-deep"


class SheetUnknown(CellRefused):
    """A sheet outside the template that holds data; params: name."""

    code = "sheet-unknown"


class TableUnknown(CellRefused):
    """A sheet or file whose headers are those of no table; params: name, known."""

    code = "table-unknown"


class SheetsMissing(CellRefused):
    """None of the template's sheets is there; params: wanted."""

    code = "sheets-missing"


class HeaderMissing(CellRefused):
    """params: name."""

    code = "header-missing"


class HeaderUnknown(CellRefused):
    """params: name."""

    code = "header-unknown"


class HeaderNotFirst(CellRefused):
    """The headers stand below a title or a blank row; params: row."""

    code = "header-not-first"


class HeaderAgain(CellRefused):
    """A second row of headers among the data; params: none."""

    code = "header-again"


class HeaderBlank(CellRefused):
    """Content in a column without a header; params: none."""

    code = "header-blank"


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
    """This kind of row does not belong into its record; params: line, process."""

    code = "row-out-of-place"


class TimesContradict(CellRefused):
    """A day or moment after one that it must come before; params: name, text, other, than."""

    code = "times-contradict-in-row"


class TooLongAgo(CellRefused):
    """A day many years before what it belongs to; params: name, text, other, than, years."""

    code = "too-long-ago"


class VerdictContradicts(CellRefused):
    """An item's verdict is not what value and limit say; params: name, value, limit, verdict."""

    code = "verdict-contradicts"


class ConclusionContradicts(CellRefused):
    """The conclusion of a report is not what its items say; params: items (that fail), verdict."""

    code = "conclusion-contradicts"


class ColumnNotAmendable(CellRefused):
    """A column that the sheet has not, or that a correction cannot change; params: name, sheet."""

    code = "column-not-amendable"


class AmendmentLineUnknown(CellRefused):
    """The record has no such line, or several; params: line, count."""

    code = "amendment-line-unknown"


class LotIsItsBatch(CellRefused):
    """A product lot with the number of the batch that it comes from; params: name, lot."""

    code = "lot-is-its-batch"


class LotNotOfMerge(CellRefused):
    """A merge makes the one lot that its batch number names; params: name, lot, batch."""

    code = "lot-not-of-merge"


class RecordIncomplete(CellRefused):
    """A record of several rows lacks one; params: key, lacking."""

    code = "record-incomplete"


class RowsTooWide(CellRefused):
    """Cells beyond the headed columns; params: none."""

    code = "rows-too-wide"
