"""The strict form of `link.change`, as it must enter today; records of earlier rules are kept as they came.

{"field": "recipe-zh", "to": {"linkType", "href", "title", "type"?, "hreflang"?, "context"?}}   a link
{"field": "recipe-zh", "to": null}               takes it away
{"field": "hosts", "to": ["www.example.cn"]}     hosts that the platform allows to a party
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from trace.chain.facts import urns
from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.facts.reading import Reader, Shape, Unfit, many, pattern, text_of
from trace.chain.needs import Needs
from trace.errors.food import FactMalformed
from trace.gs1 import link_targets
from trace.gs1.link_types import RATIFIED, link_type_named
from trace.parties import OPERATORS, PLATFORM

HOSTS: Final = "hosts"
_MEMBERS: Final = frozenset({"field", "to"})
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(KeptFact):
    """A change of an organisation's link on `sub`; `read_link` and `read_hosts` read the strict form."""

    field: str

    def needs(self) -> Needs:
        about = frozenset((self.sub,))
        lots, places, products = (
            about if self.sub.startswith(start) else frozenset[str]()
            for start in ("urn:lot:", "urn:place:", ("urn:gtin:", "urn:product:"))
        )
        return Needs(lots=lots, places=places, products=products, linked=about)


LINK_CHANGE = OpenKind(
    "link.change",
    LinkChanged,
    {"field": urns.name},
    stated_by=OPERATORS | {PLATFORM},
    open_to_all=True,
)


@dataclass(frozen=True, slots=True)
class StatedLink:
    """One link as stated; `link_type` is its bare name in the GS1 Web Vocabulary."""

    link_type: str
    href: str
    title: str
    media_type: str | None = None
    hreflang: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


def _link_type(value: object) -> str:
    named = link_type_named(value) if type(value) is str else ""
    if named not in RATIFIED or named == "defaultLinkMulti":
        raise Unfit("a ratified link type of the GS1 Web Vocabulary, such as gs1:pip")
    return named


def _href(value: object) -> str:
    if type(value) is not str or link_targets.host_of(value) is None:
        raise Unfit("an https address of at most 2000 ASCII characters, without user name and port")
    return value


_host: Final = pattern(link_targets.HOST.pattern, "a host name in lower case, such as www.example.cn")
read_link_shape: Final = Shape(
    StatedLink,
    {"linkType": _link_type, "href": _href, "title": text_of(1, 200)},
    {
        "type": pattern(r"[a-z]+/[A-Za-z0-9.+-]{1,100}", "a media type such as text/html"),
        "hreflang": many(pattern(link_targets.LANGUAGE.pattern, "a language such as zh-CN or en"), 1, 10),
        "context": many(text_of(1, 40), 1, 10),
    },
    {"type": "media_type"},
)
_read_hosts: Final = many(_host, 0, 100)
_read_field: Final = text_of(1, 64)


def read_link(data: Mapping[str, object]) -> StatedLink | None:
    """The link of a change, None where it is taken away; raises `FactMalformed`."""
    return _read(data, lambda value: None if value is None else read_link_shape(value))


def read_hosts(data: Mapping[str, object]) -> tuple[str, ...]:
    """The hosts that the platform allows; raises `FactMalformed`."""
    return _read(data, _read_hosts)


def link_type_in(data: Mapping[str, object]) -> str | None:
    """The type of the link that any change leaves, however old; None where it leaves none."""
    to = data.get("to")
    return link_type_named(str(to.get("linkType", ""))) if isinstance(to, Mapping) else None


def hosts_in(data: Mapping[str, object]) -> frozenset[str] | None:
    """The hosts of any record of hosts, however old; None where it lists none."""
    to = data.get("to")
    return frozenset(str(host).lower() for host in to) if isinstance(to, list | tuple) else None


def _read(data: Mapping[str, object], reader: Reader[_Read] | Callable[[Any], _Read]) -> _Read:
    try:
        for member in data:
            if member not in _MEMBERS:
                raise Unfit("no such member").under("." + member[:80])
        for member in sorted(_MEMBERS):
            if member not in data:
                raise Unfit("this member").under("." + member)
        _member(data, "field", _read_field)
        return _member(data, "to", reader)
    except Unfit as unfit:
        raise FactMalformed(
            typ=LINK_CHANGE.typ, path=unfit.under(".data").json_path, expected=unfit.expected
        ) from None


def _member(data: Mapping[str, object], name: str, reader: Reader[_Read] | Callable[[Any], _Read]) -> _Read:
    try:
        return reader(data[name])
    except Unfit as unfit:
        raise unfit.under("." + name) from None
