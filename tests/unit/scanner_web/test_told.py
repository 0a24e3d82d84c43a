"""What a draft says, in words: nothing stands as a label without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from scanner_web.frame.told import kind_name, labelled, told
from trace.chain.facts import KINDS
from trace.chain.facts.base import FormKind
from trace.chain.facts.outline import words_of
from trace.chain.facts.reading import Reader, element_of, shape_of
from trace.wording import LOCALES

AS_IT_IS: Final = {("en", "version")}
"""Members whose word is their name."""


def test_what_is_empty_is_said_to_be_so() -> None:
    said = dict(told("zh-CN", "food.receipt", {"proofs": [], "spec": "", "place": {}}))
    assert sorted(said.values()) == ["（无）", "（无）", "（空）"]
    said = dict(told("en", "food.receipt", {"proofs": []}))
    assert list(said.values()) == ["(none)"]


def members(readers: Mapping[str, Reader[Any]], parent: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(parent, name, words of the list) of every member, those inside objects too."""
    for name, reader in readers.items():
        inner = reader
        while (element := element_of(inner)) is not None:
            inner = element
        yield parent, name, words_of(inner)
        shape = shape_of(inner)
        if shape is not None:
            yield from members({**shape.needed, **shape.optional}, name)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_record_that_an_authority_signs_is_said_in_words(locale) -> None:
    """Kind, members and words of lists: an officer never swears to a name that the code has for it."""
    bare = []
    kinds = [kind for typ, kind in KINDS.items() if typ.startswith(("oversight.", "firm."))]
    for kind in kinds:
        bare += [kind.typ] if kind_name(locale, kind.typ) == kind.typ else []
        form = kind.form if isinstance(kind, FormKind) else kind.shape
        for parent, name, choices in members({**form.needed, **form.optional}, kind.typ):
            known = labelled(locale, parent, name) != name or (locale, name) in AS_IT_IS
            bare += [] if known else [(kind.typ, name)]
            # in English some words are their own
            said = [(dict(told("zh-CN", kind.typ, {name: one})).popitem()[1], one) for one in choices]
            bare += [(kind.typ, name, one) for text, one in said if text == one]
    assert bare == []
    assert len(kinds) > 25


def test_a_value_is_said_by_the_name_it_is_known_by() -> None:
    names = {"market-check-1": "食品生产者资质"}
    said = dict(
        told("zh-CN", "oversight.inspection", {"items": ["market-check-1", "x"], "visit": "joint"}, names)
    )
    assert said == {"检查的项目": "食品生产者资质、x", "检查方式": "联合检查"}
