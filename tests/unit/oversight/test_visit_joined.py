"""Two fillings of one part made apart: what is joined, and what is left to be agreed."""

from __future__ import annotations

import pytest

from trace.oversight.visits.answers import Answer
from trace.oversight.visits.joined import CAME, Filled, join

BLANK = Filled({}, {})


def filled(result: str = "", lots: tuple[str, ...] = (), **answers: str) -> Filled:
    return Filled({item: Answer(item, value) for item, value in answers.items()}, {"result": result}, lots)


def test_what_each_filled_in_alone_is_joined() -> None:
    joined = join(BLANK, filled(one="yes"), filled("conforms", two="no"))
    assert joined.differing == ()
    assert {item: one.value for item, one in joined.filled.answers.items()} == {"one": "yes", "two": "no"}
    assert joined.filled.members["result"] == "conforms"


def test_who_changed_nothing_takes_nothing_back() -> None:
    base = filled("conforms", one="yes", two="yes")
    joined = join(base, filled("fails", one="no", two="yes"), filled("conforms", one="yes", two="na"))
    assert joined.differing == ()
    assert {item: one.value for item, one in joined.filled.answers.items()} == {"one": "no", "two": "na"}
    assert joined.filled.members["result"] == "fails"


@pytest.mark.parametrize(("chosen", "value", "result"), [({}, "yes", "conforms"), ("came", "no", "fails")])
def test_what_both_answer_differently_is_agreed_and_stands_until_then(chosen, value, result) -> None:
    picked = dict.fromkeys(("seven", "result"), CAME) if chosen else {}
    joined = join(BLANK, filled("conforms", seven="yes"), filled("fails", seven="no"), picked)
    assert joined.differing == ("seven", "result")
    assert joined.filled.answers["seven"].value == value
    assert joined.filled.members["result"] == result


def test_an_answer_that_one_takes_out_and_the_other_changes_is_agreed() -> None:
    joined = join(filled(one="yes"), filled(), filled(one="no"))
    assert (joined.differing, joined.filled.answers) == (("one",), {})


def test_photographs_of_both_stand_at_the_same_answer_and_goods_of_both_are_looked_at() -> None:
    one, other = (Filled({"a": Answer("a", "no", "缺", (photo,))}, {}, (lot,)) for photo, lot in ("pA", "qB"))
    joined = join(Filled({}, {}, ("gone",)), one, other)
    assert joined.filled.answers["a"].photos == ("p", "q")
    assert joined.filled.lots == ("A", "B")


@pytest.mark.parametrize("turned", [False, True])
def test_a_photograph_stays_where_the_other_changed_the_answer(turned) -> None:
    base, added, changed = (
        Filled({"a": Answer("a", "no", note, photos)}, {})
        for note, photos in (("缺", ("p", "gone")), ("缺", ("p", "new")), ("缺两份", ("p", "gone")))
    )
    joined = join(base, *((changed, added) if turned else (added, changed)))
    answer = joined.filled.answers["a"]
    assert (joined.differing, answer.note, set(answer.photos)) == ((), "缺两份", {"p", "new"})
