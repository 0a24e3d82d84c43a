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
ORDER: Final = ("encoding", "keys", "merkle", "notes", "statement", "keybook", "bundle", "verify")

_IMPORT: Final = re.compile(r"^import \{[^}]*\} from '\./[a-z]+\.js';\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_BLOCK: Final = re.compile(r"^ *(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)\n", re.MULTILINE)
_INLINE: Final = re.compile(r"/\*\* @type [^*]*\*/ ?")
_INDENT: Final = re.compile(r"^ +|\n(?=\n)", re.MULTILINE)


@cache
def joined_script(*more: str) -> str:
    """The verifier's modules and then `more` of them as one module that exports `verifyBundle`, `prepare`."""
    parts = [_plain((MODULES / f"{name}.js").read_text(encoding="utf-8")) for name in (*ORDER, *more)]
    return "".join(parts) + "export { STEPS, prepare, verifyBundle };\n"


def _plain(module: str) -> str:
    text = _EXPORT.sub("", _IMPORT.sub("", module))
    return _INDENT.sub("", _INLINE.sub("", _BLOCK.sub("", text)))
