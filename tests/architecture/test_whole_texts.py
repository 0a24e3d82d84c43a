"""House rule: what a person types is taken whole or refused, never cut where nobody sees it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project_files import python_files, tree_of

EDGES = ("scanner_web", "trace/usecases")
NO_TEXTS = {
    "scanner_web/consumer/batch_code.py": "a search",
    "scanner_web/enterprise/labels.py": "the name of a printer",
    "scanner_web/enterprise/packing.py": "codes that a scanner reads, a line each",
    "scanner_web/enterprise/record_form.py": "a code that was scanned",
    "scanner_web/frame/typed_code.py": "a code or an address",
    "scanner_web/consumer/complaint_form.py": "a number that is looked up",
    "scanner_web/regulator/analyses.py": "a region's digits and a day",
    "scanner_web/regulator/samples.py": "the name of a step",
    "scanner_web/regulator/monthly.py": "the name of a step",
    "scanner_web/regulator/draw_page.py": "the digits of a half of a seed",
    "scanner_web/regulator/systems.py": "the number of a document or matter",
    "trace/usecases/casework/find_in_area.py": "a search",
    "trace/usecases/casework/take_step.py": "the name of a file",
    "trace/usecases/inquiries/choose_tested.py": "a search",
    "trace/usecases/recalls/preview_recall.py": "a search",
    "trace/usecases/supervision/take_sample.py": "the name of a file",
    "trace/usecases/visits/fill_visit.py": "the name of a file",
    "trace/usecases/visits/photos.py": "the name of a file",
    "trace/usecases/batch_page/orders_shown.py": "what a signed record holds, read for a page",
    "trace/usecases/recalls/list_recalls.py": "what a signed record holds, read for a page",
    "trace/usecases/recalls/recall_grounds.py": "what a signed record holds, read for a page",
}
"""Files that cut something else, and what."""


def test_no_typed_text_is_cut() -> None:
    found = {str(path) for path in _asked() if any(_cuts(tree_of(path)))}
    assert found - set(NO_TEXTS) == set()
    assert found == set(NO_TEXTS), "a file is named that cuts nothing"


def _asked() -> Iterator[Path]:
    return (path for path in python_files() if str(path).startswith(EDGES))


def _cuts(tree: ast.AST) -> Iterator[ast.Subscript]:
    """Slices up to some length of a text that was stripped, or read from a form."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            upto = node.slice.lower is None and node.slice.upper is not None
            if upto and _is_typed(node.value):
                yield node


def _is_typed(value: ast.expr) -> bool:
    """`….strip()`, and `….get(name, "")` of anything but the address of a page."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    source = ast.unparse(value)
    if "request.args" in source or "cookies" in source:
        return False
    given = value.func.attr == "get" and len(value.args) == len(("name", "default"))
    return value.func.attr == "strip" or (given and ast.unparse(value.args[1]) == "''")
