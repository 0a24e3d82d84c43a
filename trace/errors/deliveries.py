"""Refusals of delivery tables and of the settings under which they are scored."""

from __future__ import annotations

from trace.errors.base import Malformed, Missing

__all__ = [
    "DeliveryColumnMissing",
    "DeliveryIdMissing",
    "DeliveryIdTwice",
    "DeliveryTableMissing",
    "ScoreIdUnknown",
    "ScoreMergeTwice",
    "ScoreSettingMalformed",
    "ScoreSettingUnknown",
    "ScoreSettingsUnreadable",
]


class DeliveryTableMissing(Missing):
    """One of the tables is not in the folder; params: file."""

    code = "delivery-table-missing"


class DeliveryColumnMissing(Malformed):
    """A table lacks a column that nothing can stand in for; params: file, column."""

    code = "delivery-column-missing"


class DeliveryIdMissing(Malformed):
    """A row has no ID; params: file, row (from 1, the headings included)."""

    code = "delivery-id-missing"


class DeliveryIdTwice(Malformed):
    """Two rows of a table have one ID; params: file, row, id."""

    code = "delivery-id-twice"


class ScoreSettingsUnreadable(Malformed):
    """The settings are not one JSON object; params: file."""

    code = "score-settings-unreadable"


class ScoreSettingUnknown(Malformed):
    """A setting that there is not; params: setting, known."""

    code = "score-setting-unknown"


class ScoreSettingMalformed(Malformed):
    """A setting has another form than it should; params: setting, text, expected (slug)."""

    code = "score-setting-malformed"


class ScoreIdUnknown(Malformed):
    """A setting names a station or delivery that the tables do not have; params: setting, id, file."""

    code = "score-id-unknown"


class ScoreMergeTwice(Malformed):
    """A station is merged into two others, or into one that exists beside it; params: id, first, second."""

    code = "score-merge-twice"
