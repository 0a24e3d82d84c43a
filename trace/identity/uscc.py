"""统一社会信用代码, GB 32100-2015: who a legal person is. 18 characters; the check only warns.

`91310151XN0000442L` = 登记管理部门 9, 类别 1, 区划 310151, 组织机构代码 XN0000442 (its last
character checks it), check character L.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed
from trace.identity.check_digit import organisation_mod_11, uscc_mod_31

_FORM: Final = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")

ENTERPRISE: Final = "enterprise"
INDIVIDUAL: Final = "individual_business"
COOPERATIVE: Final = "farmers_cooperative"
INSTITUTION: Final = "institution"
GOVERNMENT: Final = "government"
OTHER: Final = "other"

_KIND: Final = {
    "91": ENTERPRISE,
    "92": INDIVIDUAL,
    "93": COOPERATIVE,
    "11": GOVERNMENT,
    "12": INSTITUTION,
}


@dataclass(frozen=True, slots=True)
class Uscc:
    """`text` (18 characters, upper case); `warnings` may hold "uscc-check" and "organisation-check"."""

    text: str
    warnings: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return _KIND.get(self.text[:2], OTHER)

    @property
    def region(self) -> str:
        """The six digits of GB/T 2260 where it was registered."""
        return self.text[2:8]

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Uscc:
    """Read a code; raises `NumberMalformed` on a wrong form, warns on a wrong check character."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="USCC", text=text[:40])
    warnings = []
    if uscc_mod_31(text[:17]) != text[17]:
        warnings.append("uscc-check")
    if organisation_mod_11(text[8:16]) != text[16]:
        warnings.append("organisation-check")
    return Uscc(text, tuple(warnings))
