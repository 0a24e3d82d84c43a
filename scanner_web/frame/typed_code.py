"""Code parsing of the scanner: typed, pasted, photographed or filmed text, and the path on this site for it.

    8K3F-2Q7M-PX40                          a platform code
    9521234100010                           a product's GTIN
    (01)09521234100010(10)M20261012A        an element string as printed
    ]Q3010952123410001010M20261012A<GS>21…  an element string as a scanner sends it
    https://any.host/01/09521234100010/…    a Digital Link, or the address of a page of ours

Only the path of an address is used, so that nobody can be sent to another host. `followed` is stricter: what
a symbol holds is opened by itself only where it names this host or no host at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from trace.codes import crockford
from trace.errors import ElementStringMalformed, NumberMalformed, Refusal
from trace.gs1.application_identifiers import QUALIFIERS, Element, identifier
from trace.gs1.digital_link import format_uri, parse_uri, without_nameless
from trace.gs1.element_string import FNC1, parse_bracketed, parse_scanned
from trace.identity import gtin
from trace.identity.typed import BLANKS, bare, links_in, typed, ungrouped

_PLATFORM: Final = 12
_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?P<host>[^/\s]*)(?:/page)?(?P<path>/(?:01|t)/\S+)", re.IGNORECASE
)
_URI: Final = re.compile(
    r"(?:(?P<scheme>https?://)(?P<host>(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?)"
    r"|(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?))(?P<path>/\S+)",
    re.IGNORECASE,
)
_OWN_PATH: Final = re.compile(r"/(?:page/)?(?:[0-9]{2,4}|t)/.", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST: Final = 400
_DIGITS: Final = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_BRACKETED_GTIN: Final = re.compile(r"\(01\)([0-9]{1,14})(?=\(|$)")
_SYMBOLOGY: Final = re.compile(r"\](?P<gs1>C1|e0|d[25]|Q[34]|J1)|\][A-Za-z][0-9A-Za-z]")
"""AIM identifiers (ISO/IEC 15424) that scanners put in front; the named ones announce an element string."""
_SEPARATOR: Final = re.compile(r"[\x1d\u241d^]|[<{](?:GS|FNC1)[>}]", re.IGNORECASE)
"""FNC1 between elements as scanners, terminals and people write it."""
_BRACKETED: Final = re.compile(r"\([0-9]{2,4}\)[!-~]+")
_KEYED: Final = re.compile(r"\([0-9]{2,4}|\]")
_LICENCE: Final = re.compile(
    r"(?<![0-9a-z])(?:lb[ \-_]?[0-9]{2}[ \-_]?[0-9]{10,11}a{0,2}|gf[ \-_]?[0-9]{12})(?![0-9a-z])",
    re.IGNORECASE,
)
"""Numbers of green food, which look like a trace code (LB-…) or hold a GTIN's digits (GF…)."""
_GROUPED: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{4}[ \-\u2010-\u2015\u2212]?){2}[0-9A-Za-z]{4}(?![0-9A-Za-z])"
)
_MIXED: Final = re.compile(r"[0-9\- \u2010-\u2015\u2212]")
"""Twelve letters alone are a word, as likely as a code."""
_BARE_DIGITS: Final = re.compile(
    r"(?<![0-9])[0-9]{12,14}(?![0-9A-Za-z])|(?<![0-9A-Za-z])[0-9]{8}(?![0-9A-Za-z])"
)
"""Eight digits beside letters are a date in a batch number."""
_CODED_LINK: Final = re.compile(r"https?%(?:25)?3a", re.IGNORECASE)
_UNMARKED: Final = re.compile(r"01(?P<gtin>[0-9]{14})|00[0-9]{18}")


def platform_code(text: str) -> str:
    """Twelve Crockford characters as XXXX-XXXX-XXXX, look-alikes read as meant; raises NumberMalformed."""
    for each in (typed(text), bare(text), bare(text).removesuffix("/")):
        plain = crockford.canonical(each)
        if len(plain) == _PLATFORM and crockford.is_canonical(plain):
            return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"
    raise NumberMalformed(number="trace code", text=text[:40])


def address_for(text: str) -> str:
    """The path of the page that answers what was typed, read, or shared with words around it.

    Raises NumberMalformed, CheckDigitWrong, ElementMalformed, ElementStringMalformed and their kin.
    """
    text = text.strip(BLANKS)[:_LONGEST]
    try:
        return _address_of(text)
    except Refusal:
        for part in _parts(text):
            with suppress(Refusal):
                return _address_of(part)
        raise


def _address_of(text: str) -> str:
    """The path for one code, with nothing around it."""
    address = _of_address(text)
    if address is not None:
        return address
    text = typed(text)  # an input method may leave full-width digits and brackets
    elements = _elements(text)
    if elements is not None:
        return _of_elements(elements, text)
    text = _SYMBOLOGY.sub("", text, count=1) if text.startswith("]") else text
    digits = ungrouped(text)
    if _DIGITS.fullmatch(digits) is not None and not _is_platform_form(text):
        return product_address(digits, None)
    return f"/t/{platform_code(text)}"


