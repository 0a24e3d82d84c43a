"""Static files by name: those that all skins share, and each skin's own.

A skin brings a folder `static/` beside its pages; nothing here names a skin.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

SKINS: Final = Path(__file__).parents[1]
STATIC: Final = SKINS / "static"
"""The tokens, and under `vendor/` what set-up fetched."""


@cache
def static_paths() -> dict[str, Path]:
    """Each file by its name, which is one for all skins, as a file's address has no other."""
    found: dict[str, Path] = {}
    for folder in (STATIC, *sorted(SKINS.glob("*/static"))):
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            if path.name in found:
                raise ValueError(f"two static files of one name: {path}, {found[path.name]}")
            found[path.name] = path
    return found
