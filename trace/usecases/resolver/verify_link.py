"""Verification of a signed link list: signature and log (`trace.ledger.signed_links`), then what it says.

The statements behind a level must be about the thing in its anchor, and each link of an organisation must
stand in a `link.change` of it; what a platform adds of its own leads to the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.goods import PACK
from trace.chain.facts.link import HOSTS, LINK_CHANGE
from trace.chain.facts.master import PRODUCT
from trace.chain.facts.oversight import RECALL
from trace.codes import platform_code
from trace.errors import SignedLinksMalformed
from trace.gs1.digital_link import parse_uri
from trace.gs1.link_types import DEFAULT, VOCABULARY, link_type_named
from trace.ledger.bundle import Step, StepState, TrustPolicy
from trace.ledger.signed_links import Expected, LinksVerdict, verify_signed_links
from trace.ledger.statement import Statement
from trace.parties import RESOLVER
from trace.rules import Rules

_AGE: Final = "P16"
JWS: Final = VOCABULARY + "jws"
_BATCH: Final = (PACK.typ, CORRECTION.typ)
_PRODUCT: Final = (PRODUCT.typ, *_BATCH)
_STATES: Final = frozenset({"normal", "inactive", "recalled"})


def level_of(linkset: Mapping[str, Any], anchor: str | None) -> Mapping[str, Any]:
    """The level of an anchor, without one the first; raises `SignedLinksMalformed`."""
    levels = linkset.get("linkset")
    if not isinstance(levels, list) or not levels or not all(isinstance(each, Mapping) for each in levels):
        raise SignedLinksMalformed(reason="no-linkset")
    for level in levels:
        if anchor is None or level.get("anchor") == anchor:
            return dict(level)
    raise SignedLinksMalformed(reason="no-such-level")


def signature_address(level: Mapping[str, Any]) -> str:
    """The address of a level's signature; raises `SignedLinksMalformed` where it names none."""
    try:
        (link,) = level[JWS]
        return str(link["href"])
    except (KeyError, ValueError, TypeError):
        raise SignedLinksMalformed(reason="no-jws-link") from None


def anchor_of(address: str) -> str:
    """The anchor under which a resolver must answer an address: its canonical form, without a query.

    Raises `DigitalLinkMalformed` and its kin, `SerialMalformed`.
    """
    parts = urlsplit(address)
    if parts.path.startswith(platform_code.PATH):
        code = unquote(parts.path.removeprefix(platform_code.PATH).removesuffix("/"))
        return f"{parts.scheme}://{parts.netloc}{platform_code.PATH}{platform_code.shown(code)}"
    link = parse_uri(address.partition("?")[0].removesuffix("/"))
    named = "".join(f"/{each.ai}/{quote(each.value, safe='-._~')}" for each in link.keys)
    return link.stem + named


def verify_link(
    level: Mapping[str, Any],
    form: Mapping[str, Any],
    trust: TrustPolicy | None,
    now: datetime,
    rules: Rules,
    *,
    asked: str | None = None,
) -> LinksVerdict:
    """The verdict on a level and its signature; `asked` is the anchor that the caller wants to know about.

    A true list of another code says nothing about this one. Raises `SignedLinksMalformed`.
    """
    limit = rules.at(_AGE, now.date()).duration
    verdict = verify_signed_links(level, form, Expected(trust, now, limit, RESOLVER))
    if verdict.ok:
        verdict.steps += [
            _asked(verdict.anchor, asked),
            _subject(level, verdict.statements),
            _links(level, verdict.statements),
            _state(verdict),
        ]
    return verdict


def _asked(anchor: str, asked: str | None) -> Step:
    if asked is None:
        return Step("asked", StepState.ABSENT, "no-anchor-given", {"anchor": anchor[:300]})
    if anchor != asked:
        return Step("asked", StepState.FAILED, "another-code", {"anchor": anchor[:300], "asked": asked[:300]})
    return Step("asked", StepState.PASSED)


def _subject(level: Mapping[str, Any], statements: Iterable[Statement]) -> Step:
    """A statement of the log is about the thing that the anchor names."""
    wanted = _names(urlsplit(str(level.get("anchor", ""))).path)
    if any(_is_about(one, wanted) for one in statements):
        return Step("subject", StepState.PASSED)
    return Step("subject", StepState.FAILED, "no-statement-about-it")


def _names(path: str) -> dict[str, str]:
    """Key and qualifiers of an anchor's path: {"01": …, "10": …}; {"t": …} for a platform code."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    return dict(zip(parts[::2], parts[1::2], strict=False))


def _is_about(one: Statement, wanted: Mapping[str, str]) -> bool:
    """Only what makes a thing proves that it is meant: its pack or its product's record."""
    data = one.claims.data.get("replacement", one.claims.data)
    if not isinstance(data, Mapping):
        return False
    if "t" in wanted:
        code = str(data.get("platformCode", "")).replace("-", "")
        return code == wanted["t"].replace("-", "") or "serials" in data
    if "01" not in wanted:
        return wanted.get("414", wanted.get("417")) == data.get("gln")
    gtin = str(data.get("gtin", one.claims.sub.removeprefix("urn:gtin:")))
    made = one.claims.typ in (_BATCH if "10" in wanted else _PRODUCT)
    return made and gtin.zfill(14) == wanted["01"] and wanted.get("10") in {None, data.get("batchNo")}


def _links(level: Mapping[str, Any], statements: Iterable[Statement]) -> Step:
    """Every link that leads away from the platform was signed by its owner."""
    stated = {
        (link_type_named(str(to.get("linkType"))), str(to.get("href")))
        for one in statements
        if one.claims.typ == LINK_CHANGE.typ
        and one.claims.data.get("field") != HOSTS
        and isinstance(to := one.claims.data.get("to"), Mapping)
    }
    defaults = {href for kind, href in stated if kind == DEFAULT}
    home = urlsplit(str(level.get("anchor", ""))).netloc
    own = 0
    for kind, href in _targets(level):
        if urlsplit(href).netloc == home:
            continue
        own += 1
        if (kind, href) not in stated and href not in defaults:
            return Step("links", StepState.FAILED, "not-stated-by-its-owner", {"href": href[:200]})
    return Step("links", StepState.PASSED, detail={"own": own})


def _targets(level: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for relation, targets in level.items():
        if relation.startswith(VOCABULARY) and isinstance(targets, list):
            for target in targets:
                yield relation.removeprefix(VOCABULARY), str(target.get("href"))


def _state(verdict: LinksVerdict) -> Step:
    """A recall is shown, whatever the links say; one of the whole lot cannot be denied."""
    packs = {one.claims.sub for one in verdict.statements if one.claims.typ in _BATCH}
    orders = [one.claims.data for one in verdict.statements if one.claims.typ == RECALL.typ]
    named = {str(lot) for order in orders for lot in _listed(order.get("lots"))}
    if verdict.state != "recalled" and packs & named:
        return Step("state", StepState.FAILED, "recalled-in-the-log", {"state": verdict.state[:40]})
    if verdict.state not in _STATES:
        return Step("state", StepState.FAILED, "unknown-state", {"state": verdict.state[:40]})
    if verdict.state == "normal":
        return Step("state", StepState.PASSED)
    return Step("state", StepState.NOTED, verdict.state)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
