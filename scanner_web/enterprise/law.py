"""The library of law: which texts the platform's rules rest on, since when, and what follows from each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.rendering import reader
from scanner_web.frame.workspace import desk_page
from trace.identity.region import names
from trace.platform.opening import Platform
from trace.rules.rule import Rule
from trace.usecases.supervision.read_law import read_law
from trace.wording import has, say

_ICONS: Final = ("warn", "search", "question")
_DIGITS: Final = 6
_FIELDS: Final = (
    "spoken.value.field",
    "spoken.value.field.product",
    "spoken.value.field.enterprise",
    "spoken.member",
)
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "bases": ("spoken.value.basis",),
    "fields": _FIELDS,
    "groups": _FIELDS,
    "mark": ("problem.{}.title",),
    "index": ("spoken.member",),
    "items": ("work.controls.item", "recall-text.item", "work.recalls.reply.duty"),
    "kinds of penalty": ("spoken.value.kinds",),
    "promises": ("spoken.value.promises",),
    "proofs": ("case.proof", "spoken.value.kind"),
    "roles": ("spoken.value.signedAs",),
    "steps": ("work.recalls.steps",),
}
"""Unit of a rule -> where what it names has its words; what has none there may have one of its own."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the library."""

    @pages.get("/desk/law")
    def law() -> Response:
        """The texts of the profile, as they hold today; `q` looks in their names and in the rules."""
        wanted = request.args.get("q", "").strip()[:60]
        library = read_law(platform.transactions, current_actor(), wanted)
        return desk_page(
            "enterprise/law.html",
            at="law",
            icons=_ICONS,
            sheets=("uploads.css",),
            library=library,
            wanted=wanted,
            spoken=spoken,
            where=where,
        )


def where(jurisdiction: str) -> str:
    """Where a text holds: `CN-31` is Shanghai."""
    of, digits = reader(), jurisdiction.removeprefix("CN-")
    if digits == jurisdiction:
        return of.say("work.law.whole-country")
    return of.place(names().get(digits.ljust(_DIGITS, "0"), jurisdiction))


def spoken(rule: Rule) -> str:
    """What a rule sets as it is said: fields, proofs and steps in words, figures with their unit."""
    of = reader()
    values = (rule.value,) if isinstance(rule.value, str) else rule.value
    words = tuple(spoken_value(of.locale, rule.unit, each) for each in values)
    said = of.say("scan.list").join(words)
    return said if words != values else f"{said} {of.word('rule-unit', rule.unit)}"


def spoken_value(locale: str, unit: str, value: str) -> str:
    """One value of a rule of that unit in words; a figure or the number of a text stands as written."""
    families = (*_FAMILIES.get(unit, ()), "rule-value")
    keys = (family.format(value) if "{}" in family else f"{family}.{value}" for family in families)
    return next((say(locale, key) for key in keys if has(locale, key)), value)
