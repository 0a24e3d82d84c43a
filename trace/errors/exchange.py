"""Refusals at the ports: files, workbooks, feeds, other platforms.

FileUnreadable, FileEncrypted, FileTooLarge, WorkbookRefused     a file as a whole
CellTooFar                                                       one cell far outside its table
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


class FileNotReadable(FileUnreadable):
    """The system does not let us read the file; params: expected, reason (slug)."""

    code = "file-not-readable"


class DatesFrom1904(FileUnreadable):
    """The workbook counts its days from 1904; params: expected, reason."""

    code = "dates-from-1904"


class FileEncrypted(Malformed):
    """The workbook is locked with a password."""

    code = "file-encrypted"


class FileTooLarge(TooLarge):
    """Over a stated limit of the reader; params: what, limit."""

    code = "file-too-large"


class CellTooFar(FileTooLarge):
    """One cell with content far outside the table; params: sheet, cell, rows, columns (the limits)."""

    code = "cell-too-far"


class WorkbookRefused(Inadmissible):
    """The file has faults and none of it is taken; params: faults, and sheet, row, column of the first."""

    code = "workbook-refused"


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


class ChannelUnfit(Unavailable):
    """A channel for notices is set up wrongly; params: channel, part."""

    code = "channel-unfit"


class NoticeUndelivered(Unavailable):
    """A channel did not take a notice; params: channel, reason (slug), final (trying again is no use)."""

    code = "notice-undelivered"
