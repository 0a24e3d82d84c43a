"""What the tables give is what the chain takes: every draft parses as a fact of its kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.drafts import stated
from tests.builders.farm_tables import FARMER, TABLES
from tests.builders.workbooks import ISSUER, FilledTemplate, milling
from trace.chain.facts import parse_fact
from trace.exchange.farm import read_farm_file
from trace.exchange.workbook import read_workbook


@pytest.mark.parametrize("examples", [True, False])
def test_every_draft_of_a_workbook_is_a_fact(tmp_path: Path, examples: bool) -> None:
    template = FilledTemplate(tmp_path, examples=examples)
    if not examples:
        milling(template)
    drafts = read_workbook(template.bytes(), ISSUER).drafts
    assert drafts
    for draft in drafts:
        parse_fact(draft.typ, stated(draft), draft.sub, draft.occurred_at)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_draft_of_a_farm_table_is_a_fact(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(TABLES[name], "utf-8")
    drafts, errors = read_farm_file(path, FARMER)
    assert drafts
    assert not errors
    for draft in drafts:
        parse_fact(draft.typ, stated(draft), draft.sub, draft.occurred_at)
