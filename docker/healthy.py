"""The container's health check: exit 0 when this role answers on its own port."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException


def main() -> int:
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("GREENTRACE_PORT", "8000")), timeout=2)
    try:
        connection.request("GET", os.environ.get("GREENTRACE_HEALTH_PATH", "/healthz"))
        return 0 if connection.getresponse().status < 400 else 1
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
