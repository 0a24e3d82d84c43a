"""Passwords: argon2id (RFC 9106), and which ones nobody may choose.

Long and unknown matters, capitals and signs do not (NIST SP 800-63B §3.1.1.2): at least ten characters, none
that stands among those tried first, none made of own names or of the digits of the firm's code, of digits
alone, or of nothing but rows of keys, repeats, years and words that are tried first. No list of leaked
passwords is asked: the page says so.
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
_PIECES: Final = 3
"""Of how many such pieces a password may not be made alone; four unrelated words are many guesses."""
_LEAST_PIECE: Final = 3
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CODE_RUN: Final = 6
"""From so many digits on, a part of the firm's code counts as one: it stands on every delivery note."""
_FORM: Final = re.compile(r"(?:股份|专业|有限|责任)*(?:公司|合作社)$|[（(].*[）)]$")
"""What stands behind the name of many a firm, and is none of its own."""
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
    if plain in _common() or _TAIL.sub("", plain) in _common():
        return "password-common"
    if any(name in plain for one in own for name in _names(folded(one))):
        return "password-own-name"
    if any(_holds_code(plain, re.sub(r"\D", "", code)) for code in codes):
        return "password-own-code"
    if re.sub(r"[\W_]", "", plain).isdigit():
        return "password-digits"
    if _repeats(plain) or any(_is_part(plain, row) for row in _ROWS) or _is_pieces(plain):
        return "password-pattern"
    return ""


def _names(name: str) -> list[str]:
    """A name whole, without what many have behind it, and its words; what is long enough to count."""
    return [one for one in {name, _FORM.sub("", name), *name.split()} if len(one) >= _OWN]


def _holds_code(plain: str, digits: str) -> bool:
    runs = (digits[at : at + _CODE_RUN] for at in range(len(digits) - _CODE_RUN + 1))
    return any(run in plain for run in runs)


def _repeats(plain: str) -> bool:
    """One short thing said again and again."""
    return any(
        plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, len(plain) // 2 + 1)
    )


def _is_part(plain: str, row: str) -> bool:
    return plain in row * 2


def _is_pieces(plain: str) -> bool:
    """Whether it is made of a few pieces that are guessed first, with nothing but signs between them."""
    text = re.sub(r"[\W_]", "", plain)
    fewest = [0, *[len(text) + 1] * len(text)]
    for start in range(len(text)):
        for end in range(start + _LEAST_PIECE, len(text) + 1):
            if fewest[start] + 1 < fewest[end] and _is_piece(text[start:end]):
                fewest[end] = fewest[start] + 1
    return 0 < fewest[len(text)] <= _PIECES


def _is_piece(text: str) -> bool:
    return (
        text in _common()
        or len(set(text)) == 1
        or _YEAR.fullmatch(text) is not None
        or any(text in row for row in _ROWS)
    )


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
