"""What a call needs, in OpenAPI: the security requirement of each operation, from the table of access."""

from __future__ import annotations

from typing import Any, Final

from apispec import BasePlugin

from api.access import TABLE, requirements

SECURITY: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "机构的访问令牌，由平台管理员发放。An organisation's token (./greentrace token); "
    "what each scope opens stands in docs/access.md.",
}
_VERBS: Final = frozenset({"get", "post", "put", "delete"})


class Security(BasePlugin):
    """Writes `security` and, where a token shows more, what it shows."""

    def operation_helper(self, path: str | None = None, operations: Any = None, **_: Any) -> None:
        """Called for every path as it is described."""
        for verb in _VERBS.intersection(operations or ()):
            line = TABLE.get(f"{verb.upper()} {path}")
            if line is not None:
                operations[verb]["security"] = requirements(line)
