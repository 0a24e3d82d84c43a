"""Refusals around delivery notes, and around what is addressed to the parties of another platform.

Malformed
└── NoteUnreadable   not the code of a delivery note             found
Missing
├── NothingToAnswer  it does not wait for the caller's word                   stmt
├── NoteUnknown      its first line is in no log known here      stmt
└── NoteForAnother   no line of it is addressed to the caller    lines
Forbidden
└── LogNotTrusted    a platform whose log the policy does not name    log
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Malformed, Missing

__all__ = ["LogNotTrusted", "NoteForAnother", "NoteUnknown", "NoteUnreadable", "NothingToAnswer"]


class NoteUnreadable(Malformed):
    code = "note-unreadable"


class NothingToAnswer(Missing):
    code = "nothing-to-answer"


class NoteUnknown(Missing):
    code = "note-unknown"


class NoteForAnother(Missing):
    code = "note-for-another"


class LogNotTrusted(Forbidden):
    code = "log-not-trusted"
