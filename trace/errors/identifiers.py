"""Refusals of identifiers: whose a number is, and what may not be said under it.

Forbidden
└── ProductForeign     packed under a name that carries another's id        product, iss
Missing
└── RestrictedNumber   a number for use inside a shop leads nowhere         gtin
Inadmissible
├── PrefixMalformed    no company prefix is written like that               number
├── PrefixUnproven     a foreign prefix without evidence of GS1             number
└── ActBlocked
    ├── GtinUnproven     nobody's registered prefix begins this GTIN        lot, value
    ├── GtinOfAnother    it begins with another's                           lot, value
    └── GtinRestricted   it belongs to nobody                               lot, value
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Inadmissible, Missing
from trace.errors.food import ActBlocked


class ProductForeign(Forbidden):
    code = "product-foreign"


class RestrictedNumber(Missing):
    code = "restricted-number"


class PrefixMalformed(Inadmissible):
    code = "prefix-malformed"


class PrefixUnproven(Inadmissible):
    code = "prefix-unproven"


class GtinUnproven(ActBlocked):
    code = "gtin-unproven"  # P33


class GtinOfAnother(ActBlocked):
    code = "gtin-of-another"  # P34


class GtinRestricted(ActBlocked):
    code = "gtin-restricted"  # P35
