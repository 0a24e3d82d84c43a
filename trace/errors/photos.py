"""Refusals of photographs: those that shoppers send to have their codes read, and those that records name.

Malformed
└── PhotoUnreadable    no JPEG, PNG or WebP picture, or a broken one
Inadmissible
├── PhotoUnnamed       no record that stands names a photograph of this digest   sha256
└── PhotoDiffers       the bytes are not those of the digest                     sha256, found
Forbidden
└── PhotoOfOthers      the record that names it is another's                     sha256
Missing
└── PhotoAbsent        not here, or not shown (any more)                         sha256
Gone
└── PhotoErased        it was erased, and is not taken again                     sha256
TooLarge
└── PhotoTooLarge      over a stated limit                                       limit, unit
TooMany
└── PhotosTooMany      asked too often                  seconds (until the next may come)
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Gone, Inadmissible, Malformed, Missing, TooLarge, TooMany


class PhotoUnreadable(Malformed):
    code = "photo-unreadable"


class PhotoUnnamed(Inadmissible):
    code = "photo-unnamed"


class PhotoDiffers(Inadmissible):
    code = "photo-differs"


class PhotoOfOthers(Forbidden):
    code = "photo-of-others"


class PhotoAbsent(Missing):
    code = "photo-absent"


class PhotoErased(Gone):
    code = "photo-erased"


class PhotoTooLarge(TooLarge):
    code = "photo-too-large"


class PhotosTooMany(TooMany):
    code = "photos-too-many"
