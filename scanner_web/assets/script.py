"""The verifier as one script: its modules one after the other, without their imports, minified.

The modules run as they stand (`import` works without a build); joined they are one request, one file name by
hash, and can stand inside a saved page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from scanner_web.assets.folders import STATIC
from scanner_web.assets.minified import minified

MODULES: Final = Path(__file__).parent / "verifier"
NOBLE: Final = STATIC / "vendor" / "noble-ed25519.js"
ORDER: Final = (
    *("codepoints", "encoding", "keys", "merkle", "notes", "statement", "keybook", "bundle"),
    *("steps", "logs", "label", "course", "amounts", "pairing", "origins", "status", "verify"),
)

_IMPORT: Final = re.compile(r"^import \{[^}]*\} from '(?:\./|\.\./verifier/)[a-z]+\.js';\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_ENDING: Final = "export { STEPS, pair, prepare, verifyBundle };\n"
_OFFLINE: Final = "globalThis.traceVerifier = { prepare, verifyBundle };\n"


@cache
def joined_script() -> str:
    """The verifier as one module that exports `STEPS`, `prepare` and `verifyBundle`."""
    return minified(joined(MODULES, ORDER) + _ENDING)


@cache
def panel_script() -> str:
    """The panel script: puts the button on the page and loads the verifier when it is pressed."""
    return minified(_read("panel"))


@cache
def offline_script() -> str:
    """Verifier and panel together, for a saved page that has no other origin to ask."""
    return minified(joined(MODULES, ORDER) + _OFFLINE + _read("panel"))


def page_script(path: Path) -> str:
    """A script that a skin brings for a page of its own, as it travels."""
    return minified(path.read_text(encoding="utf-8"))


def noble_script() -> str:
    """The fallback for browsers without Ed25519, minified; "" where set-up could not fetch it."""
    return minified(NOBLE.read_text(encoding="utf-8")) if NOBLE.exists() else ""


def joined(folder: Path, names: Iterable[str]) -> str:
    """Modules one after the other, without their imports and exports."""
    texts = ((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)
    return "".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def _read(name: str) -> str:
    return joined(MODULES, (name,))
