"""Identification: the thing that a link names, what is registered of it, its levels of links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from trace.codes import platform_code
from trace.errors import KeyKindUnserved, KeyUnregistered
from trace.gs1.application_identifiers import element
from trace.gs1.digital_link import DigitalLink
from trace.gs1.linkset import JSON_LD, Level, Link
from trace.usecases.lots.states import INACTIVE, NORMAL, RECALL_COMPLETED, RECALLED, UNKNOWN, WITHDRAWN
from trace.usecases.resolver.resolve_link import (
    ItemCode,
    Registered,
    Registrations,
)
from trace.wording import say

PAGE: Final = "/page"
PRINTED: Final = "v"
"""The parameter of the label's digest."""
LOOSE: Final = platform_code.PATH
RECALL_STATUS: Final = "/api/v1/recall-status"
SIGNED_LINKS: Final = "/api/v1/signed-links"
JOSE: Final = "application/jose+json"
_GTIN, _SSCC, _BATCH, _SERIAL, _GLN_KEYS = "01", "00", "10", "21", frozenset({"414", "417"})
SERVED: Final = (_GTIN, _SSCC, *sorted(_GLN_KEYS))
"""Kinds of keys that can be registered here."""
_HTML, _JSON = "text/html", "application/json"
_CHINESE, _ENGLISH = ("zh-CN",), ("en",)
_WORST_FIRST: Final = (WITHDRAWN, RECALLED, UNKNOWN, INACTIVE)


@dataclass(frozen=True, slots=True)
class Step:
    """One level: its path, what is registered there, and its state.

    `owned` False: a single item of a GTIN, whose links stand at the levels above it.
    """

    path: str
    kind: str
    found: Registered | None
    state: str
    owned: bool = True


@dataclass(frozen=True, slots=True)
class Identified:
    """The steps from the thing asked for up to its key; the state of the thing itself.

    `printed` is the digest on the label, where it named one of several packs: it stays in the addresses.
    """

    steps: tuple[Step, ...]
    printed: str | None = None
    inside: tuple[tuple[str, str], ...] = ()
    """Of a container: the paths of the batches in it, with their names."""

    @property
    def state(self) -> str:
        """A recall of the batch is a recall of each of its items."""
        return _worst_of(*(step.state for step in self.steps))

    @property
    def word(self) -> str:
        """The state in full: of a recall whose duties are done that too; the warning stays."""
        recalls = [step.found for step in self.steps if step.state == RECALLED]
        over = all(found is not None and found.completed for found in recalls)
        return RECALL_COMPLETED if self.state == RECALLED and over else self.state

    @property
    def path(self) -> str:
        return self.steps[0].path

    @property
    def name(self) -> str:
        return next((step.found.name for step in self.steps if step.found is not None), "")

    def default_href(self, root: str) -> str:
        """The address of the default link: while all is well the organisation's own, else our page."""
        own = _own_default(self.steps[0], self)
        return own.href if own is not None else f"{root}{PAGE}{self.path}"


def identify(link: DigitalLink, registrations: Registrations, printed: str | None = None) -> Identified:
    """The thing that a link names, with its levels; raises `KeyUnregistered`.

    Of several packs under the key `printed`, the digest on the label, names one.
    """
    value = link.key.value
    if link.key.ai == _GTIN:
        return _trade_item(link, registrations, printed)
    if link.key.ai == _SSCC:
        return _container(link, registrations)
    if link.key.ai not in _GLN_KEYS:
        raise KeyKindUnserved(ai=link.key.ai, code=_bracketed(link))
    place = registrations.location(value)
    if place is None:
        raise KeyUnregistered(code=_bracketed(link))
    return Identified((Step(f"/{link.key.ai}/{value}", "location", place, NORMAL),))


