"""The signing script of a language: its modules, the words that it says, the members of the kinds it may say.

Words and members lie inside the script, under its hash: who signs and what is shown come from one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from scanner_web.assets.minified import minified
from scanner_web.assets.script import MODULES as VERIFIER
from scanner_web.assets.script import joined
from trace.chain.facts.outline import outline_of, signed_by_people, subject_of
from trace.wording import LOCALES, sentences

MODULES: Final = Path(__file__).parent / "signing"
READING: Final = ("codepoints", "encoding", "statement")
"""What the shopper's verifier has: canonical form, claims, disclosures."""
ORDER: Final = ("spoken", "totals", "drafts", "act", "device", "page", "keyspage", "signpage", "start")
PREFIX: Final = "spoken."
_ENDING: Final = "export {{ {names} }};\n"
EXPORTS: Final = ("Unsaid", "difference", "lowS", "readBatch", "sealed", "signWave", "totalsOf", "waves")


def words_of(locale: str) -> Mapping[str, str]:
    """What the script says in a language, by its own keys."""
    every = sentences(locale)
    return {key.removeprefix(PREFIX): text for key, text in every.items() if key.startswith(PREFIX)}


def outlines() -> Mapping[str, Mapping[str, Any]]:
    """The members of each kind that a person signs, and the one that its subject repeats."""
    return {
        kind.typ: {"members": outline_of(kind), "subject": subject_of(kind)} for kind in signed_by_people()
    }


@cache
def signing_script(locale: str) -> str:
    """One module that reads, says and signs batches in that language."""
    data = f"const WORDS = {_literal(words_of(locale))};\nconst OUTLINES = {_literal(outlines())};\n"
    body = joined(VERIFIER, READING) + joined(MODULES, ORDER)
    return minified(data + body + _ENDING.format(names=", ".join((*EXPORTS, "WORDS", "OUTLINES"))))


def signing_assets() -> Mapping[str, str]:
    """File name -> script, one for each language."""
    return {f"sign-{locale}.js": signing_script(locale) for locale in LOCALES}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
