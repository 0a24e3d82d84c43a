"""The request log: one JSON line a request, to standard error, with its number and how it ended.

No bodies, no query strings, no tokens, no addresses: the route's pattern stands for the path.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

_LOG = structlog.stdlib.get_logger("greentrace.request")


def configure(level: int = logging.INFO) -> None:
    """Let everything that the process logs, ours and the libraries', leave as JSON lines."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logger = logging.getLogger("greentrace")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level)


def install(app: Flask) -> None:
    """Log every answer of `app`."""

    @app.after_request
    def tell(response: Response) -> Response:
        _LOG.info(
            "request",
            request=g.get("request_id", ""),
            method=request.method,
            route=request.url_rule.rule if request.url_rule is not None else None,
            status=response.status_code,
            problem=g.get("problem_code"),
            ms=round((time.perf_counter() - g.begun) * 1000, 1) if "begun" in g else None,
        )
        return response
