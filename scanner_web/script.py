"""The verifier as one script: its modules one after the other, without their imports and comments.

The modules run as they stand (`import` works without a build); joined they are one request, one file name by
hash, and can stand inside a saved page.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

MODULES: Final = Path(__file__).parent / "verifier"
NOBLE: Final = Path(__file__).parent / "static" / "vendor" / "noble-ed25519.js"
ORDER: Final = ("encoding", "keys", "merkle", "notes", "statement", "keybook", "bundle", "verify")

_IMPORT: Final = re.compile(r"^import \{[^}]*\} from '\./[a-z]+\.js';\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_BLOCK: Final = re.compile(r"^ *(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)\n", re.MULTILINE)
_INLINE: Final = re.compile(r"/\*\* @type [^*]*\*/ ?")
_INDENT: Final = re.compile(r"^ +|\n(?=\n)", re.MULTILINE)


@cache
def joined_script() -> str:
    """The verifier as one module that exports `STEPS`, `prepare` and `verifyBundle`."""
    return "".join(_read(name) for name in ORDER) + "export { STEPS, prepare, verifyBundle };\n"


@cache
def panel_script() -> str:
    """What puts the button on the page and loads the verifier when it is pressed."""
    return _read("panel")


@cache
def offline_script() -> str:
    """Verifier and panel together, for a saved page that has no other origin to ask."""
    return f"{joined_script()}globalThis.traceVerifier = {{ prepare, verifyBundle }};\n{panel_script()}"


def noble_script() -> str:
    """The fallback for browsers without Ed25519; "" where set-up could not fetch it."""
    return NOBLE.read_text(encoding="utf-8") if NOBLE.exists() else ""


def _read(name: str) -> str:
    return _plain((MODULES / f"{name}.js").read_text(encoding="utf-8"))


def _plain(module: str) -> str:
    text = _EXPORT.sub("", _IMPORT.sub("", module))
    return _INDENT.sub("", _INLINE.sub("", _BLOCK.sub("", text)))
