"""AI associations: which AIs need and which exclude each other (General Specifications §4.13 and §4.14).

Written in a small notation: `01|02` one of them, `01+21` both together, `31nn` any AI that fits. An element
string or link with a best-before date and no product, or with two net weights, makes no sense and is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Final

from trace.errors.gs1 import ElementStringMalformed
from trace.gs1.application_identifiers import Element, table

_GOODS: Final = "01|02|03|8006|8026"
_MEASURED: Final = "31nn|32nn|35nn|36nn"
_TRADE_MEASURES: Final = (
    *range(310, 317),
    *range(320, 330),
    350,
    351,
    352,
    356,
    357,
    360,
    361,
    364,
    365,
    366,
)
_LOGISTIC_MEASURES: Final = (
    *range(330, 337),
    *range(340, 350),
    353,
    354,
    355,
    362,
    363,
    367,
    368,
    369,
)

_NEEDS: Final[dict[str, str]] = {
    "02": "37",
    "10 11 13 15 16 20 240 241 422": _GOODS,
    "12": "8020",
    "17": f"{_GOODS}|255",
    "21": "01|03|8006",
    "22 235": "01",
    "242": "01|02|8006|8026",
    "243": "01|03",
    "250": "01+21|03+21|8006+21",
    "251": "01|03|8006",
    "254": "414",
    "30": "01|02",
    " ".join(f"{measure}n" for measure in _TRADE_MEASURES): "01|02",
    " ".join(f"{measure}n" for measure in _LOGISTIC_MEASURES): "00|01",
    "337n": "01",
    "37": "00+02|00+8026",
    "390n": "255|8020",
    "391n": "8020",
    "392n": "01+30|01+31nn|01+32nn|01+35nn|01+36nn",
    "393n": f"30|{_MEASURED}",
    "394n": "255",
    "395n": f"30|{_MEASURED}",
    "403": "00",
    "423 424 425 426": "01|02|03",
    "427": "01+422|02+422|03+422",
    "4300 4301 4302 4304 4305 4306 4307 4308 4309": "00",
    "4310 4311 4312 4314 4315 4316 4317 4318 4319": "00",
    "4320 4321 4322 4323 4324 4325 4326 4330 4331 4332 4333 7041": "00",
    "4303": "4302",
    "4313": "4312",
    "415": "8020",
    "7001": "01|02|8006|8026",
    "7002 7005 7006 7007 7008 7009 703n 8005": "01|02",
    "7003 7010 7011 8008": "01|02|03",
    "7004": "01+10|03+10",
    "7020": "01+416|03+416|8006+416",
    "7021 8012": "01|03|8006",
    "7022": "01+7021|03+7021|8006+7021",
    "710 711 712 713 714 715 716 717 8200": "01",
    "723n": "01|8004",
    "7240": "01|8006",
    "7241 7242 7253 7254 7255 7256": "8017|8018",
    "7250 7251 7252 7257 7259": "8018",
    "7258": "8018+7259",
    "8001 8014": "01",
    "8007": "415",
    "8009": "00|01|03",
    "8011": "8010",
    "8019": "8017|8018",
    "8020": "415",
    "8026": "37",
    "8030": "00|01+21|03+21|253|255|8003|8004|8006+21|8010+8011|8017|8018",
    "8040": "01+21",
    "8041 8042 8043": "01+21+8040",
    "8111": "255",
}

_EXCLUDES: Final[dict[str, str]] = {
    "01": "255 37",
    "02": "01 03",
    "03": "01 02 37 235",
    "21": "235",
    "255": "01 02 415 8006 8020 8026",
    **{f"{measure}n": f"{measure}n" for measure in (*_TRADE_MEASURES, *_LOGISTIC_MEASURES, 337)},
    "390n": "390n 391n 394n 8111",
    "391n": "391n",
    "392n": "392n 393n",
    "393n": "393n",
    "394n": "394n 8111",
    "395n": "392n 393n 395n 8005",
    "420": "421",
    "421": "4307",
    "422": "426",
    "423": "426",
    "424": "426",
    "425": "426",
    "4330": "4331",
    "4331": "4330",
    "4332": "4333",
    "4333": "4332",
    "7240": "03",
    "7250": "7251",
    "7251": "7250",
    "7253": "7256 7259",
    "7254": "7256 7259",
    "7255": "7256 7259",
    "7259": "7256",
    "8006": "01 03 37",
    "8017": "8018",
    "8018": "8017",
    "8026": "02 03 8006",
}


_KEY_ALONE: Final = {"253": 13, "255": 13, "8003": 14}
"""Length of these keys without their serial part: a signature (8030) signs one thing, not a kind of it."""


def check_signed_key(elements: Iterable[Element], text: str) -> None:
    """Raises `ElementStringMalformed` (unserialised-key-signed) where 8030 stands by a key without serial."""
    values = {each.ai: each.value for each in elements}
    if "8030" in values and any(len(values.get(ai, "")) == size for ai, size in _KEY_ALONE.items()):
        raise ElementStringMalformed(text=text[:100], reason="unserialised-key-signed")


def check_associations(ais: Collection[str], text: str) -> None:
    """Raises `ElementStringMalformed` (needs-another, excludes-another) naming nothing but the whole text."""
    needs, excludes = _needs(), _excludes()
    for ai in ais:
        wanted = needs.get(ai)
        if wanted is not None and not any(_present(together, ais) for together in wanted):
            raise ElementStringMalformed(text=text[:100], reason=f"needs-another-{ai}")
        if not excludes.get(ai, frozenset()).isdisjoint(ais):
            raise ElementStringMalformed(text=text[:100], reason=f"excludes-another-{ai}")


def _present(together: Iterable[frozenset[str]], ais: Collection[str]) -> bool:
    return all(not fitting.isdisjoint(ais) for fitting in together)


@cache
def _needs() -> dict[str, tuple[tuple[frozenset[str], ...], ...]]:
    return {
        ai: tuple(tuple(_fitting(one) for one in together.split("+")) for together in written.split("|"))
        for patterns, written in _NEEDS.items()
        for pattern in patterns.split()
        for ai in _fitting(pattern)
    }


@cache
def _excludes() -> dict[str, frozenset[str]]:
    return {
        ai: frozenset().union(*(_fitting(other) for other in written.split())) - {ai}
        for pattern, written in _EXCLUDES.items()
        for ai in _fitting(pattern)
    }


def _fitting(pattern: str) -> frozenset[str]:
    """The AIs of our table that a pattern names; one that we do not have yet stands for itself."""
    if "n" not in pattern:
        return frozenset({pattern})
    stem = pattern.rstrip("n")
    return frozenset(ai for ai in table() if ai.startswith(stem) and len(ai) == len(pattern))
