"""The feed of recalls (Atom, RFC 4287): an entry a recall, changed when the recall is completed or lifted.

Ids are UUIDs of the log and the statement, so that they outlive the address of the platform.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from scanner_web.frame.reader import Reader
from trace.identity.typed import visible
from trace.usecases.recalls.recall import FailedItem, Recall, RecallList

_ATOM: Final = "http://www.w3.org/2005/Atom"
_NO_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = {"zh-CN": "zh", "en": "en"}
_EPOCH: Final = "2022-01-01T00:00:00+00:00"
"""When nothing was ever recalled: from before any log of ours."""


def atom_feed(found: RecallList, origin: str, public_url: str, of: Reader) -> bytes:
    """The document, in the reader's language; the same recalls give the same bytes."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": of.locale})
    language = _LANGUAGE[of.locale]
    _add(feed, "id", _id(origin, f"recalls/{language}"))
    _add(feed, "title", f"{of.say('scan.name')} · {of.say('recalls.title')}")
    _add(feed, "updated", max((one.changed_at for one in found.recalls), default=_EPOCH))
    _link(feed, "self", f"{public_url}/recalls.atom?lang={language}", "application/atom+xml")
    _link(feed, "alternate", f"{public_url}/recalls?lang={language}", "text/html")
    _author(feed, of.say("scan.name"))
    for recall in found.recalls:
        _entry(feed, recall, origin, public_url, of)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _entry(feed: ET.Element, recall: Recall, origin: str, public_url: str, of: Reader) -> None:
    entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
    names = of.say("scan.list").join(recall.names) or of.say("recalls.one.goods-unknown")
    _add(entry, "id", _id(origin, recall.statement))
    _add(entry, "title", of.say(f"recalls.feed-entry.{recall.state}", names=names))
    _add(entry, "published", recall.logged_at)
    _add(entry, "updated", recall.changed_at)
    _link(
        entry,
        "alternate",
        f"{public_url}/recalls/{recall.statement}?lang={_LANGUAGE[of.locale]}",
        "text/html",
    )
    _author(entry, recall.by or of.say("scan.private-person"))
    _add(entry, "summary", "\n".join(_lines(recall, of)))


def _lines(recall: Recall, of: Reader) -> list[str]:
    lines = [] if recall.reason is None else [f"{of.say('scan.order.reason')}: {recall.reason}"]
    lines += [f"{of.say('recalls.failed')} {_failed(item, of)}" for item in recall.failed]
    for pack in recall.packs:
        word = "batch" if pack.produced_on else "batch-only"
        told = of.say(f"recalls.feed-entry.{word}", batch=pack.batch_no, day=pack.produced_on)
        lines.append(f"{pack.name} {told}")
    if recall.more:
        lines.append(of.say("recalls.one.more", count=recall.more))
    if recall.truncated:
        lines.append(of.say("recalls.one.truncated"))
    return lines or [of.say(f"recalls.state.{recall.state}")]


def _failed(item: FailedItem, of: Reader) -> str:
    told = {"name": of.plain(item.name), "value": " ".join(filter(None, (item.value, item.unit)))}
    return of.say(f"scan.step.item{'-limit' if item.limit else ''}", limit=item.limit, **told)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = _NO_XML.sub("\ufffd", visible(text))


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href, "type": media_type})


def _author(parent: ET.Element, name: str) -> None:
    _add(ET.SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _id(origin: str, name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{origin}/{name}')}"