def identify_loose(code: str, registrations: Registrations, printed: str | None = None) -> Identified:
    """What a platform code names: a batch, or one item of it. There is no key above it to walk up to.

    Every well-formed code is in the platform's own scope, as a serial is in its product's: one that nobody
    was given is unregistered, not unknown. Raises `SerialMalformed`.
    """
    shown = platform_code.meant(code)
    path = LOOSE + shown
    item = registrations.platform_code_items(shown)
    if item is not None:
        batch = registrations.lot(item.lot)
        state = UNKNOWN if batch is None else _worst_of(item.state, batch.state)
        return Identified((Step(path, "item", batch, state),))
    batch = registrations.find_platform_code(shown)
    if batch is None:
        return Identified((Step(path, "item", None, UNKNOWN),))
    one = batch.of(printed)
    return Identified((Step(path, "batch", one, one.state),), printed if one is not batch else None)


def _worst_of(*states: str) -> str:
    return next((each for each in _WORST_FIRST if each in states), states[0])


def _container(link: DigitalLink, registrations: Registrations) -> Identified:
    """A case or pallet leads to the batches in it, all of which anybody may ask about by their own codes."""
    found = registrations.container(link.key.value)
    if found is None:
        raise KeyUnregistered(code=_bracketed(link))
    named = Registered(say("zh-CN", "link.container"), found.state)
    path = f"/{link.key.ai}/{link.key.value}"
    return Identified((Step(path, "container", named, found.state),), inside=found.batches)


def _trade_item(link: DigitalLink, registrations: Registrations, printed: str | None) -> Identified:
    """GTIN, then batch and serial as far as given; a variant or a third party's item walks up."""
    gtin, serial, batch_no = link.key.value, link.serial_no, link.batch_no
    item: ItemCode | None = None
    forged = False
    if serial is not None:
        item = registrations.items(gtin, serial)
        forged = item is None
    product = registrations.product(gtin, fresh=not forged)
    unit = registrations.unit_of(gtin) if product is None else None
    if unit is not None and unit != gtin:  # a case is asked about as what is in it
        return _trade_item(replace(link, key=element(_GTIN, unit)), registrations, printed)
    if product is None:
        raise KeyUnregistered(code=_bracketed(link))
    top = Step(f"/01/{gtin}", "product", product, NORMAL)
    if forged:
        return Identified((Step(_path(link, _SERIAL), "item", None, UNKNOWN), top))
    steps = [top]
    batch_no = batch_no or (item.batch_no if item is not None else None)
    state, named = NORMAL, None
    if batch_no is not None:
        all_packs = registrations.batch(gtin, batch_no)
        batch = None
        if all_packs is not None:
            batch = all_packs.of(item.lot if item is not None else None, printed)
            named = printed if printed in all_packs.each else None
        state = UNKNOWN if batch is None else batch.state
        path = _path(link, _BATCH) if link.batch_no else f"/01/{gtin}/10/{_coded(batch_no)}"
        steps.insert(0, Step(path, "batch", batch, state))
    if item is not None:
        wrong = item.batch_no is not None and link.batch_no not in {None, item.batch_no}
        state = UNKNOWN if wrong else _worst_of(item.state, state)
        steps.insert(0, Step(_path(link, _SERIAL), "item", product, state, owned=False))
    return Identified(tuple(steps), named)


def _path(link: DigitalLink, last: str) -> str:
    """The canonical path up to the qualifier `last`."""
    written = f"/{link.key.ai}/{link.key.value}"
    for each in link.qualifiers:
        written += f"/{each.ai}/{_coded(each.value)}"
        if each.ai == last:
            break
    return written


def _coded(value: str) -> str:
    return value if value.isalnum() and value.isascii() else quote(value, safe="-._~")


def _bracketed(link: DigitalLink) -> str:
    return "".join(f"({each.ai}){each.value}" for each in link.keys)[:100]


# Links ----------------------------------------------------------------------------------------------------


