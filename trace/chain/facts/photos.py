"""Photographs that a record names by digest, and a grower's story: what is shown, and by whose consent.

Law: 个人信息保护法 §13, §29 (a face is shown with the person's own consent), §15 (it may be taken back).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.chain.facts import urns
from trace.chain.facts.reading import Shape, Unfit, many, one_of, read_day, text_of

PERSON: Final = "person"
SHOWS: Final = ("product", "place", "work", "report", PERSON)
MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Consent:
    """What a natural person agreed to: where it is shown, since when, until when. It names nobody."""

    scope: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """`shows` is what is seen on it; `alt` says it to who cannot see it."""

    sha256: str
    shows: str
    alt: str | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A text about the grower or the place; a natural person's is shown with consent alone."""

    text: str
    consent: Consent | None = None


_consent = Shape(Consent, {"scope": one_of("pages", "pages-and-print"), "on": read_day}, {"until": read_day})


class _PhotoShape(Shape[Photo]):
    """A photograph; one of a person is none without consent."""

    __slots__ = ()

    def read(self, value: object, given: dict[str, Any]) -> Photo:
        photo = super().read(value, given)
        if photo.shows == PERSON and photo.consent is None:
            raise Unfit("the consent of the person").under(".consent")
        return photo


_photo = _PhotoShape(
    Photo, {"sha256": urns.digest, "shows": one_of(*SHOWS)}, {"alt": urns.name, "consent": _consent}
)
photos = many(_photo, 1, MOST)
story = Shape(Story, {"text": text_of(4, 600)}, {"consent": _consent})


def may_be_shown(stated: Mapping[str, Any], day: date, *, personal: bool) -> bool:
    """Whether a photograph or story as stated may be shown on a day: of a person only while it is agreed."""
    consent = stated.get("consent")
    if not isinstance(consent, Mapping):
        return not personal and stated.get("shows") != PERSON
    until = consent.get("until")
    return str(consent["on"]) <= day.isoformat() and (until is None or day.isoformat() <= str(until))
