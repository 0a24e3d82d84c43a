"""What no font can draw stands on paper as its code point, in the field where it belongs; never as a gap."""

from __future__ import annotations

from trace.labels.typesetting import drawable


def test_only_what_cannot_be_drawn_is_replaced_and_in_its_place() -> None:
    said = {"rows": [["Li \U00020bb7 and Co", "x"], []], "box": {"name": "\u4dae"}, "size": 3, "part": ""}
    told = drawable(said, system=False)  # typst's own fonts know no Chinese
    assert told == {
        "rows": [["Li [U+20BB7] and Co", "x"], []],
        "box": {"name": "[U+4DAE]"},
        "size": 3,
        "part": "",
    }
    assert drawable({"name": "Rice 5 kg"}, system=False) == {"name": "Rice 5 kg"}
