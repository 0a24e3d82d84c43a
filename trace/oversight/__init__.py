"""Supervision: so far, the detection of copied codes."""
