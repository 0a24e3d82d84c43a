"""Signatures of an upload, verified side by side on the processors that this process may use.

The library lets go of the interpreter's lock while it computes, so threads are enough. Nothing here depends
on the log or on the order of the statements: a signature holds or it does not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from trace.errors import KeyUnknown, Refusal
from trace.ledger.algorithms import PublicKey
from trace.ledger.statement import Statement, verify_statement

SHARE = 32
"""Fewest signatures that are worth another thread: handing them over costs about as much as one."""

Findings = list[Refusal | None]


def verify_signatures(
    statements: Sequence[Statement], keys: Mapping[str, PublicKey], processors: int | None = None
) -> Findings:
    """What is wrong with the signature of each statement, in order: `KeyUnknown`, `NotAuthentic` or None."""
    threads = min(processors or _processors(), len(statements) // SHARE)
    if threads < 2:
        return _verified(statements, keys)
    size = -(-len(statements) // threads)
    shares = [statements[start : start + size] for start in range(0, len(statements), size)]
    others = [_pool(threads - 1).submit(_verified, share, keys) for share in shares[1:]]
    findings = _verified(shares[0], keys)
    for other in others:
        findings += other.result()
    return findings


def _verified(statements: Sequence[Statement], keys: Mapping[str, PublicKey]) -> Findings:
    return [_objection(one, keys.get(one.kid)) for one in statements]


def _objection(statement: Statement, key: PublicKey | None) -> Refusal | None:
    if key is None:
        return KeyUnknown(kid=statement.kid)
    try:
        verify_statement(statement, key)
    except Refusal as refusal:
        return refusal
    return None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="verify")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads stay behind in the parent
