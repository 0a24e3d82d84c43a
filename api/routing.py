"""Addresses whose builders are compiled when an address is first built: most never are in a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Built = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that compiles what builds its address at the first call: Werkzeug compiles two functions a rule
    when it is added, which is most of what it costs to make an application of some hundred addresses."""

    def _compile_builder(self, append_unknown: bool = True) -> Built:
        compiled: list[Built] = []

        def build(rule: LateRule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(rule, append_unknown))
            return compiled[0](rule, **values)

        return build
