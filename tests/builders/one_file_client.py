"""The client of one file, loaded from where it lies: it belongs to no package."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

FILE = Path(__file__).resolve().parents[2] / "clients" / "python" / "greentrace_client.py"


@cache
def client_module() -> ModuleType:
    """The module of the file."""
    spec = importlib.util.spec_from_file_location("greentrace_client", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
