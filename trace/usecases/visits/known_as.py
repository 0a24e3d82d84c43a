"""What drafts name by code, as people know it: parties by name, checklists and their items in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.oversight import INSPECTION
from trace.oversight.visits.checked import items_named
from trace.oversight.visits.verified import with_own
from trace.rules.duty_list import duty_list
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.forms.versions import versions_of
from trace.usecases.signing.batches import Batch

_PARTY: Final = "urn:uscc:"


@dataclass(frozen=True, slots=True)
class KnownAs:
    """The words of one value in both languages."""

    zh: str
    en: str


def known_as(transactions: Transactions, batch: Batch) -> dict[str, KnownAs]:
    """Value -> what it is known as; none for a value that says itself, or that nothing here knows."""
    with transactions.look("signing") as tx:
        contents = [one.content for one in batch.drafts]
        parties = {text for one in contents for text in _texts(one["data"]) if text.startswith(_PARTY)}
        found = {urn: KnownAs(name, name) for urn, name in firm_names(tx.connection, sorted(parties)).items()}
        for one in contents:
            if one["typ"] == INSPECTION.typ:
                found |= _checklist(tx, one["data"].get("checklist") or {})
        return found


def _checklist(tx: Tx, named: Mapping[str, Any]) -> Iterator[tuple[str, KnownAs]]:
    """The form and its items, as the version that the record names words them."""
    for dated in versions_of(tx, str(named.get("name", ""))):
        if dated.form.version == named.get("version"):
            form = with_own(dated.form)
            yield form.id, KnownAs(form.zh, form.en)
            for item, name in items_named(form, duty_list().duties).items():
                worded = form.item(item)
                if worded is not None:
                    yield name, KnownAs(worded.zh, worded.en)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
