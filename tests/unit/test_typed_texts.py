"""Typed texts: whole at their limit with line breaks as browsers send them, refused above it."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from scanner_web.frame.forms import PageRequest
from trace.errors import TextTooLong
from trace.typed_texts import whole_text

LIMIT = 40
AT_LIMIT = "检测方法与标准不符\n" * 3 + "样品未按要求冷藏运输"


def _received(data: dict[str, object]) -> str:
    """The text as a view reads it, sent as a browser does: a line's end as two characters."""
    app = Flask("forms")
    app.request_class = PageRequest
    sent = {name: v.replace("\n", "\r\n") if isinstance(v, str) else v for name, v in data.items()}
    with app.test_request_context("/", method="POST", data=sent) as context:
        return context.request.form["why"]


@pytest.mark.parametrize("paper", [{}, {"paper": (io.BytesIO(b"a\r\nb"), "a.txt")}], ids=["plain", "parts"])
def test_a_text_at_its_limit_keeps_its_last_words(paper: dict[str, object]) -> None:
    assert len(AT_LIMIT) == LIMIT
    assert whole_text("why", _received({"why": AT_LIMIT, **paper}), LIMIT) == AT_LIMIT


def test_a_text_over_its_limit_is_named_by_its_beginning_with_both_lengths() -> None:
    with pytest.raises(TextTooLong) as refused:
        whole_text("why", f"{AT_LIMIT}。", LIMIT)
    params = refused.value.params
    assert (params["member"], params["length"], params["limit"]) == ("why", LIMIT + 1, LIMIT)
    assert str(params["begins"]).startswith("检测方法与标准不符")


def test_a_file_keeps_its_line_ends() -> None:
    app = Flask("forms")
    app.request_class = PageRequest
    data = {"paper": (io.BytesIO(b"a\r\nb"), "a.txt")}
    with app.test_request_context("/", method="POST", data=data) as context:
        assert context.request.files["paper"].read() == b"a\r\nb"
