"""The text on a pack's printed label: what the digital label says now, from the same signed records.

Names are those of the label, its changes and, where it is silent, of the product and the packer's firm. A
natural person's name is printed only where the label itself states it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trace.chain.effects import PackNoted
from trace.chain.label_text import change_texts, label_texts, pack_texts
from trace.labels.captions import LabelText
from trace.store.chain.labels import list_label_changes
from trace.store.chain.master import read_counting
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow, read_stated
from trace.store.transaction import Connection

_FIRM: Final = "urn:uscc:"


def label_text_of(connection: Connection, row: LotRow, pack: PackNoted, noted: StatementRow) -> LabelText:
    """What stands beside the symbol; at most three queries."""
    label = pack.data.get("label")
    texts = label_texts(label if isinstance(label, Mapping) else {}, *_master(connection, pack, noted.iss))
    subjects = {row.urn, pack.product, *row.detail.get("goods", ())}
    changes = [one.data for one in list_label_changes(connection, subjects) if one.row.iss == noted.iss]
    change_texts(texts, changes)
    stated = pack_texts(pack.data)
    return LabelText(
        title=_said(texts["product.name"]) or row.product_name or "",
        spec=_said(texts["product.spec"]) or _said(stated["netContent"]),
        batch=pack.batch_no,
        produced=_said(stated["productionDate"]),
        best_before=_said(stated["expiryDate"]),
        firm=_said(texts["enterprise.name"]),
    )


def _master(
    connection: Connection, pack: PackNoted, packer: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    counting = read_counting(connection, "product", [(pack.product, packer)])
    product = next((data for data, _ in counting.values()), {})
    if not packer.startswith(_FIRM):
        return product, {}
    stated = read_stated(connection, "party", [packer]).get(packer)
    return product, {} if stated is None else stated[0]


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
