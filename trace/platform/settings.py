"""Settings files of data folders, `platform.toml` and `witness.toml`, read as an operator wrote them.

What cannot be meant is refused with its line, the setting and what is expected there: a setting that nobody
reads (a slip of the pen would leave the default in force), a value of another kind, one that is missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from trace.errors import SettingsUnfit, SettingUnknown

_AT_LINE: Final = re.compile(r"\(at line (\d+)")
_ADDRESS: Final = re.compile(r"https?://[^\s/]+(?:/\S*)?", re.IGNORECASE)

Fits = Callable[[str], bool]


def _any(_text: str) -> bool:
    return True


def one_of(*words: str) -> Fits:
    return lambda text: text in words


def is_address(text: str) -> bool:
    """An absolute http or https address, perhaps with a path."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Setting:
    """A text: whether it has to be there, whether a value fits, and the slug of what is expected."""

    expected: str = "text"
    required: bool = False
    fits: Fits = _any


@dataclass(frozen=True, slots=True)
class Form:
    """What a file may say: its own settings, those of its tables and of its lists of tables."""

    plain: Mapping[str, Setting]
    tables: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)


def read_settings(path: Path, form: Form) -> Mapping[str, Any]:
    """The file's values as its form has them; raises SettingsUnfit with the line."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsUnfit(part=path.name, line=line, setting="-", expected="utf-8") from None
    return _Reader(path.name, text).read(form)


class _Reader:
    def __init__(self, part: str, text: str) -> None:
        self._part = part
        self._lines = text.splitlines()
        self._text = text

    def read(self, form: Form) -> Mapping[str, Any]:
        try:
            raw = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            raise self._unfit(int(at[1]) if at else len(self._lines), "-", "toml") from None
        for name, value in raw.items():
            if name in form.tables:
                self._require(isinstance(value, dict), name, "", 0, "table")
                self._check(value, form.tables[name], name, 0)
            elif name in form.lists:
                whole = isinstance(value, list) and all(isinstance(one, dict) for one in value)
                self._require(whole, name, "", 0, "tables")
                for number, one in enumerate(value):
                    self._check(one, form.lists[name], name, number)
            elif name not in form.plain:
                raise self._unknown(name, "", 0, [*form.plain, *form.tables, *form.lists])
        self._check({name: raw[name] for name in form.plain if name in raw}, form.plain, "", 0)
        return raw

    def _check(
        self, found: Mapping[str, Any], settings: Mapping[str, Setting], table: str, number: int
    ) -> None:
        for name, value in found.items():
            if name not in settings:
                raise self._unknown(name, table, number, list(settings))
            wanted = settings[name]
            self._require(isinstance(value, str), name, table, number, "text-in-quotes")
            self._require(wanted.fits(value), name, table, number, wanted.expected)
        for name, wanted in settings.items():
            self._require(not wanted.required or found.get(name), name, table, number, wanted.expected)

    def _require(self, holds: object, name: str, table: str, number: int, expected: str) -> None:
        if not holds:
            raise self._unfit(self._line(name, table, number), name, expected)

    def _unknown(self, name: str, table: str, number: int, known: list[str]) -> SettingUnknown:
        line = self._line(name, table, number)
        return SettingUnknown(part=self._part, line=line, setting=name[:40], known=sorted(known))

    def _unfit(self, line: int, setting: str, expected: str) -> SettingsUnfit:
        return SettingsUnfit(part=self._part, line=line, setting=setting, expected=expected)

    def _line(self, name: str, table: str, number: int) -> int:
        """Where a setting stands; where its table begins if it is not there; else the file's first line."""
        header = re.compile(r"\s*\[+\s*([\w.\"-]+)\s*\]+")
        wanted = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
        within, met, begins = "", -1, 1
        for at, line in enumerate(self._lines, 1):
            head = header.match(line)
            if head is not None:
                within = head[1].strip('"')
                met += within == table
                if within == (table or name) and (not table or met == number):
                    begins = at
            elif within == table and (not table or met == max(number, 0)) and wanted.match(line):
                return at
        return begins
