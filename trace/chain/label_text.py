"""The current text of a digital label: as packed, completed from master data, and changed since.

A `label.change` says of one field: where it said `from`, it now says `to`. Changes are gone through in order
of arrival, those about the product, the batch and the pack lot alike, and each takes effect only where
the label says just that; so a correction of the pack, which states the whole anew, needs no exceptions. The
signed pack record stays as it is. One rule for admission, page and history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

Text = str | tuple[str, ...] | None
"""A text, the names of a list, or None where nothing is said."""
Texts = dict[str, Text]

TEXT_FIELDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "enterprise.name": ("party", "name"),
        "enterprise.address": ("party", "address"),
        "enterprise.contact": ("", ""),
        "enterprise.businessLicence": ("", ""),
        "enterprise.scNo": ("party", "scNo"),
        "product.name": ("product", "name"),
        "product.spec": ("product", "spec"),
        "product.standard": ("product", "standard"),
        "product.shelfLife": ("", ""),
        "product.storage": ("product", "storage"),
        "release.conclusion": ("", ""),
    }
)
"""Field `group.member` of the label -> the master data that speaks where the label does not."""
LIST_FIELDS: Final = ("ingredients", "additives")
PACK_FIELDS: Final = (
    *("gtin", "batchNo", "productionDate", "expiryDate"),
    *("netContent", "packs", "quantity", "lbNo"),
)
"""What the page says of the pack itself, beside its label."""
PRODUCT_FIELDS: Final = frozenset(
    {*LIST_FIELDS, *(field for field, (of, _) in TEXT_FIELDS.items() if of == "product")}
)
"""What a product, too, says by itself."""


def label_texts(label: Mapping[str, Any], product: Mapping[str, Any], party: Mapping[str, Any]) -> Texts:
    """Every field as the pack record states it, or else the product's or the packer's master data."""
    master = {"product": product, "party": party, "": {}}
    texts: Texts = {}
    for field, (of, name) in TEXT_FIELDS.items():
        group, _, member = field.partition(".")
        texts[field] = _text(_mapping(label.get(group)).get(member)) or _text(master[of].get(name))
    for field in LIST_FIELDS:
        texts[field] = _names(label.get(field)) or _names(product.get(field))
    return texts


def change_texts(texts: Texts, changes: Iterable[Mapping[str, Any]]) -> list[bool]:
    """Apply `changes` to `texts`, in order; which of them took effect."""
    done = []
    for change in changes:
        field = str(change.get("field"))
        holds = field in texts and texts[field] == text_of(change.get("from"))
        if holds:
            texts[field] = text_of(change.get("to"))
        done.append(holds)
    return done


def text_of(value: object) -> Text:
    """A stated value; an empty list says that there is none, as a missing one does."""
    return (_names(value) if isinstance(value, list | tuple) else _text(value)) or None


def pack_texts(data: Mapping[str, Any]) -> Texts:
    """What a pack record says beside its label: dates, numbers, amounts."""
    return {field: _amount(data.get(field)) for field in PACK_FIELDS}


def _amount(value: object) -> Text:
    if isinstance(value, Mapping):
        return f"{value.get('value')} {value.get('unit')}"
    return _text(value)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _names(value: object) -> tuple[str, ...] | None:
    return tuple(str(one) for one in value) or None if isinstance(value, list | tuple) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
