"""The signing script of a language: its modules, the words that it says, the members of the kinds it may say.

Firms, farms and laboratories sign other kinds than authorities do: each desk has a script of its own kinds.
Words and members lie inside the script, under its hash: who signs and what is shown come from one file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Set
from functools import cache
from pathlib import Path
from typing import Any, Final

from scanner_web.assets.minified import minified
from scanner_web.assets.script import MODULES as VERIFIER
from scanner_web.assets.script import joined
from trace.chain.facts.outline import outline_of, signed_by_officers, signed_by_people, subject_of
from trace.wording import LOCALES, sentences

MODULES: Final = Path(__file__).parent / "signing"
READING: Final = ("codepoints", "encoding", "statement")
"""What the shopper's verifier has: canonical form, claims, disclosures."""
ORDER: Final = ("spoken", "totals", "drafts", "act", "device", "page", "keyspage", "signpage", "start")
PREFIX: Final = "spoken."
OF_OFFICES: Final = "told."
"""Words of the kinds that authorities alone sign, under the same keys as the others."""
ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "result": ("visit.result.", "office.messages.results."),
    "visit": ("visit.kind.",),
    "signature": ("visit.signature.",),
    "source": ("case.basis.",),
    "type": ("office.messages.types.",),
}
"""Member -> where the words of its values stand, which other pages say too."""
FIRM: Final = ""
OFFICE: Final = "office-"
DESKS: Final = (FIRM, OFFICE)
"""Whose script it is, as its name begins: a firm's and a registrar's, or an authority's."""
_AROUND: Final = frozenset({"sub", "occurredAt", "signedAt", "inputs", "anchor"})
"""What stands around the data of every kind, and is said by its label too."""
_ENDING: Final = "export {{ {names} }};\n"
EXPORTS: Final = ("Unsaid", "difference", "lowS", "readBatch", "sealed", "signWave", "totalsOf", "waves")


def words_of(locale: str, desk: str = FIRM) -> Mapping[str, str]:
    """What the script of a desk says in a language, by its own keys."""
    every = sentences(locale)
    found = {key.removeprefix(PREFIX): text for key, text in every.items() if key.startswith(PREFIX)}
    if desk == FIRM:
        return found
    found |= {key.removeprefix(OF_OFFICES): text for key, text in every.items() if key.startswith(OF_OFFICES)}
    for member, starts in ELSEWHERE.items():
        for start in starts:
            said = ((key.removeprefix(start), text) for key, text in every.items() if key.startswith(start))
            found |= {f"value.{member}.{word}": text for word, text in said}
    shown = outlines(desk)
    members = {name for each in shown.values() for name in _members_of(each["members"])}
    return {key: text for key, text in found.items() if _is_said(key, shown, members)}


def outlines(desk: str = FIRM) -> Mapping[str, Mapping[str, Any]]:
    """The members of each kind that a person of a desk signs, and the one that its subject repeats."""
    kinds = signed_by_people() if desk == FIRM else signed_by_officers()
    return {kind.typ: {"members": outline_of(kind), "subject": subject_of(kind)} for kind in kinds}


def _is_said(key: str, shown: Collection[str], members: Set[str]) -> bool:
    """Whether a word can come up among these kinds: of a kind by its type, of a member by its name."""
    family, _, rest = key.partition(".")
    if family in {"name", "kind"}:
        return rest in shown
    if family not in {"member", "value", "part"}:
        return True
    if rest in _AROUND:
        return True
    typ = max((typ for typ in shown if rest.startswith(f"{typ}.")), key=len, default="")
    names = rest.removeprefix(f"{typ}.").split(".")
    return set(names[:-1] if family == "value" else names) <= members


def _members_of(outline: Any) -> Iterator[str]:
    if isinstance(outline, list):
        for inner in outline:
            yield from _members_of(inner)
    elif isinstance(outline, Mapping):
        for name, inner in outline.items():
            yield name
            yield from _members_of(inner)


@cache
def signing_script(locale: str, desk: str = FIRM) -> str:
    """One module that reads, says and signs the batches of a desk in that language."""
    words, kinds = _literal(words_of(locale, desk)), _literal(outlines(desk))
    data = f"const WORDS = {words};\nconst OUTLINES = {kinds};\n"
    body = joined(VERIFIER, READING) + joined(MODULES, ORDER)
    return minified(data + body + _ENDING.format(names=", ".join((*EXPORTS, "WORDS", "OUTLINES"))))


def signing_assets() -> Mapping[str, str]:
    """File name -> script, one for each desk and language."""
    return {f"sign-{desk}{locale}.js": signing_script(locale, desk) for desk in DESKS for locale in LOCALES}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
