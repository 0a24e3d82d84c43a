"""One upload as its page shows it: state, counts, faults with their cells, what would be stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.uploads import answers
from trace.usecases.uploads.correct_changed import ChangedRecord, changed_records
from trace.usecases.uploads.edit_cells import Clash, mends_together
from trace.usecases.uploads.sign_upload import receipts_of

FAULTS_SHOWN: Final = 50
_CHANGED_SHOWN: Final = 50
_RECEIPTS_SHOWN: Final = 200
_UNDER_WAY: Final = frozenset({answers.WAITING, answers.RUNNING, answers.STOPPED})
_ICONS: Final = ("up", "down", "doc", "pen", "chev", "tick", "cross", "warn", "clock")


def shown_upload(
    platform: Platform, upload: str, refusal: Refusal | None = None, clashes: Sequence[Clash] = ()
) -> Response:
    """The page of an upload; with a refusal or clashes, what was asked for and could not be done."""
    actor, transactions = current_actor(), platform.transactions
    state = answers.state_of(transactions, actor, upload)
    under_way = state.state in _UNDER_WAY
    begun = request.args.get("from", "0")
    offset = int(begun) if begun.isascii() and begun.isdigit() and len(begun) < 8 else 0
    faults = [] if under_way else answers.faults_of(transactions, actor, upload, FAULTS_SHOWN, offset)
    groups = [] if under_way else answers.groups_of(transactions, actor, upload)
    changed = (
        changed_records(transactions, actor, upload, _CHANGED_SHOWN)
        if state.changed and not under_way
        else []
    )
    return desk_page(
        "enterprise/upload.html",
        at="uploads",
        icons=_ICONS,
        sheets=("uploads.css",),
        status=409 if clashes else 200 if refusal is None else refusal.http_status,
        clashes=clashes,
        one=state,
        under_way=under_way,
        faults=faults,
        offset=offset,
        shown_at_once=FAULTS_SHOWN,
        groups=[
            (group, heading, mends_together(transactions, actor, upload, group.place, group.letter))
            for group, heading in groups
            if group.count > 1
        ],
        changed=[_worded(each) for each in changed],
        sums=_sums(platform, upload) if not under_way else {},
        receipts=receipts_of(transactions, actor, upload)[:_RECEIPTS_SHOWN] if state.stated else [],
        refusal=refusal,
    )


def _worded(each: ChangedRecord) -> dict[str, Any]:
    """A record that the file says otherwise, its members and values as people read them."""
    of = reader_of(request)
    return {
        "sheet": each.sheet,
        "rows": each.rows,
        "worded": [
            (of.word("spoken.member", one.member), _plain(one.stands), _plain(one.said))
            for one in each.differences
        ],
        "stmt": each.stmt,
        "bar": each.bars[0] if each.bars else None,
    }


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(_plain(one) for one in value.values())
    if isinstance(value, list | tuple):
        return "、".join(_plain(one) for one in value)
    return "—" if value is None else str(value)


def _sums(platform: Platform, upload: str) -> dict[str, list[dict[str, Any]]]:
    """Kinds of records by what is to become of them, each with how many and under which marks."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in answers.sums_of(platform.transactions, current_actor(), upload):
        if one.outcome in answers.SHOWN_OUTCOMES:
            found.setdefault(str(one.outcome), []).append(
                {"typ": one.typ, "count": one.count, "marks": one.marks}
            )
    return found
