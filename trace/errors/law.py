"""Refusals where the data of the law end: rules, profiles, the working-day calendar.

Unavailable
├── RuleUnknown          no rule of that number holds on that day    rule, day, profile
├── ProfileUnknown       no such profile                             profile, known
└── CalendarYearMissing  no holiday notice loaded for that year      year, known
"""

from __future__ import annotations

from trace.errors.base import Unavailable


class RuleUnknown(Unavailable):
    code = "rule-unknown"


class ProfileUnknown(Unavailable):
    code = "profile-unknown"


class CalendarYearMissing(Unavailable):
    code = "calendar-year-missing"