def levels_of(it: Identified, root: str, *, signed: bool = False) -> list[Level]:
    """The link contexts of a linkset, the most specific first; titles in the language of their target.

    `signed`: the platform's key for link lists is in force, so each registered level names its signature.
    """
    return [_level(step, it, root, place if signed else None) for place, step in enumerate(it.steps)]


def _own_default(step: Step, it: Identified) -> Link | None:
    if not step.owned or step.found is None or it.state != NORMAL:
        return None
    return step.found.default


def _level(step: Step, it: Identified, root: str, place: int | None) -> Level:
    page = _bound(f"{root}{PAGE}{step.path}", it, step)
    shown = step.found is not None and step.owned and it.state == NORMAL
    owned = step.found.links if shown and step.found is not None else ()
    own = _own_default(step, it)
    default = own or Link("defaultLink", page, _title("zh-CN", f"default-{_worst(step)}"))
    links = [*_generated(step, it, root, page), *owned]
    if own is not None and all(each.href != own.href for each in links):
        # The standard wants the target of every default under a second, descriptive type too.
        links.append(replace(own, link_type="homepage"))
    if place is not None and step.state != UNKNOWN:
        links.append(_signature(it, root, place))
    return Level(root + step.path, _description(step), default, tuple(links))


def _signature(it: Identified, root: str, place: int) -> Link:
    """Where the signature of this level, as it stands in this list, is found."""
    address = _bound(f"{root}{SIGNED_LINKS}{it.path}", it, it.steps[0])
    level = f"{'&' if '?' in address else '?'}level={place}" if place else ""
    return Link("jws", address + level, _title("zh-CN", "signed"), JOSE)


def _bound(address: str, it: Identified, step: Step) -> str:
    """The address with the label's digest, where it told which of several packs is meant."""
    return f"{address}?{PRINTED}={it.printed}" if it.printed and step.kind != "product" else address


def _generated(step: Step, it: Identified, root: str, page: str) -> list[Link]:
    """What the platform itself has to say about a level."""
    if step.state == UNKNOWN:
        return [_page_link("verificationService", page, "unregistered")]
    if step.kind == "container":
        batches = [
            Link("traceability", f"{root}{PAGE}{path}", name, _HTML, _CHINESE) for path, name in it.inside
        ]
        return [_page_link("pip", page, "container"), *batches]
    if step.kind == "location":
        return [_page_link("locationInfo", page, "location")]
    links = [
        _page_link("pip", page, f"pip-{step.kind}"),
        Link(
            "pip",
            f"{page}{'&' if '?' in page else '?'}lang=en",
            _title("en", f"pip-{step.kind}"),
            _HTML,
            _ENGLISH,
        ),
    ]
    if step.kind != "product":
        status = _bound(f"{root}{RECALL_STATUS}{step.path}", it, step)
        links.append(Link("recallStatus", status, _title("zh-CN", "recall-status"), _JSON))
    lots = step.found.lots if step.owned and step.found is not None else ()
    if lots:
        links.append(_page_link("traceability", page, "traceability"))
    for urn in lots:
        lot = f"{root}/api/v1/lots/{quote(urn, safe=':')}"
        links.append(Link("traceability", f"{lot}/bundle", _title("zh-CN", "bundle"), _JSON))
        links.append(Link("epcis", f"{lot}/events", _title("zh-CN", "epcis"), JSON_LD))
    return links


def _page_link(link_type: str, page: str, title: str) -> Link:
    return Link(link_type, page, _title("zh-CN", title), _HTML, _CHINESE)


def _worst(step: Step) -> str:
    return step.state if step.state in {RECALLED, WITHDRAWN, UNKNOWN} else step.kind


def _title(locale: str, name: str) -> str:
    return say(locale, f"link.{name}")


def _description(step: Step) -> str:
    if step.found is None:
        return _title("zh-CN", "default-unknown")
    return step.found.name or _title("zh-CN", f"default-{step.kind}")
