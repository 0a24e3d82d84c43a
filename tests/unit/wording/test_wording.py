"""Both languages say the same things, and every refusal is worded in both."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import trace.errors
from trace import wording
from trace.errors.base import Refusal
from trace.usecases.casework.look import SORTS, Seen
from trace.wording import DEFAULT, LOCALES, flat, has, negotiate, say, sentences


def every_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for module in pkgutil.iter_modules(trace.errors.__path__):
        importlib.import_module(f"trace.errors.{module.name}")
    yield kind
    for derived in kind.__subclasses__():
        if derived.__module__.startswith("trace."):
            yield from every_refusal(derived)


REFUSALS = sorted(set(every_refusal()), key=lambda refusal: refusal.code)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sort_of_look_has_a_word_on_the_pages_that_list_them() -> None:
    assert [one for one in sorted(SORTS) if not has(DEFAULT, f"office.looks.{one}")] == []
    with pytest.raises(ValueError, match="zzz"):
        Seen("zzz", "", 1)


def test_both_languages_have_the_same_files_and_keys() -> None:
    folder = Path(wording.__file__).parent
    files = [{path.name for path in (folder / locale).glob("*.toml")} for locale in LOCALES]
    assert files[0] == files[1]
    assert len(files[0]) >= 3
    assert set(sentences("zh-CN")) == set(sentences("en"))


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_worded_twice(locale: str) -> None:
    seen: dict[str, str] = {}
    again = []
    for path in sorted((Path(wording.__file__).parent / locale).glob("*.toml")):
        keys = flat(tomllib.loads(path.read_text(encoding="utf-8")))
        again += [(key, seen[key], path.name) for key in keys if key in seen]
        seen |= dict.fromkeys(keys, path.name)
    assert not again


def test_both_languages_fill_in_the_same_figures() -> None:
    chinese, english = sentences("zh-CN"), sentences("en")
    different = [key for key in chinese if placeholders(chinese[key]) != placeholders(english.get(key, ""))]
    assert not different


def test_every_text_is_plain_and_fills_by_name_only() -> None:
    for locale in LOCALES:
        for key, text in sentences(locale).items():
            assert text.strip(), key
            assert all(name.isidentifier() for name in placeholders(text)), key


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_refusal_says_what_happened_and_what_to_do(locale: str, refusal: type[Refusal]) -> None:
    for part in ("title", "detail", "action"):
        assert has(locale, f"problem.{refusal.code}.{part}")


def test_figures_are_filled_in_and_a_missing_one_leaves_a_dash() -> None:
    assert say("en", "problem.unit-mismatch.detail", unit="kg", other="L") == (
        "“kg” and “L” measure different things."
    )
    assert "— and" not in say("en", "problem.unit-mismatch.title")
    assert "“—”" in say("en", "problem.unit-mismatch.detail", unit="kg")
    assert "2024、2025" in say("zh-CN", "problem.calendar-year-missing.detail", year=2027, known=[2024, 2025])
    assert "2024, 2025" in say("en", "problem.calendar-year-missing.detail", year=2027, known=[2024, 2025])


def test_a_figure_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert "{other.__class__}" in say(
        "en", "problem.unit-mismatch.detail", unit="{other.__class__}", other="L"
    )


def test_a_key_that_nobody_worded_is_an_error_and_not_an_empty_page() -> None:
    assert not has("en", "problem.nothing.title")
    with pytest.raises(KeyError):
        say("en", "problem.nothing.title")


def test_an_unknown_locale_speaks_chinese() -> None:
    assert say("fr", "problem.missing.title") == say(DEFAULT, "problem.missing.title")


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-TW,en;q=0.9", "zh-CN"),
        ("fr, en;q=0.5", "en"),
        ("en;q=0.3, zh;q=0.7", "zh-CN"),
        ("en;q=0, *", "zh-CN"),
        ("fr", "zh-CN"),
        ("*;q=0.1, en;q=0.2", "en"),
        ("en;q=abc, zh", "zh-CN"),
        (";;;,,,", "zh-CN"),
    ],
)
def test_the_language_asked_for_is_spoken(header: str, locale: str) -> None:
    assert negotiate(header) == locale


def test_the_files_are_flattened_to_dotted_keys() -> None:
    path = Path(wording.__file__).parent / "en" / "gs1.toml"
    assert tomllib.loads(path.read_text(encoding="utf-8"))["warning"]["uscc-check"] == say(
        "en", "warning.uscc-check"
    )


def test_a_figure_may_be_called_anything() -> None:
    assert "B8" in say("en", "problem.row-repeated.detail", key="B8", first=3, locale="zh-CN")


def test_what_the_doctor_counts_fits_one_as_well_as_many() -> None:
    """In English a number stands behind what is counted: "Witnesses: 1" and not "1 witnesses"."""
    counted = re.compile(r"\{(\w+)\} (?:\w+ )?[a-z]+(?:s|\(s\))\b")
    told = {key: text for key, text in sentences("en").items() if key.startswith("doctor.")}
    figures = {
        "amiss",
        "behind",
        "cosigned",
        "count",
        "entries",
        "findings",
        "hours",
        "lacking",
        "registrars",
    }
    figures |= {"size", "unsure", "well"}
    assert len(told) > 80
    assert [key for key, text in told.items() if set(counted.findall(text)) & figures] == []
