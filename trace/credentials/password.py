"""Passwords: argon2id (RFC 9106), and which ones nobody may choose.

Long and unknown matters, capitals and signs do not (NIST SP 800-63B §3.1.1.2): at least ten characters, none
that stands among those tried first, none made of one's own names, a row of keys or one thing repeated.
How much work a guess costs is RFC 9106's second set (§4); `GREENTRACE_PASSWORD_WORK=small` asks for the least
that is still good practice, for machines without 64 MiB to spare for each sign-in.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION, Type
from argon2.profiles import RFC_9106_LOW_MEMORY

from trace.credentials.login import folded
from trace.errors import PasswordUnfit

SHORTEST: Final = 10
LONGEST: Final = 256
SETTING: Final = "GREENTRACE_PASSWORD_WORK"
WORKS: Final = {
    "full": RFC_9106_LOW_MEMORY,
    "small": Parameters(Type.ID, ARGON2_VERSION, 16, 32, time_cost=2, memory_cost=19 * 1024, parallelism=1),
}
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""64 MiB each: as many at a time as the smallest machine has processors."""
_COMMON: Final = Path(__file__).parent / "common_passwords.txt"
_ROWS: Final = (
    "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba", "qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq",
    "1qaz2wsx3edc4rfv5tgb6yhn", "qazwsxedcrfvtgb",
)  # fmt: skip
_TAIL: Final = re.compile(r"[\W\d_]+$")
_OWN: Final = 4
"""From so many characters on, a name inside a password counts as one."""


def hashed(password: str) -> str:
    """The password as it is kept."""
    with _AT_ONCE:
        return _hasher().hash(_written(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is that password. Without a kept one the answer is no, after the same work."""
    try:
        with _AT_ONCE:
            _hasher().verify(kept or _of_nobody(), _written(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_aged(kept: str) -> bool:
    """Whether it was made with less work than passwords are today."""
    return _passes_over_memory(extract_parameters(kept)) < _passes_over_memory(work_of(_asked()))


def work_of(word: str) -> Parameters:
    """The work of a hash under that value of the setting; full where the word is unknown."""
    return WORKS.get(word, RFC_9106_LOW_MEMORY)


def _passes_over_memory(work: Parameters) -> int:
    return work.time_cost * work.memory_cost


def _asked() -> str:
    return os.environ.get(SETTING, "")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(work_of(_asked()))


def require_good(password: str, own: Iterable[str] = ()) -> None:
    """Refuse what is guessed first; `own` are names of the person and its firm. Raises PasswordUnfit."""
    reason = _fault(password, own)
    if reason:
        raise PasswordUnfit(reason=reason, shortest=SHORTEST, longest=LONGEST)


def _fault(password: str, own: Iterable[str]) -> str:
    if len(password) < SHORTEST:
        return "password-short"
    if len(password) > LONGEST:
        return "password-long"
    plain = folded(password)
    if plain in _common() or _TAIL.sub("", plain) in _common():
        return "password-common"
    if any(len(name) >= _OWN and name in plain for name in map(folded, own)):
        return "password-own-name"
    if _repeats(plain) or _TAIL.sub("", plain) in _ROWS or any(_is_part(plain, row) for row in _ROWS):
        return "password-pattern"
    return ""


def _repeats(plain: str) -> bool:
    """One short thing said again and again."""
    return any(
        plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, len(plain) // 2 + 1)
    )


def _is_part(plain: str, row: str) -> bool:
    return plain in row * 2


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _of_nobody() -> str:
    return _hasher().hash("nobody has this password")


def _written(password: str) -> str:
    """One form however a keyboard composed it."""
    return unicodedata.normalize("NFKC", password)
