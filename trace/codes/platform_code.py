"""Platform codes: short codes for small producers and loose produce without a GTIN.

Twelve Crockford characters, shown as XXXX-XXXX-XXXX, resolved under `/t/`. They are serials of a scope of the
platform's own (`serials`), so one code may name a batch (a range of one) or an item (one of a long range),
and none can be guessed from another. Never more than a name: who holds it is in the range's row.
"""

from __future__ import annotations

import re
from typing import Final

from trace.codes.serials import parse
from trace.errors import SerialMalformed
from trace.identity.typed import bare, typed

SCOPE: Final = "platform"
PATH: Final = "/t/"
_SWALLOWED: Final = re.compile(r"/?[?&;#].*|/$|[^!-~ ].*", re.DOTALL)


def shown(code: str) -> str:
    """`7K3F-9QXP-2MWD`, as printed under the symbol and read out; raises `SerialMalformed`."""
    plain = parse(code)
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def meant(text: str) -> str:
    """A code as typed or from a link, without what stands around it, as printed; raises `SerialMalformed`."""
    for each in (text, bare(text), bare(_SWALLOWED.sub("", typed(text)))):
        try:
            return shown(each)
        except SerialMalformed:
            continue
    raise SerialMalformed(text=text[:40])


def link(stem: str, code: str) -> str:
    """`https://…/t/7K3F9QXP2MWD`: what the symbol carries, without hyphens, so that it stays small."""
    return stem.rstrip("/") + PATH + parse(code)
