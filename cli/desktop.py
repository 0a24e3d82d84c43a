"""The screen that the command line runs on, if any: whether a browser may be opened on it."""

from __future__ import annotations

import os
import sys

_ELSEWHERE = ("CI", "SSH_CONNECTION", "SSH_TTY")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def has_desktop() -> bool:
    """Whether somebody sits at this machine's screen: no remote shell, no automated build, no pipe."""
    if any(os.environ.get(name) for name in _ELSEWHERE) or not sys.stdout.isatty():
        return False
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in _SCREENS)
