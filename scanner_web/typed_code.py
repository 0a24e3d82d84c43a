"""What a person types or pastes: a platform code, a product's GTIN, or the whole address on a label.

Only the path of a pasted address is used, so that nobody can be sent to another host.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from trace.errors import NumberMalformed
from trace.identity import gtin

_CROCKFORD: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")
_LOOKALIKES: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_BETWEEN: Final = re.compile(r"[\s\-‐–—_.·]+")
_ADDRESS: Final = re.compile(r"(?:https?://)?[^/\s]*(?P<path>/(?:01|t)/\S+)", re.IGNORECASE)
_BRACKETED_GTIN: Final = re.compile(r"\(01\)([0-9]{8,14})")
_BRACKETED_BATCH: Final = re.compile(r"\(10\)([^()]{1,20})")
_LONGEST: Final = 400
_DIGITS: Final = re.compile(r"[0-9]{8}|[0-9]{12,14}")


def platform_code(text: str) -> str:
    """Twelve Crockford characters as XXXX-XXXX-XXXX, look-alikes read as meant; raises NumberMalformed."""
    plain = _BETWEEN.sub("", text).upper().translate(_LOOKALIKES)
    if _CROCKFORD.fullmatch(plain) is None:
        raise NumberMalformed(number="trace code", text=text[:40])
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def address_for(text: str) -> str:
    """The path of the page that answers what was typed; raises NumberMalformed, CheckDigitWrong."""
    text = text.strip()[:_LONGEST]
    pasted = _ADDRESS.fullmatch(text)
    if pasted is not None:
        parts = urlsplit(pasted["path"])
        return parts.path + (f"?{parts.query}" if parts.query else "")
    bracketed = _BRACKETED_GTIN.match(text)
    if bracketed is not None:
        batch = _BRACKETED_BATCH.search(text)
        return product_address(bracketed[1], batch[1] if batch is not None else None)
    digits = _BETWEEN.sub("", text)
    if _DIGITS.fullmatch(digits) is not None and not _is_platform_form(text):
        return product_address(digits, None)
    return f"/t/{platform_code(text)}"


def product_address(number: str, batch_no: str | None) -> str:
    """The Digital Link path of a product or of a batch; raises NumberMalformed, CheckDigitWrong."""
    product = f"/01/{gtin.parse(number)}"
    return product if batch_no is None else f"{product}/10/{quote(batch_no, safe='')}"


def _is_platform_form(text: str) -> bool:
    """Twelve digits in three groups of four are a platform code, in one piece a UPC."""
    return re.fullmatch(r"[0-9]{4}([\s\-])[0-9]{4}\1[0-9]{4}", text) is not None
