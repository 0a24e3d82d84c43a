"""Somebody at the pages of a platform without scripts: reads a page, fills in a form on it, signs.

What no form asks for cannot be sent: a field that is not on the page is an error of the story.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

Fields = list[tuple[str, str]]
Files = Mapping[str, tuple[str, bytes]]
_UNCHECKED: Final = frozenset({"checkbox", "radio"})
_ALERT: Final = re.compile(r'role="alert".*?</(?:div|p)>', re.DOTALL)
_LOGGED: Final = re.compile(r"#([0-9]+)</td>")
_REDIRECTS: Final = frozenset({302, 303})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, where it leads, and the page."""

    status: int
    location: str
    text: str


Send = Callable[[str, str, Fields, Files], Reply]
"""Method, path, fields and files -> the reply; it keeps the cookies."""


class NotOnPage(AssertionError):
    """A form or field that the story wants and the page has not."""


class Refused(AssertionError):
    """The platform did not take what was filled in."""


@dataclass
class PageForm:
    """A form of a page: where it is sent, which names it asks for, what stands in it."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    values: Fields = field(default_factory=list)
    choices: dict[str, set[str]] = field(default_factory=dict)

    def filled(self, typed: Mapping[str, str | Sequence[str]]) -> Fields:
        """All that is sent; raises `NotOnPage` for a name that it does not ask for."""
        if unknown := set(typed) - self.names:
            raise NotOnPage(f"{self.action}: {sorted(unknown)} of {sorted(self.names)}")
        for name, given in typed.items():
            if isinstance(given, str) and given not in self.choices.get(name, {given}):
                raise NotOnPage(f"{self.action}: {given} is none of {sorted(self.choices[name])}")
        kept = [(name, value) for name, value in self.values if name not in typed]
        for name, value in typed.items():
            kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return kept


class _Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageForm] = []
        self._within: PageForm | None = None
        self._listed = self._long = ""
        self._first = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = PageForm(given.get("action", ""), given.get("method", "get"))
            self.found.append(self._within)
        elif self._within is not None and (tag == "option" or given.get("name")):
            self._field(self._within, tag, given)

    def _field(self, within: PageForm, tag: str, given: Mapping[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        within.names.update({name} - {""})
        if tag == "select":
            self._listed, self._first = name, True
            within.choices[name] = set()
        elif tag == "option":
            within.choices[self._listed].add(value)
            self._option(within, value, chosen="selected" in given)
        elif tag == "textarea":
            self._long, self._text = name, []
        elif tag == "input" and (given.get("type") not in _UNCHECKED or "checked" in given):
            within.values.append((name, value))

    def _option(self, within: PageForm, value: str, *, chosen: bool) -> None:
        """The first stands in a list until another is chosen."""
        if chosen or self._first:
            within.values = [one for one in within.values if one[0] != self._listed] + [(self._listed, value)]
        self._first = False

    def handle_data(self, data: str) -> None:
        if self._long:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = None
        elif tag == "textarea" and self._long and self._within is not None:
            self._within.values.append((self._long, "".join(self._text)))
            self._long = ""


@dataclass
class Visitor:
    """Somebody who is signed in. `logged`: how long the log was after what was signed last."""

    send: Send
    page: str = ""
    path: str = ""
    logged: int = 0
    account: tuple[str, str] | None = None

    def sign_in(self, login: str, password: str) -> None:
        """Sign in by the page, now and whenever a session has ended."""
        self.account = (login, password)
        self._read("/sign-in")
        self.fill("/sign-in", {"login": login, "password": password})

    def open(self, path: str) -> str:
        """Read a page, signed in anew where days have passed; raises `Refused` where it is not shown."""
        self._read(path)
        if self.account is not None and _path(self.path).startswith("/sign-in"):
            self.sign_in(*self.account)
            self._read(path)
        return self.page

    def _read(self, path: str) -> None:
        reply = self.send("GET", path, [], {})
        for _ in range(5):
            if reply.status not in _REDIRECTS:
                break
            path = _path(reply.location)
            reply = self.send("GET", path, [], {})
        if reply.status != 200:
            raise Refused(f"{path}: {reply.status}\n{_why(reply.text)}")
        self.page, self.path = reply.text, path

    def find(self, pattern: str) -> str:
        """The first group of a pattern on the page; raises `NotOnPage`."""
        found = re.search(pattern, self.page)
        if found is None:
            raise NotOnPage(f"{self.path}: nothing like {pattern}")
        return html.unescape(found[1])

    def forms(self, action: str, **hidden: str) -> Iterator[PageForm]:
        """The forms of the page that are sent there, with these values standing in them."""
        reader = _Forms()
        reader.feed(self.page)
        for form in reader.found:
            if _path(form.action) == action and set(hidden.items()) <= set(form.values):
                yield form

    def fill(
        self,
        action: str,
        typed: Mapping[str, str | Sequence[str]],
        *,
        files: Files | None = None,
        where: Mapping[str, str] | None = None,
    ) -> str:
        """Fill in the form that is sent to `action` (`where`: which, by what stands in it); the next page.

        Raises `NotOnPage`, and `Refused` with what the page says.
        """
        found = self.forms(action, **(where or {}))
        form = next((one for one in found if one.method.lower() == "post"), None)
        if form is None:
            raise NotOnPage(f"{self.path}: no form to {action} {where or ''}")
        if missing := set(files or ()) - form.names:
            raise NotOnPage(f"{action}: no file {sorted(missing)}")
        reply = self.send("POST", form.action, form.filled(typed), files or {})
        if reply.status not in _REDIRECTS:
            raise Refused(f"{action}: {reply.status}\n{_why(reply.text)}")
        return self.open(_path(reply.location))

    def sign(self) -> str:
        """Sign what was drafted with the key that the service holds, having seen it; the page of receipts."""
        self.fill(f"{urlsplit(self.path).path}/held", {"agreed": "yes"})
        self.logged = max([self.logged, *(int(index) + 1 for index in _LOGGED.findall(self.page))])
        return self.page


def _path(address: str) -> str:
    """An address of this platform without its host."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _why(page: str) -> str:
    """What a page says went wrong."""
    found = _ALERT.search(page)
    return re.sub(r"<[^>]+>|\s+", " ", found.group() if found else page[-2000:])[:1500]
