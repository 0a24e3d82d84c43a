"""Refusals of photographs that a shopper sends to have their codes read.

Malformed
└── PhotoUnreadable    no JPEG, PNG or WebP picture, or a broken one
TooLarge
└── PhotoTooLarge      over a stated limit                              limit, unit
TooMany
└── PhotosTooMany      asked too often                                  seconds (until the next may come)
"""

from __future__ import annotations

from trace.errors.base import Malformed, TooLarge, TooMany


class PhotoUnreadable(Malformed):
    code = "photo-unreadable"


class PhotoTooLarge(TooLarge):
    code = "photo-too-large"


class PhotosTooMany(TooMany):
    code = "photos-too-many"
