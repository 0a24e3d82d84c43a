"""Basis of a page: the keys of all that it was made of, so that it may be kept while none of them is touched.

Whatever a page comes to read besides must be named here, and touched where it is written (docs/adr/0032).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trace.chain.effects import PackNoted
from trace.chain.lineage.closure import trace_up
from trace.codes.platform_code import SCOPE
from trace.store.lots.graph import StoredLotGraph
from trace.store.page_keys import (
    BURDENS,
    LATE_PROOF,
    PREFIXES,
    PROOF,
    about_key,
    code_key,
    codes_key,
    file_key,
    gtin_key,
    lot_key,
    pack_key,
    shipped_key,
    size_key,
)
from trace.store.transaction import Connection
from trace.usecases.batch_page.page import ProofShown, TestShown
from trace.usecases.lots.holds import same_goods
from trace.usecases.lots.packs import KeyedPack
from trace.usecases.lots.sources import Sources


def basis_of_code(
    found: Iterable[KeyedPack],
    gtin: str | None,
    batch_no: str | None = None,
    platform_code: str | None = None,
) -> frozenset[str]:
    """Of the choice among the packs that stand under a code, now and later."""
    keys = {pack_key(one.pack.lot) for one in found}
    if gtin is not None:
        keys.add(gtin_key(gtin, batch_no))
    if platform_code is not None:
        keys |= {code_key(platform_code), codes_key(SCOPE)}
    return frozenset(keys)


def basis_of_others(connection: Connection, found: Iterable[KeyedPack]) -> frozenset[str]:
    """Of the states of several packs under one key: all lots above them."""
    lots = [one.pack.lot for one in found]
    return frozenset(map(lot_key, trace_up(StoredLotGraph(connection), lots).lots))


def basis_of_batch(
    own: str, pack: PackNoted, sources: Sources, proof: ProofShown, tests: Iterable[TestShown]
) -> frozenset[str]:
    """Of what is shown of a pack in the log `own`: all lots above it, and what hangs on them."""
    return frozenset(
        (
            *map(lot_key, sources.lots),
            shipped_key(pack.lot),
            *map(about_key, sources.asked),
            *map(about_key, same_goods(sources.lots[pack.lot])),
            about_key(pack.product),
            PREFIXES,
            about_key(f"urn:licence:{pack.data.get('lbNo')}"),
            BURDENS,
            about_key(own),  # the recall status that was signed last
            *(file_key(test.file.sha256) for test in tests if test.file is not None),
            *_of_proof(proof),
        )
    )


def _of_proof(proof: ProofShown) -> Iterator[str]:
    """A complete proof changes only where witnesses sign what is older after all."""
    if proof.state != "cosigned":
        yield PROOF
    elif proof.tree_size is not None:
        yield from (LATE_PROOF, size_key(proof.tree_size))
