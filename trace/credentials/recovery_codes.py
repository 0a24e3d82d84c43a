"""Recovery codes: what somebody keeps on paper for the day on which the phone is gone, each good once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

COUNT: Final = 8
_BYTES: Final = 10
_GROUP: Final = 4


def new_code() -> str:
    """Eighty random bits in four groups: nothing to guess, so it is kept under a quick hash."""
    text = base64.b32encode(secrets.token_bytes(_BYTES)).decode("ascii").lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def code_hash(typed: str) -> str:
    """Hex SHA-256 of a code, however it was typed."""
    plain = "".join(each for each in typed.lower() if each.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def is_like_one(typed: str) -> bool:
    """Whether it has the length of one, and no app's code."""
    return len("".join(each for each in typed if each.isalnum())) == _BYTES * 8 // 5
