"""What is cited can be opened: a page of this repository, a statute, or a public standard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.project_files import project_files, text_of

NUMBERED = Path("docs/record-format.md")
"""Cites its own sections."""

OWN = Path(__file__).relative_to(Path(__file__).resolve().parents[2])
NOT_OURS = {Path("LICENSE"), Path("package-lock.json")}
PAGE = re.compile(r"(?<![\w*{])[\w.-]+\.md\b")
SECTION = re.compile(r"§ ?\d")
SOURCE = re.compile(
    r"RFC|GS1|General Specifications|CBV|EPCIS|ISO|GB|GM/T|NIST|ECMA|C2SP|Resolver|Tag Data|PIPL"
    r"|[法例规令范定]|办法|record-format|§"
)
BEFORE = 90
"""A section sign must have its source within so many characters before it."""

ELSEWHERE = re.compile(
    r"\brulings?\s+\d|\bissue\s+(?:\d|§)|\b(?:signing|our|the)\s+profile\s+§|\bsigning profile\b"
    r"|\barchitecture\s+§|\bfaults?\s+[A-Z]\d|\bdomain catalogue\b|\bthe brief\b"
    r"|\bthe reference\s+(?:measured|says|leaves)\b"
    r"|regulator-analyses|qr-and-resolver|whose-word|stack-details|import-contracts\.example",
    re.IGNORECASE,
)
"""Texts that the first authors had at hand and a reader of this repository has not."""


def _texts() -> list[tuple[Path, str]]:
    files = [
        path for path in project_files() if path not in {OWN, *NOT_OURS} and path.parts[0] != "requirements"
    ]
    return [(path, " ".join(text_of(path).split())) for path in files]


def unfounded_in(text: str, *, numbered: bool = False) -> list[str]:
    """Citations of texts that are not here, and section signs without a source, with what precedes them."""
    found = [text[max(0, each.start() - 40) : each.end()] for each in ELSEWHERE.finditer(text)]
    for each in SECTION.finditer(text):
        before = text[max(0, each.start() - BEFORE) : each.start()]
        if not numbered and not SOURCE.search(before):
            found.append(before[-40:] + each.group())
    return found


def test_no_text_outside_the_repository_is_cited() -> None:
    found = {str(path): unfounded_in(text, numbered=path == NUMBERED) for path, text in _texts()}
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_every_page_that_is_named_exists() -> None:
    there = {path.name for path in project_files()}
    named = {(str(path), page) for path, text in _texts() for page in PAGE.findall(text)}
    assert [pair for pair in sorted(named) if pair[1] not in there] == []


@pytest.mark.parametrize(
    "text",
    [
        "as it must be (ruling 9)",
        "see issue §5",
        "in the normative order (signing profile §3.14)",
        "the sights of the reference (qr-and-resolver)",
        "what a page may show (§4.2)",
    ],
)
def test_a_citation_of_something_else_is_found(text: str) -> None:
    assert unfounded_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "RFC 6962 §2.1",
        "食品安全法 §50 (nine fields), §46",
        "docs/record-format.md §10.4",
        "a ruling of a court",
    ],
)
def test_statutes_standards_and_our_own_pages_may_be_cited(text: str) -> None:
    assert not unfounded_in(text)
