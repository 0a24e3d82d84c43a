"""Wording: every sentence a person reads, in two languages; only the skins may import this.

Files `zh-CN/<area>.toml` and `en/<area>.toml`; nested tables are flattened to dotted keys. A value is a text
with `{params}`, filled by name only.

    say("zh-CN", "problem.lot-unknown.title")
    say("en", "problem.lot-unknown.detail", lot="urn:lot:…")
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

LOCALES: Final = ("zh-CN", "en")
DEFAULT: Final = LOCALES[0]

_FOLDER: Final = Path(__file__).parent
_JOIN: Final = {"zh-CN": "、", "en": ", "}
_ABSENT: Final = "—"
_NOTHING: Final = {"zh-CN": "（无）", "en": "(none)"}
"""An empty list within a sentence."""
_SLUGS: Final[Mapping[str, tuple[str, ...]]] = {
    "reason": ("slug.{}", "ledger-reason.{}", "problem.{}.title", "slug-row.{}"),
    "part": ("slug-part.{}", "slug.{}"),
    "role": ("slug.{}", "case.role.{}"),
    "state": ("slug-state.{}", "case.state.{}", "office.monthly.states.{}", "risk-state.{}"),
    "step": ("office.monthly.do.{}",),
    "event": ("case.event.{}", "office.samples.step.{}", "office.monthly.do.{}"),
    "named": ("case.member.{}", "spoken.member.{}"),
    "missing": ("case.proof.{}",),
    "members": ("office.samples.member.{}",),
    "goods": ("office.samples.goods.{}",),
    "number": ("slug-number.{}",),
    "gates": ("scan.gate.{}",),
    "lacks": (
        "recall-text.field.{}",
        "work.controls.item.{}",
        "work.commitment.lacks.{}",
        "spoken.value.promises.{}",
    ),
    "wanted": ("risk-wanted.{}",),
    "allowed": ("spoken.value.signedAs.{}",),
    "expected": ("expected.{}", "slug-code.{}"),
    "found": ("slug-found.{}",),
    "sign": ("slug-sign.{}",),
    "what": ("slug-what.{}",),
    "line": ("slug-line.{}",),
    "lacking": ("slug-line.{}",),
    "process": ("slug-process.{}",),
    "verdict": ("slug-verdict.{}",),
}
"""Param -> where the words of its slugs stand: no sentence shows `not-json` to a person."""
_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "character-refused": ("spoken.member.{}",),
    "draw-plan-malformed": ("office.draws.member.{}", "office.draws.{}"),
    "draw-not-as-planned": ("office.draws.member.{}", "office.draws.{}"),
    "plan-item-unfit": ("office.plan.member.{}",),
    "register-entry-unfit": ("office.register.member.{}",),
    "printer-offset-unfit": ("work.printers.{}",),
    "question-incomplete": ("office.analysis.member.{}",),
    "date-out-of-reach": ("spoken.member.{}",),
    "future-date": ("spoken.member.{}",),
    "licence-request-unfit": ("spoken.member.{}",),
    "receiver-missing": ("spoken.member.{}",),
}
"""Code of a refusal -> where the form that it refuses has the names of its fields."""


class _Params(dict[str, str]):
    """A sentence stays readable when a figure is missing."""

    def __missing__(self, key: str) -> str:
        return _ABSENT


def say(locale: str, key: str, /, **params: object) -> str:
    """The sentence of `key`; raises `KeyError` for a key that nobody worded. Any name may be a param's."""
    text = sentences(locale)[key]
    if "{" not in text:
        return text
    of = _MEMBERS.get(key.removeprefix("problem.").rpartition(".")[0], ())
    shown = ((name, _shown(locale, (*_SLUGS.get(name, ()), *of), value)) for name, value in params.items())
    return text.format_map(_Params(shown))


def has(locale: str, key: str) -> bool:
    return key in sentences(locale)


def negotiate(accept_language: str) -> str:
    """The best of `LOCALES` for an Accept-Language header (RFC 9110 §12.5.4, RFC 4647 look-up).

    Chinese when nothing fits: the readers are in Shanghai.
    """
    wanted: list[tuple[float, int, str]] = []
    for place, item in enumerate(accept_language.lower().split(",")[:20]):
        tag, _, weight = item.partition(";")
        quality = _quality(weight)
        if tag.strip() and quality > 0:
            wanted.append((-quality, place, tag.strip()))
    for _, _, tag in sorted(wanted):
        for locale in LOCALES:
            if tag == "*" or tag.split("-")[0] == locale.split("-")[0]:
                return locale
    return DEFAULT


@cache
def sentences(locale: str) -> Mapping[str, str]:
    """Every dotted key of a locale; an unknown locale gets the default one."""
    if locale not in LOCALES:
        return sentences(DEFAULT)
    found: dict[str, str] = {}
    for path in sorted((_FOLDER / locale).glob("*.toml")):
        found |= flat(tomllib.loads(path.read_text(encoding="utf-8")))
    return MappingProxyType(found)


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as one: {"problem": {"x": {"title": …}}} gives {"problem.x.title": …}."""
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: str(value)}
    return found


def _shown(locale: str, forms: tuple[str, ...], value: object) -> str:
    """A figure as text; a slug by its word, where one of the forms of keys has it."""
    if isinstance(value, list | tuple):
        joined = _JOIN.get(locale, ", ").join(_shown(locale, forms, item) for item in value)
        return joined if value else _NOTHING.get(locale, _ABSENT)
    known = sentences(locale)
    keys = (form.format(value) for form in forms)
    return next((known[key] for key in keys if key in known), str(value))


def _quality(weight: str) -> float:
    name, _, number = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
