"""The feed of a platform in the same process, as `SignedFeed` would read it over HTTP."""

from __future__ import annotations

from tests.servers.platform import LOT_KEY, TestPlatform
from trace.exchange.farm.pages import FarmBundlePage, FeedItem
from trace.usecases.log.serve_feed import serve_feed


class DirectFeed:
    """`limit` items a page; `spoil` changes items on their way, `left_out` keeps indices back."""

    def __init__(
        self, platform: TestPlatform, witnesses: frozenset[str], limit: int = 4, *, spoil=None, left_out=()
    ) -> None:
        self._platform = platform
        self._witnesses = witnesses
        self._limit = limit
        self._spoil = spoil or (lambda item: item)
        self._left_out = frozenset(left_out)

    def read(self, after: str | None = None, etag: str | None = None) -> FarmBundlePage:
        page = serve_feed(self._platform.transactions, LOT_KEY, self._witnesses, after or "", self._limit)
        items = [
            FeedItem(one.jws, one.log, one.index, one.leaf, tuple(one.proof), one.under, one.secret)
            for one in page.items
            if one.index not in self._left_out
        ]
        return FarmBundlePage(
            page.next,
            tuple([self._spoil(item) for item in items]),
            checkpoint=page.checkpoint,
            checkpoints=page.checkpoints,
            etag=page.etag,
        )
