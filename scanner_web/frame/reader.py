"""The reader of a page: language, size of the letters, and links that change either and keep the rest.

Language: `?lang=` (remembered in a cookie), then the cookie, then Accept-Language, then Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Request
from markupsafe import Markup

from scanner_web.frame.terms import CHINESE, marked, sentence, term
from trace.identity.region import parts_of, short_name
from trace.identity.region_letters import in_letters
from trace.wording import LOCALES, has, negotiate, say

COOKIE: Final = "lang"
LARGE: Final = "elder"
_AND: Final = "、"
_NUMBER: Final = re.compile(r"[+0-9][0-9 ()-]{2,29}")
_NAME: Final = re.compile(r"urn:(?:uscc|party|lot|gtin|place|licence|device|draw):.")
_CHOICES: Final = {"zh": "zh-CN", "zh-cn": "zh-CN", "en": "en"}


def bare(value: object) -> object:
    """A name of ours by owner and number alone, each of a list: its scheme says nothing to people."""
    if isinstance(value, list | tuple):
        return [bare(one) for one in value]
    if isinstance(value, str) and _NAME.match(value) and not any(map(str.isspace, value)):
        return value.split(":", 2)[2]
    return value


@dataclass(frozen=True, slots=True)
class Reader:
    """`query` is what the address carried besides the reader's own two switches."""

    locale: str
    large: bool
    chosen: bool
    query: tuple[tuple[str, str], ...]

    @property
    def english(self) -> bool:
        return self.locale == "en"

    def say(self, key: str, **params: object) -> str:
        """The sentence of a page: a name of ours in it is said by owner and number."""
        return say(self.locale, key, **{name: bare(value) for name, value in params.items()})

    def word(self, family: str, slug: object, ending: str = "") -> str:
        """The word of a slug; one that nobody worded stands as it was signed."""
        key = f"{family}.{slug}{ending}"
        return self.say(key) if has(self.locale, key) else str(slug)

    def term(self, text: object) -> str:
        """A text of a record in the reader's language, or in its own and marked so."""
        return marked(self.locale, text)

    def stays_chinese(self, *texts: str | None) -> bool:
        """Whether a reader of English meets one of these texts of records in Chinese."""
        return any(text and term(self.locale, text) is None and CHINESE.search(text) for text in texts)

    def plain(self, text: str) -> str:
        """The same where no mark can stand."""
        return term(self.locale, text) or text

    def tell(self, key: str, **texts: object) -> Markup:
        """A sentence of a page around texts of records."""
        return sentence(self.locale, key, **texts)

    @staticmethod
    def dials(contact: str) -> bool:
        """Whether a contact is a telephone number and nothing else."""
        return _NUMBER.fullmatch(contact) is not None

    def words(self, family: str, slugs: Iterable[object]) -> str:
        return self.say("scan.list").join(self.word(family, slug) for slug in slugs)

    def place(self, district: str, *, short: bool = False) -> str:
        """The name of a district, or of several, in the reader's letters; `short` as people say it."""
        return self.say("scan.list").join(self._district(each, short) for each in district.split(_AND))

    def _district(self, name: str, short: bool) -> str:
        if self.english:
            return in_letters(name)
        return short_name(name) if short else "".join(parts_of(name)) or name

    def amount(self, quantity: Mapping[str, str]) -> str:
        """A quantity without idle zeros: {"value": "5.000", "unit": "kg"} is 5 kg."""
        value = quantity["value"]
        plain = value.rstrip("0").rstrip(".") if "." in value else value
        return f"{plain} {self.word('scan.unit', quantity['unit'])}"

    def switch(self, *, lang: str = "", large: bool | None = None) -> str:
        """A reference of a query alone, so that it can only lead to the page being read."""
        large = self.large if large is None else large
        query = [*self.query, *([("m", LARGE)] if large else []), *([("lang", lang)] if lang else [])]
        return f"?{urlencode(query)}"

    def link(self, path: str, **query: str) -> str:
        """A reference to another page of ours that keeps the large letters."""
        members = [*query.items(), *([("m", LARGE)] if self.large else [])]
        return f"{path}?{urlencode(members)}" if members else path


def reader_of(request: Request) -> Reader:
    """The reader behind a request; unknown wishes are ignored."""
    wish = _CHOICES.get(request.args.get("lang", "").lower())
    locale = wish or locale_of(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))
    rest = tuple((name, value) for name, value in request.args.items(multi=True) if name not in {"lang", "m"})
    return Reader(locale, request.args.get("m") == LARGE, wish is not None, rest)


def locale_of(chosen: str, languages: str) -> str:
    """The language chosen once (the cookie), else the best for an Accept-Language header."""
    return chosen if chosen in LOCALES else negotiate(languages)
