"""Refusals at the ports: files, workbooks, feeds, other platforms."""

from __future__ import annotations
