"""Refusals of the resolver.

Missing
├── KeyKindUnserved   keys of that kind are registered nowhere here     ai, code
├── KeyUnregistered   nobody registered anything under this key       code
└── LinkTypeAbsent     no link of that type at or above the level      linkType, code
Gone
└── CodeWithdrawn      the code was voided or its lot withdrawn        code
"""

from __future__ import annotations

from trace.errors.base import Gone, Missing


class KeyUnregistered(Missing):
    code = "key-unregistered"


class KeyKindUnserved(Missing):
    code = "key-kind-unserved"


class LinkTypeAbsent(Missing):
    code = "link-type-absent"


class CodeWithdrawn(Gone):
    code = "code-withdrawn"
