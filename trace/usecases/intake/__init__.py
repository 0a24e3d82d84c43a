"""Intake of records: uploads, evidence and file drops on their way into the log; drafts, replay, erasure."""
