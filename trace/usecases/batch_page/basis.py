"""Basis of a page: the keys of all that it was made of, so that it may be kept while none of them is touched.

Whatever a page comes to read besides must be named here, and touched where it is written (docs/adr/0032).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trace.chain.effects import PackNoted
from trace.codes.platform_code import SCOPE
from trace.store.chain.statements import StatementRow
from trace.store.page_keys import (
    LATE_PROOF,
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
from trace.usecases.batch_page.page import ProofShown, TestShown
from trace.usecases.lots.holds import same_goods
from trace.usecases.lots.sources import Sources

Packs = Iterable[tuple[PackNoted, StatementRow]]


def basis_of_code(
    found: Packs, gtin: str | None, batch_no: str | None = None, platform_code: str | None = None
) -> frozenset[str]:
    """Of the choice among the packs that stand under a code, now and later."""
    keys = {pack_key(pack.lot) for pack, _ in found}
    if gtin is not None:
        keys.add(gtin_key(gtin, batch_no))
    if platform_code is not None:
        keys |= {code_key(platform_code), codes_key(SCOPE)}
    return frozenset(keys)


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
            about_key(f"urn:licence:{pack.data.get('lbNo')}"),
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
