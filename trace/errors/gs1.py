"""Refusals of numbers and codes: identity numbers, GS1 keys, Digital Link URIs, quantities.

Malformed
├── QuantityMalformed      not {"value": decimal string, "unit": known unit}   value, unit
├── UnitUnknown            the unit is not in the table                        unit
├── UnitMismatch           two dimensions in one sum or comparison             unit, other
├── QuantityInexact        no finite decimal in the wanted unit                value, unit, wanted
├── NumberMalformed        an identity number has the wrong form               number, text
├── CheckDigitWrong        the last digit does not follow from the others      number, text, expected
├── ApplicationIdentifierUnknown  not in our table                             ai
├── ElementMalformed       a value breaks the format of its AI                 ai, value
├── ElementStringMalformed brackets, FNC1 or associations are wrong            text, reason
├── DigitalLinkMalformed   the URI is no GS1 Digital Link                      uri, reason
└── SymbolTooLarge         the text does not fit the symbol                    length, version
"""

from __future__ import annotations

from trace.errors.base import Malformed


class QuantityMalformed(Malformed):
    code = "quantity-malformed"


class UnitUnknown(Malformed):
    code = "unit-unknown"


class UnitMismatch(Malformed):
    code = "unit-mismatch"


class QuantityInexact(Malformed):
    code = "quantity-inexact"


class NumberMalformed(Malformed):
    code = "number-malformed"


class CheckDigitWrong(Malformed):
    code = "check-digit-wrong"


class ApplicationIdentifierUnknown(Malformed):
    code = "application-identifier-unknown"


class ElementMalformed(Malformed):
    code = "element-malformed"


class ElementStringMalformed(Malformed):
    code = "element-string-malformed"


class DigitalLinkMalformed(Malformed):
    code = "digital-link-malformed"


class SymbolTooLarge(Malformed):
    code = "symbol-too-large"
