"""Every refusal has words in both languages, and nothing left to fill in."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from api.problems import describe
from docs.generate_problems import all_refusals
from trace import errors


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_problem_without_figures_is_still_a_sentence(locale: str) -> None:
    for kind in all_refusals():
        told = describe(kind(), locale)
        assert told["title"]
        assert "{" not in f"{told['detail']}{told['action']}"


def test_lists_are_told_as_lists() -> None:
    told = describe(errors.CodeNotActive(lot="urn:lot:A:B", state="packed", gates=["code", "release"]), "en")
    assert "code, release" in str(told["detail"])
    assert told["status"] == HTTPStatus.CONFLICT
    assert told["params"]["gates"] == ["code", "release"]
