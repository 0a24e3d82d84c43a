"""Numbers with rules: one module per number, each with `parse(text) -> value`.

A number of the wrong form is refused (`NumberMalformed`). GTIN, GLN and SSCC with a wrong check digit are
refused too (`CheckDigitWrong`); 统一社会信用代码 and SC numbers with a wrong check digit are accepted with a
warning code in `.warnings`, because real ones in circulation fail it (docs/adr/0033).
"""
