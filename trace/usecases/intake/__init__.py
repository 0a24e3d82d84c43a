"""Records in: uploads, carried evidence and file drops on their way into the log; drafts; replay; erasure."""
