"""Answers of a set-up: asked one by one, or read from a file; kept as they come, so that a set-up goes on.

They lie in the new folder as `setup.toml` (mode 600), in the form of the file that `--from` reads. Once the
platform has its own settings, the database's address stands there alone: it holds a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from trace.codes.public_address import public_address, require_real
from trace.errors import Refusal
from trace.identity import uscc
from trace.ledger.note import COSIGNATURE_V1, NoteVerifier
from trace.parties import DEPARTMENTS, parse_urn
from trace.platform.folder import ROLES, quoted, require_origin, write_own
from trace.platform.settings import Form, Setting, is_address, one_of, read_settings
from trace.platform.storage_faults import examine_database
from trace.rules import profile_names

ANSWERS: Final = "setup.toml"
HERE: Final = "here"
NONE: Final = "none"
SQLITE: Final = "sqlite"
COMPOSE: Final = "compose"
SERVICES: Final = ("systemd", COMPOSE, NONE)
LATER: Final = "later"
"""A witness's key that its keeper has not sent yet."""
_KID: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_USER: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_SPACE: Final = re.compile(r"\s")

Given = Mapping[str, str]


class Unfit(Exception):
    """An answer that cannot be; `reason` is the key of the words, or a refusal with its own."""

    def __init__(self, reason: str, refusal: Refusal | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked under `name`: its default by the answers before it, how it is read, when it is asked."""

    name: str
    default: Callable[[Given], str]
    read: Callable[[str, Given], str]
    asked: Callable[[Given], bool] = field(default=lambda _given: True)
    secret: bool = False


def _fixed(text: str) -> Callable[[Given], str]:
    return lambda _given: text


def _as_refused(check: Callable[[str], object]) -> Callable[[str, Given], str]:
    def read(text: str, _given: Given) -> str:
        try:
            check(text)
        except Refusal as refusal:
            raise Unfit("refused", refusal) from None
        return text

    return read


def _public(text: str, _given: Given) -> str:
    if not text:
        raise Unfit("empty")
    try:
        return require_real(public_address(text))
    except Refusal as refusal:
        raise Unfit("refused", refusal) from None


def _database(text: str, given: Given) -> str:
    if text in {"", SQLITE}:
        return SQLITE
    try:
        examine_database(text, given["origin"])
    except Refusal as refusal:
        raise Unfit("refused", refusal) from None
    return text


def party_urn(text: str, _given: Given = {}) -> str:  # noqa: B006 - never changed
    """A party's urn, from itself or from its code alone."""
    code = text.strip().upper()
    try:
        return parse_urn(text if text.startswith("urn:") else f"urn:uscc:{uscc.parse(code)}").text
    except Refusal as refusal:
        raise Unfit("refused", refusal) from None


def _choice(*words: str) -> Callable[[str, Given], str]:
    def read(text: str, _given: Given) -> str:
        if text not in words:
            raise Unfit("one-of")
        return text

    return read


def _port(text: str, given: Given) -> str:
    if not text.isdecimal() or not 1024 <= int(text) <= 65_535:
        raise Unfit("port")
    if text in {value for name, value in given.items() if name.endswith("port")}:
        raise Unfit("port-twice")
    return text


def _some(text: str, _given: Given) -> str:
    if not text.strip() or "\n" in text:
        raise Unfit("empty")
    return text.strip()


def _name(text: str, given: Given) -> str:
    if _NAME.fullmatch(text) is None or text in {"both", NONE}:
        raise Unfit("witness-name")
    if text in {value for name, value in given.items() if name.endswith("-name")}:
        raise Unfit("witness-twice")
    return text


def _user(text: str, _given: Given) -> str:
    if _USER.fullmatch(text) is None:
        raise Unfit("user")
    return text


def _registrar(text: str, _given: Given) -> str:
    if text != HERE and _KID.fullmatch(text) is None:
        raise Unfit("registrar")
    return text


def _place(text: str, _given: Given) -> str:
    if text != HERE and not is_address(text):
        raise Unfit("witness-place")
    return text.rstrip("/")


def _vkey(text: str, _given: Given) -> str:
    if text in {"", LATER}:
        return LATER
    try:
        key = NoteVerifier.from_vkey(_SPACE.sub("", text))
    except Refusal as refusal:
        raise Unfit("refused", refusal) from None
    if key.type != COSIGNATURE_V1:
        raise Unfit("vkey")
    return key.vkey


def _host(given: Given) -> str:
    return str(urlsplit(given["public-url"]).hostname)


def _is_here(name: str) -> Callable[[Given], bool]:
    return lambda given: given[name] == HERE


def _is_elsewhere(name: str) -> Callable[[Given], bool]:
    return lambda given: given[name] != HERE


def _witness(number: int, name: str) -> list[Question]:
    at = f"witness-{number}"
    return [
        Question(f"{at}-name", _fixed(name), _name),
        Question(f"{at}-place", _fixed(HERE), _place),
        Question(f"{at}-port", _fixed(str(8100 + number)), _port, _is_here(f"{at}-place")),
        Question(f"{at}-vkey", _fixed(LATER), _vkey, _is_elsewhere(f"{at}-place")),
    ]


QUESTIONS: Final = (
    Question("role", _fixed("food"), _choice(*sorted(ROLES))),
    Question("public-url", _fixed(""), _public),
    Question("origin", lambda given: f"{_host(given)}/{given['role']}", _as_refused(require_origin)),
    Question("profile", _fixed("CN-31"), _choice(*profile_names())),
    Question("database", _fixed(SQLITE), _database, secret=True),
    Question("port", _fixed("8000"), _port),
    Question("operator", _fixed(""), party_urn),
    Question("operator-title", _fixed(""), _some),
    Question("registrar", _fixed(HERE), _registrar),
    Question("registrar-party", lambda given: given["operator"], party_urn, _is_here("registrar")),
    Question("registrar-title", lambda given: given["operator-title"], _some),
    Question("department", _fixed("market"), _choice(*sorted(DEPARTMENTS)), _is_here("registrar")),
    *_witness(1, "agri"),
    *_witness(2, "market"),
    Question("services", _fixed("systemd"), _choice(*SERVICES)),
    Question("user", _fixed("greentrace"), _user, lambda given: given["services"] == "systemd"),
)
"""In the order in which they are asked; each may go by the answers before it."""
FORM: Final = Form(
    plain={one.name: Setting() for one in QUESTIONS} | {"done": Setting("one-of", fits=one_of("yes", "no"))}
)
"""The same names in a file of answers."""


def read_answers(path: Path) -> dict[str, str]:
    """What a file of answers says, in its own words; raises SettingsUnfit, SettingUnknown."""
    return {name: str(value) for name, value in read_settings(path, FORM).items()}


def keep_answers(folder: Path, answers: Given) -> None:
    """Write them into the folder, for their owner alone."""
    known = {one.name for one in QUESTIONS} | {"done"}
    rows = [f"{name} = {quoted(value)}" for name, value in answers.items() if name in known]
    write_own(folder / ANSWERS, "\n".join(rows) + "\n")