def _parts(text: str) -> Iterator[str]:
    """What may be a code in a shared message: its links, then what else looks like one.

    An app that stands before a link keeps it inside its own, in percent signs: the inner one is meant.
    """
    decoded = [text, unquote(text), unquote(unquote(text))]
    for link in dict.fromkeys(link for each in decoded for link in links_in(each)):
        inner = link.lower().rfind("http", 1)
        yield from (link[inner:], link) if inner > 0 else (link,)
    plain = typed(decoded[-1] if _CODED_LINK.search(text) else text)
    yield from (found[0] for found in _BRACKETED.finditer(plain))
    if _KEYED.match(plain) is not None or FNC1 in plain:
        return  # elements that are wrong are named, not replaced by a part of them
    yield bare(plain)
    plain = _LICENCE.sub(" ", plain)
    for form in (_GROUPED, _BARE_DIGITS):
        for found in form.finditer(plain):
            if form is not _GROUPED or _MIXED.search(found[0]) is not None:
                yield found[0]


def followed(text: str, hosts: Collection[str]) -> str | None:
    """The path that opens by itself for what a symbol held; None for what is only shown.

    `hosts` are our own, with their ports. An address of another host is never followed, whatever its path.
    """
    text = typed(text)
    match = _URI.fullmatch(text) or _ADDRESS.fullmatch(text)
    if match is None:
        if _SCHEME.match(text) is not None:
            return None
        links = links_in(text)
        if links:
            return followed(links[0], hosts) if len(links) == 1 and links[0] != text else None
        return known_here(text)
    host = match["host"] if match["host"] is not None else match["bare"]
    ours = host.lower() in {"", *hosts} and _OWN_PATH.match(match["path"]) is not None
    return known_here(text) if ours else None


def known_here(text: str) -> str | None:
    """The path under which this site can be asked about a code, whatever host it names; None for others."""
    try:
        return address_for(text)
    except Refusal:
        return None


def product_address(number: str, batch_no: str | None) -> str:
    """The Digital Link path of a product or of a batch; raises NumberMalformed, CheckDigitWrong."""
    product = f"/01/{gtin.parse(number)}"
    return product if batch_no is None else f"{product}/10/{quote(batch_no, safe='')}"


def _of_address(text: str) -> str | None:
    """The path of an address with a GS1 key after any stem, or of one of our pages; None for other texts."""
    match = _URI.fullmatch(text)
    if match is not None:
        uri = text if match["scheme"] else f"https://{text}"
        address, mark, query = uri.partition("?")
        uri = address + mark + without_nameless(query)
        try:
            link = parse_uri(uri, short_gtin=True)
        except Refusal:
            pass  # a page of ours may still be meant, and says itself what is wrong
        else:
            query = urlsplit(uri).query
            return format_uri("", link.keys) + (f"?{query}" if query else "")
    pasted = _ADDRESS.fullmatch(text)
    if pasted is None:
        return None
    parts = urlsplit(pasted["path"])
    path = f"/t/{parts.path[3:]}" if parts.path.startswith("/T/") else parts.path
    return path + (f"?{parts.query}" if parts.query else "")


def _elements(text: str) -> tuple[Element, ...] | None:
    """The elements of a bracketed or scanned element string; None for what is neither."""
    if text.startswith("("):
        plain = re.sub(r"\s+", "", text)
        return parse_bracketed(_BRACKETED_GTIN.sub(lambda found: f"(01){gtin.parse(found[1])}", plain))
    announced = _SYMBOLOGY.match(text)
    marked = _SEPARATOR.sub(FNC1, text[announced.end() :] if announced is not None else text)
    unmarked = _UNMARKED.match(marked)
    if not (announced is not None and announced["gs1"]) and FNC1 not in marked and unmarked is None:
        return None
    if unmarked is not None and unmarked["gtin"]:
        gtin.parse(unmarked["gtin"])  # a wrong check digit is named, with the right one
    return parse_scanned(FNC1 + marked.removeprefix(FNC1))


def _of_elements(elements: Sequence[Element], text: str) -> str:
    """The Digital Link path of a key and its qualifiers: the GTIN's, else of the first key there is."""
    keys = [each for each in elements if identifier(each.ai).is_key]
    serial = next((each.value for each in elements if each.ai == "21"), None)
    if not keys and serial is not None and len(crockford.canonical(serial)) == _PLATFORM:
        return f"/t/{platform_code(serial)}"  # asked for the rest, or found alone
    if not keys:
        raise ElementStringMalformed(text=text[:100], reason="no-key")
    key = next((each for each in keys if each.ai == "01"), keys[0])
    present = {each.ai for each in elements}
    places = max(QUALIFIERS.get(key.ai, ()), key=lambda sequence: len(present & set(sequence)), default=())
    return format_uri("", [key, *(each for each in elements if each.ai in places)])


def _is_platform_form(text: str) -> bool:
    """Twelve digits in three groups of four are a platform code, in one piece a UPC."""
    return re.fullmatch(r"[0-9]{4}([\s\-])[0-9]{4}\1[0-9]{4}", text) is not None
