"""Passwords: argon2id (RFC 9106), and which ones nobody may choose.

Long and unknown matters, capitals and signs do not (NIST SP 800-63B §3.1.1.2): at least ten characters, none
made of own names, of the digits of the firm's code or of digits alone, and none that leaked passwords, words,
names, dates, rows of keys and repeats lead to in too few guesses. Those guesses are counted by `zxcvbn`, on
this machine; it brings the most frequent ones of leaked passwords, we add what is tried first here.
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
_TRIED_HERE: Final = Path(__file__).parent / "common_passwords.txt"
_FEWEST_GUESSES: Final = 10**8
"""Below so many, a stolen hash gives the password away in days (zxcvbn's scores 0 to 2)."""
_JUDGED: Final = 24
"""So many characters at the front must do: counting grows far beyond in proportion to the length; with signs
that stand for letters (`4@$`) a third of a second for these, a second and a half for twice as many."""
_COUNTING: Final = threading.Lock()
"""The library keeps the words it is given in a place that all threads share."""
_CODE_RUN: Final = 6
"""From so many digits on, a part of the firm's code counts as one: it stands on every delivery note."""
_FORM: Final = re.compile(r"(?:股份|专业|有限|责任)*(?:公司|合作社)$|[（(].*[）)]$")
"""What stands behind the name of many a firm, and is none of its own."""
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


def require_good(password: str, own: Iterable[str] = (), codes: Iterable[str] = ()) -> None:
    """Refuse what is guessed first; `own` are names of the person and its firms, `codes` the firms' codes.

    Raises PasswordUnfit.
    """
    reason = _fault(password, own, codes)
    if reason:
        raise PasswordUnfit(reason=reason, shortest=SHORTEST, longest=LONGEST)


def _fault(password: str, own: Iterable[str], codes: Iterable[str]) -> str:
    if len(password) < SHORTEST:
        return "password-short"
    if len(password) > LONGEST:
        return "password-long"
    plain = folded(password)
    if any(name in plain for one in own for name in _names(folded(one))):
        return "password-own-name"
    if any(_holds_code(plain, re.sub(r"\D", "", code)) for code in codes):
        return "password-own-code"
    if re.sub(r"[\W_]", "", plain).isdigit():
        return "password-digits"
    return _guessed(_written(password))


def _names(name: str) -> list[str]:
    """A name whole, without what many have behind it, and its words; what is long enough to count."""
    return [one for one in {name, _FORM.sub("", name), *name.split()} if len(one) >= _OWN]


def _holds_code(plain: str, digits: str) -> bool:
    runs = (digits[at : at + _CODE_RUN] for at in range(len(digits) - _CODE_RUN + 1))
    return any(run in plain for run in runs)


def _guessed(text: str) -> str:
    """Why it would be guessed soon; empty where it would not."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 14 MiB of words, for servers on which somebody chooses one

    with _COUNTING:
        found = zxcvbn(text[:_JUDGED], user_inputs=_tried_here())
    if found["guesses"] > _FEWEST_GUESSES:
        return ""
    words = any(match["pattern"] == "dictionary" for match in found["sequence"])
    return "password-common" if words else "password-pattern"


@cache
def _tried_here() -> tuple[str, ...]:
    lines = _TRIED_HERE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _of_nobody() -> str:
    return _hasher().hash("nobody has this password")


def _written(password: str) -> str:
    """One form however a keyboard composed it."""
    return unicodedata.normalize("NFKC", password)
