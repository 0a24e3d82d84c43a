"""Pages of signed statements, as every way in gives them, with what the reader noticed about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Protocol

from trace.exchange.draft import Draft

REPEATED: Final = "repeated"
REORDERED: Final = "reordered"
CONTRADICTED: Final = "contradicted"
MALFORMED: Final = "malformed"
BROKEN_OFF: Final = "broken-off"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One signed statement as it came: flattened JWS (RFC 7515 §7.2.2) and, where it was logged, its place.

    `log` is the log's origin, `index` its entry there, `proof` the inclusion proof (base64) under the
    checkpoint of size `under`, `leaf` the leaf, `secret` the lot secret that opens its tag.
    """

    jws: Mapping[str, object]
    log: str | None = None
    index: int | None = None
    leaf: str | None = None
    proof: tuple[str, ...] = ()
    under: int | None = None
    secret: str | None = None

    @property
    def compact(self) -> str:
        """The compact JWS: the bytes that were signed and their signature."""
        return f"{self.jws['protected']}.{self.jws['payload']}.{self.jws['signature']}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about what came: `kind` as above, `where` ("origin#index" or "file:line"), values."""

    kind: str
    where: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FarmBundlePage:
    """`cursor`: read on after it (None: from the start). `unchanged`: nothing new since `etag`.

    `items` and `bundles` are signed; `drafts` are not: a key must sign them before they count.
    """

    cursor: str | None
    items: tuple[FeedItem, ...] = ()
    bundles: tuple[Mapping[str, object], ...] = ()
    drafts: tuple[Draft, ...] = ()
    checkpoint: str | None = None
    checkpoints: tuple[str, ...] = ()
    etag: str | None = None
    unchanged: bool = False
    attempts: int = 1
    notices: tuple[Notice, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.items or self.bundles or self.drafts or self.notices)


class FarmRecordSource(Protocol):
    """A way in. Reading after the same cursor again gives at least what it gave before."""

    def read(self, after: str | None = None, etag: str | None = None) -> FarmBundlePage:
        """The page after `after`; raises a `Refusal` when there is none to be had now."""
        ...


def read_all(source: FarmRecordSource, after: str | None = None) -> Iterator[FarmBundlePage]:
    """Pages until there is nothing new. The caller stores page and cursor before it takes the next."""
    while True:
        page = source.read(after)
        if page.empty:
            return
        yield page
        if page.cursor == after:
            return
        after = page.cursor


class Watch:
    """Notices repeats, disorder and two statements at one place, over the pages of one reader.

    It remembers the last `kept` entries; what lies further back, the use case knows.
    """

    def __init__(self, kept: int = 50_000) -> None:
        self._kept = kept
        self._seen: dict[tuple[str, int], bytes] = {}
        self._highest: dict[str, int] = {}

    def look(self, item: FeedItem) -> Notice | None:
        if item.log is None or item.index is None:
            return None
        place, where = (item.log, item.index), f"{item.log}#{item.index}"
        said = sha256(item.compact.encode()).digest()
        before = self._seen.get(place)
        if before is not None:
            return Notice(REPEATED if before == said else CONTRADICTED, where)
        self._seen[place] = said
        if len(self._seen) > self._kept:
            del self._seen[next(iter(self._seen))]
        highest = self._highest.get(item.log, -1)
        self._highest[item.log] = max(highest, item.index)
        return Notice(REORDERED, where) if item.index < highest else None
